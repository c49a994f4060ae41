"""The seeds of random tests: SEED=17 in the environment has them throw that one alone."""

import os


def seeds(count: int) -> list[int]:
    """A test's name tells its seed when it fails."""
    chosen = os.environ.get("SEED")
    return list(range(count)) if chosen is None else [int(chosen)]
