"""A step that stands elsewhere in the value: deeper, higher, or beside its owner."""

from collections.abc import Iterator

from app.lineage.beginnings import shared
from app.lineage.explain.case import Case
from app.lineage.explain.corrected import with_steps
from app.lineage.explain.verdict import Remedy
from app.lineage.explain.wording import written
from app.lineage.fields import found_at
from app.model.values import Json, Path

#: Parts of a value in which a step is looked for, and how deep.
_MOST_PARTS, _DEEPEST = 2_000, 5


def elsewhere(case: Case, depth: int) -> Iterator[Remedy]:
    """The only nearest place in the value at which the path leads on from this depth."""
    found = _places(case.read.value, case.way, depth)
    nearest = [one for one in found if len(one) == len(min(found, key=len))]
    if len(nearest) == 1:
        right, template = nearest[0], case.broken.template
        corrections = _moved(template, case, right) if template else []
        yield Remedy(f"it is at {written(right)}", tuple(corrections))


def _places(root: Json, path: Path, depth: int) -> list[Path]:
    """Where the rest of the path leads on; else where it does without its first step."""
    tail = path[depth:]
    others = (one for one in _owners(root) if one != path[:depth])
    found = [(*owner, *tail) for owner in others if _leads(root, (*owner, *tail))]
    without = (*path[:depth], *tail[1:])
    return found or ([without] if len(tail) > 1 and _leads(root, without) else [])


def _moved(template: str, case: Case, right: Path) -> list[str]:
    """The template with the right path, which shares its beginning and its end with the old one."""
    wrong = case.way
    begin = shared(wrong, right)
    end = min(shared(wrong[::-1], right[::-1]), len(wrong) - begin, len(right) - begin)
    if begin + end == len(wrong):
        end -= 1  # Steps are added where one stands.
    old = wrong[begin : len(wrong) - end]
    new = right[begin : len(right) - end]
    return with_steps(template, case.read.task_id, old, new, before=wrong[:begin])


def _owners(root: Json) -> Iterator[Path]:
    """The places of the mappings in the value, in lists those of the only element."""
    waiting: list[tuple[Path, Json]] = [((), root)]
    for _ in range(_MOST_PARTS):
        if not waiting:
            return
        path, value = waiting.pop(0)
        if isinstance(value, dict):
            yield path
            inner = [(name, one) for name, one in value.items() if isinstance(one, dict | list)]
            if len(path) < _DEEPEST:
                waiting.extend(((*path, name), one) for name, one in inner)
        elif isinstance(value, list) and len(value) == 1 and len(path) < _DEEPEST:
            waiting.append(((*path, 0), value[0]))


def _leads(root: Json, path: Path) -> bool:
    return found_at(root, path) is not None
