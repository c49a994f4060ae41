"""What settings are called."""

from rapidfuzz import process

PREFIX = "XCOMTRACE_"
#: Names the file of settings; not a setting itself, for the file cannot name itself.
CONFIG = f"{PREFIX}CONFIG"
#: Where it lies when nothing names it.
DEFAULT_FILE = "xcomtrace.toml"
#: Names with our prefix that belong to the tests' lab and are none of the service's.
FOREIGN = frozenset({"XCOMTRACE_CACHE", "XCOMTRACE_LAB_RUN", "XCOMTRACE_LAB_STATE"})

# Below this score (of 100) a known name is no likely spelling of an unknown one.
_LIKELY = 70


def variable(field: str) -> str:
    return PREFIX + field.upper()


def nearest(asked: str, known: list[str]) -> str | None:
    """The known name that was probably meant."""
    # Names are cut short more often than mistyped: USER is USERNAME rather than URL.
    longer = [name for name in known if name.startswith(asked)] if asked else []
    best = process.extractOne(asked, longer or known, score_cutoff=0 if longer else _LIKELY)
    return best[0] if best else None
