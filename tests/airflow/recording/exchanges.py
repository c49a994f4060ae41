"""A recording: what an Airflow was asked and what it said, pass by pass, a line of text each."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

RECORDED = Path(__file__).parents[1] / "recorded"
#: The file that holds the exchanges, beside the one that holds what was really so.
EXCHANGES, TRUTH = "exchanges.jsonl", "truth.json"
# Parameters that are times: what is asked is the same whenever it is asked.
_TIMES = ("_gte", "_lte")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its answer; bodies are the text that was sent."""

    turn: int  # Of the pass in which it was, from 1 on.
    method: str
    path: str  # With the query.
    sent: str
    status: int
    headers: dict[str, str]
    body: str


def write(folder: Path, exchanges: Iterable[Exchange]) -> None:
    """A body that was sent before is written as the number of the line that has it."""
    folder.mkdir(parents=True, exist_ok=True)
    seen: dict[str, int] = {}
    with (folder / EXCHANGES).open("w") as file:
        for number, one in enumerate(exchanges):
            fields: dict[str, object] = asdict(one)
            if seen.setdefault(one.body, number) != number and one.body:
                fields["body"] = seen[one.body]
            file.write(json.dumps(fields, ensure_ascii=False) + "\n")


def read(folder: Path) -> list[Exchange]:
    # Not splitlines: a text may hold separators that only Python takes for ends of lines.
    lines = (folder / EXCHANGES).read_text().split("\n")
    found: list[Exchange] = []
    for line in filter(None, lines):
        fields = json.loads(line)
        if isinstance(fields["body"], int):
            fields["body"] = found[fields["body"]].body
        found.append(Exchange(**fields))
    return found


def question(method: str, path: str, sent: str) -> tuple[object, ...]:
    """What is asked: equal for two requests that differ in their times only."""
    parts = urlsplit(path)
    fields = parse_qsl(parts.query, keep_blank_values=True)
    query = sorted((name, "" if name.endswith(_TIMES) else text) for name, text in fields)
    return method, parts.path, tuple(query), sent
