"""Which pulled values a template uses, and of which it asks only whether they gave something."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from app.lineage.mentions.mention import Mention, Options, Unclear, operated, pulled


class Uses:
    """Collects the uses of pulled values in the order in which they are found."""

    def __init__(self) -> None:
        self._found: list[Mention] = []
        self._tested: list[Mention] = []

    def use(self, value: Any) -> None:
        """Notes what is pulled in the value."""
        self._found.extend(pulled(value))

    def ask(self, value: Any) -> None:
        """Notes what is pulled in a value of which only the truth counts."""
        self._tested.extend(pulled(value))

    def after(self, value: Any, operation: str) -> Any:
        """The value with something done to it, of which only what is pulled is followed."""
        if isinstance(value, list | dict):
            self.use(value)
        elif isinstance(value, Options) or any(pulled(value)):
            return operated(value, operation)
        return Unclear(operation)

    def every(self) -> tuple[Mention, ...]:
        """Each use once; a value that is tested counts where nothing else of it is used."""
        found = (*self._found, *self._only_tested())
        return tuple(dict.fromkeys(replace(one, site=0) for one in found))

    def _only_tested(self) -> Iterable[Mention]:
        for tested in self._tested:
            used = (replace(one, path=one.path[: len(tested.path)]) for one in self._found)
            if not any(_is_alike(one, tested) for one in used):
                yield tested


def _is_alike(one: Mention, other: Mention) -> bool:
    return replace(one, operations=()) == replace(other, operations=())
