"""The steps of a pull's proof, always the same and in the same order."""

from app.model.findings import Check

STEPS = (
    "task exists",
    "is upstream",
    "ran",
    "pushed",
    "key present",
    "path present",
    "value not null",
)


class Proof:
    """Checks as they are made; those not made were not reached."""

    def __init__(self) -> None:
        self._made: dict[str, Check] = {}

    def note(self, what: str, *, ok: bool | None, seen: str = "") -> bool:
        """Records a check and gives back whether it went well."""
        self._made[what] = Check(what, ok, seen)
        return bool(ok)

    def checks(self) -> tuple[Check, ...]:
        """All steps of a pull; of a template that is wrong in itself the checks that were made."""
        if not self._made.keys() & set(STEPS):
            return tuple(self._made.values())
        return tuple(self._made.get(what, Check(what, None)) for what in STEPS)
