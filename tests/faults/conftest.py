"""A migrated database of either kind."""

from tests.store.conftest import store_url

__all__ = ["store_url"]
