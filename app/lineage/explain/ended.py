"""How the pod's own container ended: its exit code, the reason, and the last lines it printed."""

import re
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.lineage.explain.logged import Line

#: Lines of the container's end that are quoted, and characters of each.
_QUOTED, _LONGEST = 5, 300
_TERMINATED = re.compile(
    r"Container '(?P<name>[^'\n]{1,63})': state='TERMINATED', reason='(?P<reason>[^'\n]{0,100})', "
    r"exit_code=(?P<code>-?\d{1,10})(?:, message='(?P<message>[^\n]{0,1000})')?"
)
_EVENT = re.compile(r"The Pod has an Event: |Pod Event: ")
_SAYS_NOTHING = frozenset({"", "None", "Error", "Completed"})
#: What the shells and Kubernetes mean by an exit code.
_MEANINGS = {
    126: "its command may not be executed",
    127: "its command was not found",
    134: "it aborted",
    137: "it was killed",
    139: "it crashed on a memory access",
    143: "it was told to stop",
}


@dataclass(frozen=True, slots=True)
class Ending:
    """What is known of the end; nothing of it may be."""

    exit_code: int | None = None
    reason: str = ""
    message: str = ""
    last: tuple[str, ...] = ()
    events: tuple[str, ...] = ()  # Of the pod, as Kubernetes tells them.

    @property
    def words(self) -> str:
        """`exit code 137, OOMKilled`, as a title ends."""
        code = f"exit code {self.exit_code}" if self.exit_code is not None else ""
        meaning = "" if self.reason else _MEANINGS.get(self.exit_code or 0, "")
        return ", ".join(part for part in (code, self.reason, meaning) if part)

    @property
    def quoted(self) -> str:
        """What the container said last; of one that said nothing the pod's last events."""
        message = (self.message,) if self.message else ()
        return "\n".join((*(self.last or self.events), *message))


def ending_of(lines: Sequence[Line], container: str = "base") -> Ending:
    """The end of the container of this name."""
    last = _last(line.text for line in lines if line.container == container)
    events = _last(line.text for line in lines if not line.container and _EVENT.match(line.text))
    for line in reversed(lines):
        found = None if line.container else _TERMINATED.match(line.text)
        if found is not None and found["name"] == container:
            reason = "" if found["reason"] in _SAYS_NOTHING else found["reason"]
            message = found["message"] or ""
            said = "" if message in _SAYS_NOTHING else message
            return Ending(int(found["code"]), reason, said, last, events)
    return Ending(last=last, events=events)


def _last(texts: Iterable[str]) -> tuple[str, ...]:
    said = (text.rstrip()[:_LONGEST] for text in texts)
    return tuple(deque((text for text in said if text), maxlen=_QUOTED))
