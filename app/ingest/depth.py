"""Values nested so deeply that what walks them would not come back."""

from app.model.values import Json

# Levels of a value that are kept. What walks a value calls itself for each, and Python ends at
# 1,000 calls; no value that a person made has 50.
DEEPEST = 100
TOO_DEEP = f"(nested deeper than {DEEPEST} levels: not kept)"


def is_too_deep(value: Json) -> bool:
    """Whether something lies deeper in the value than is kept; found level by level."""
    level = [value]
    for _ in range(DEEPEST):
        level = [inner for one in level for inner in _members(one)]
        if not level:
            return False
    return True


def _members(value: Json) -> list[Json]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
