"""Texts looked for in the index of leaves."""

from app.store.search.occurrences import leaves_with_text
from tests.store.retention.runs import Past


def found_ids(past: Past, text: str) -> list[str]:
    """The runs in which a leaf is this text, the newest first."""
    with past.store.reading() as session:
        return [one.at.instance.run_id for one in leaves_with_text(session, text).leaves]
