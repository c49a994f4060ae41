"""A recording: what an Airflow answered, as JSON lines, one DAG or run on each.

The first line is the `Header`, then come `RecordedDag` and `RecordedRun` in any order. The parts
are the payloads that our own client reads, so that a replay says exactly what it was told; fields
that we never read are not kept. Secrets are masked before anything is written.
"""

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

import msgspec

from app.airflow.payloads import DagItem, DagRunItem, LogLine, TaskInstanceItem, TaskItem, XComItem
from app.model.errors import RecordingError
from app.model.ids import RunKey

FORMAT = 1
#: The recording that `xcomtrace demo` plays unless it is told another one.
BUILT_IN = Path(__file__).with_name("recording.jsonl")

_GZIP_MAGIC = b"\x1f\x8b"


class Header(msgspec.Struct, frozen=True, tag="header"):
    airflow_version: str
    recorded_at: datetime
    format: int = FORMAT


class RecordedVersion(msgspec.Struct, frozen=True):
    number: int
    source: str | None = None


class RecordedDag(msgspec.Struct, frozen=True, tag="dag"):
    dag: DagItem
    tasks: tuple[TaskItem, ...] = ()  # Of its newest version.
    versions: tuple[RecordedVersion, ...] = ()


class RecordedXCom(msgspec.Struct, frozen=True):
    index: XComItem
    value: Any = None


class RecordedLog(msgspec.Struct, frozen=True):
    task_id: str
    map_index: int
    try_number: int
    lines: tuple[LogLine, ...] = ()


class RecordedRun(msgspec.Struct, frozen=True, tag="run"):
    run: DagRunItem
    #: Every try, the earlier ones of an instance before the later; the last has rendered fields.
    tries: tuple[TaskInstanceItem, ...] = ()
    xcoms: tuple[RecordedXCom, ...] = ()
    logs: tuple[RecordedLog, ...] = ()

    @property
    def key(self) -> RunKey:
        return RunKey(self.run.dag_id, self.run.dag_run_id)


Line: TypeAlias = Header | RecordedDag | RecordedRun


@dataclass(frozen=True, slots=True)
class Recording:
    header: Header
    dags: tuple[RecordedDag, ...]
    runs: tuple[RecordedRun, ...]


def write(path: Path, recording: Recording) -> None:
    """Writes the file anew, compressed when its name ends in `.gz`.

    Raises RecordingError.
    """
    text = "".join(f"{_text(line)}\n" for line in _lines(recording)).encode()
    try:
        path.write_bytes(gzip.compress(text, mtime=0) if path.suffix == ".gz" else text)
    except OSError as error:
        raise RecordingError(f"cannot write {path}: {error.strerror}") from error


def read(path: Path) -> Recording:
    """The recording in a file, compressed or not.

    Raises RecordingError, which names the line when one cannot be read.
    """
    try:
        data = path.read_bytes()
        text = gzip.decompress(data) if data.startswith(_GZIP_MAGIC) else data
    except (OSError, EOFError) as error:
        raise RecordingError(f"cannot read {path}: {error}") from error
    return _assembled(_parsed(text.splitlines(), path), path)


def plain(line: Any) -> Any:
    """A struct as dicts and lists, times as text: what `json` can write."""
    return msgspec.to_builtins(line)


def _text(line: Line) -> str:
    # Not msgspec's own encoder: it refuses integers of more than 64 bits and NaN.
    return json.dumps(plain(line), separators=(",", ":"), ensure_ascii=False)


def _lines(recording: Recording) -> Iterator[Line]:
    yield recording.header
    yield from recording.dags
    yield from recording.runs


def _parsed(lines: Iterable[bytes], path: Path) -> Iterator[Line]:
    for number, text in enumerate(lines, start=1):
        try:
            yield msgspec.convert(json.loads(text), Line)
        except (ValueError, msgspec.ValidationError, RecursionError) as error:
            raise RecordingError(f"{path}, line {number}, is not of a recording: {error}") from None


def _assembled(lines: Iterator[Line], path: Path) -> Recording:
    header = next(lines, None)
    if not isinstance(header, Header) or header.format != FORMAT:
        raise RecordingError(f"{path} is not a recording that this xcomtrace can play")
    rest = tuple(lines)
    return Recording(
        header,
        dags=tuple(line for line in rest if isinstance(line, RecordedDag)),
        runs=tuple(line for line in rest if isinstance(line, RecordedRun)),
    )
