"""Label selectors: which pods a list request means."""

from collections.abc import Mapping


def selects(selector: str, labels: Mapping[str, str]) -> bool:
    """Whether all comma-joined terms hold: `a=b`, `a==b`, `a!=b`, `a`, `!a`."""
    return all(_holds(term.strip(), labels) for term in selector.split(",") if term.strip())


def _holds(term: str, labels: Mapping[str, str]) -> bool:
    if "!=" in term:
        name, _, value = term.partition("!=")
        return labels.get(name.strip()) != value.strip()
    if "=" in term:
        name, _, value = term.replace("==", "=").partition("=")
        return labels.get(name.strip()) == value.strip()
    if term.startswith("!"):
        return term[1:].strip() not in labels
    return term in labels
