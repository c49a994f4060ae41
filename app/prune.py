"""Pruning by hand: which runs go, what that comes to, and the room that is given back."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from app.model.amounts import bytes_told
from app.model.errors import StoreError
from app.model.retention import Retention
from app.refresh.pruning import Pruner
from app.store.deployments import DeploymentState, read_deployments
from app.store.retention.choosing import Doomed
from app.store.retention.room import Room, checkpoint, read_room, rebuild, room_to_rebuild
from app.store.session import Store

_NOTHING_SET = (
    "nothing is set to be deleted: give --older-than or --larger-than, or set"
    " XCOMTRACE_RETENTION_DAYS or XCOMTRACE_RETENTION_BYTES"
)
# More runs than any store has.
_ALL = 10**9


def prune(  # noqa: PLR0913 - what the command was told, all by keyword
    store: Store,
    *,
    keep: Callable[[str], Retention],
    deployment: str | None,
    is_dry: bool,
    file: Path | None,
    now: datetime,
    wait: Callable[[float], bool],
) -> Iterator[str]:
    """Does it, and tells so, a line each.

    `keep`: what is kept of a deployment; `file`: the SQLite file. Raises StoreError: what was told
    before is done.
    """
    chosen = _chosen(store, deployment)
    if not any(keep(state.name).is_set for state in chosen):
        yield _NOTHING_SET
    before = _room(store)
    for state in chosen:
        pruner = Pruner(store, state.pk, keep(state.name), wait=wait, empty=0.0)
        yield f"{state.name}: {_would(pruner, now) if is_dry else _did(pruner, now)}"
    if is_dry:
        return
    if file is not None:
        yield from _give_back(store, file)
    yield _told(before, _room(store))


def _chosen(store: Store, name: str | None) -> tuple[DeploymentState, ...]:
    with store.reading() as session:
        known = read_deployments(session)
    chosen = tuple(one for one in known if name in (None, one.name))
    if not chosen and name is not None:
        names = ", ".join(one.name for one in known) or "there is none yet"
        raise StoreError(f"there is no deployment {name}: {names}")
    return chosen


def _would(pruner: Pruner, now: datetime) -> str:
    while pruner.measure():
        pass
    doomed = pruner.doomed(now, most=_ALL)
    return f"{_runs(doomed)} would be deleted" if doomed else "no run would be deleted"


def _did(pruner: Pruner, now: datetime) -> str:
    pruner.prune(now=now)
    return f"{_runs(pruner.gone)} deleted" if pruner.gone else "no run was to be deleted"


def _runs(runs: tuple[Doomed, ...]) -> str:
    ends = [run.ended for run in runs if run.ended is not None]
    ended = f", ended {min(ends):%Y-%m-%d} to {max(ends):%Y-%m-%d}" if ends else ""
    count = "1 run" if len(runs) == 1 else f"{len(runs):,} runs"
    return f"{count} (about {bytes_told(sum(run.bytes for run in runs))}{ended})"


def _give_back(store: Store, file: Path) -> Iterator[str]:
    room = _room(store)
    if room.free and not room.is_cut_in_steps:
        needed = bytes_told(room_to_rebuild(room))
        yield f"{file} is rebuilt once, to become smaller; that takes {needed} of room meanwhile"
        rebuild(store, file)
    checkpoint(store)


def _room(store: Store) -> Room:
    with store.reading() as session:
        return read_room(session)


def _told(before: Room, after: Room) -> str:
    freed = before.bytes - after.bytes
    rest = f", {bytes_told(freed)} less than before" if freed > 0 else ""
    empty = f", {bytes_told(after.free)} of it empty" if after.free else ""
    return f"the database takes {bytes_told(after.bytes)}{rest}{empty}"
