"""How a pod ended, read from the dump that Airflow appends to "Pod … returned a failure".

The dump is Python's print of the pod, with its names in the alphabet's order. What it tells is said
again in the words that the provider itself uses where it logs the states of containers.
"""

import re
from collections.abc import Iterator

_DUMP = "remote_pod:"
_STATUSES = "'container_statuses': "
# Characters of a dump in which one container's status, or the pod's own, stands.
_WINDOW = 6_000
_NAME = re.compile(r"'name': '([a-z0-9][a-z0-9.-]{0,62})'")
_CODE = re.compile(r"'exit_code': (-?\d{1,10})")
_REASON = re.compile(r"'reason': '(\w{1,100})'")
_PHASE = re.compile(r"'phase': '(\w{1,30})'")
_MESSAGE = re.compile(
    r"'message': (?:'((?:[^'\\\n]|\\.){1,1000})'|\"((?:[^\"\\\n]|\\.){1,1000})\")"
)
#: Containers of one pod that are looked at.
_MOST = 20


def ending_lines(text: str) -> Iterator[str]:
    """The lines of the containers that ended and of the pod itself, as the provider writes them."""
    at = text.find(_DUMP)
    if at < 0:
        return
    start = text.find(_STATUSES, at)
    if start < 0:
        return
    for name, begin, end in _statuses(text, start):
        code = _CODE.search(text, begin, end)
        if code is not None:
            reason = _REASON.search(text, code.end(), min(end, code.end() + 2_000))
            why = reason[1] if reason else "None"
            yield f"Container '{name}': state='TERMINATED', reason='{why}', exit_code={code[1]}"
    yield from _pods_own(text, start)


def _statuses(text: str, start: int) -> Iterator[tuple[str, int, int]]:
    """Each container's name and where its state may stand: after its name, before the next."""
    names = []
    for found in _NAME.finditer(text, start):
        names.append(found)
        if len(names) > _MOST:
            break
    for at, found in enumerate(names[:_MOST]):
        following = names[at + 1].start() if at + 1 < len(names) else len(text)
        yield found[1], found.end(), min(following, found.end() + _WINDOW)


def _pods_own(text: str, start: int) -> Iterator[str]:
    phase = _PHASE.search(text, start)
    reason = _REASON.search(text, phase.end(), phase.end() + 2_000) if phase else None
    if phase is None or reason is None:
        return
    message = _MESSAGE.search(text, max(start, phase.start() - 2_000), phase.start())
    yield f"Pod phase: {phase[1]}, reason: {reason[1]}"
    if message is not None:
        yield f"Pod message: {message[1] or message[2]}"
