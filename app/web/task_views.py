"""In which form a task instance's page shows what it got and gave."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class View(StrEnum):
    """As the address names it; without one it is the tree."""

    TREE = "tree"
    TABLE = "table"
    JSON = "json"
    DIFF = "diff"


@dataclass(frozen=True, slots=True)
class ViewLink:
    name: str
    href: str
    is_chosen: bool


_NAMES = {
    View.TREE: "Tree",
    View.TABLE: "Table",
    View.JSON: "JSON",
    View.DIFF: "Diff to the last good run",
}


def view_links(chosen: View, href: Callable[[View | None], str]) -> tuple[ViewLink, ...]:
    """Every form; `href` makes the address of one."""
    return tuple(
        ViewLink(name, href(in_address(view)), view is chosen) for view, name in _NAMES.items()
    )


def in_address(view: View) -> View | None:
    """What an address says of it: nothing of the form that is shown anyway."""
    return None if view is View.TREE else view
