"""docs/problems.md as text: the catalogue of the problem kinds, written down."""

from collections.abc import Iterator
from pathlib import Path

from app.lineage.explain.catalogue import CATALOGUE
from app.lineage.explain.entries.entry import Entry

PAGE = Path(__file__).parents[2] / "docs" / "problems.md"

_HEAD = """\
# Problems and how to mend them

Every kind of problem that xcomtrace finds: what it means, how we know, how to mend it. The running
dashboard shows the same under *Problems → Kinds of problems*, and each problem there links to its
entry. This page is written from `app/lineage/explain/entries`:
`python -m tests.docs` checks it and `python -m tests.docs --write` writes it.

A problem of a **pull** is one of the task that reads a value, a problem of a **push** one of the
pod that should have given it. **Silent** problems leave the task green: Airflow says nothing.
"""


def problems_page() -> str:
    return "\n".join((_HEAD, *_contents(), *_sections()))


def _contents() -> Iterator[str]:
    for section in CATALOGUE:
        yield f"| {section.title} ({section.side}) | | |\n|---|---|---|"
        for entry in section.entries:
            silent = "can be silent" if entry.silent else ""
            yield f"| [{entry.name}](#{entry.kind}) | {entry.brief} | {silent} |"
        yield ""


def _sections() -> Iterator[str]:
    for section in CATALOGUE:
        yield f"## {section.title}\n"
        for entry in section.entries:
            yield from _entry(entry)


def _entry(entry: Entry) -> Iterator[str]:
    yield f'### <a id="{entry.kind}"></a>{entry.name}\n'
    yield f"`{entry.kind}`: {entry.brief}\n"
    yield f"{entry.means}\n"
    if entry.silent:
        yield f"**Silent:** {entry.silent}\n"
    yield from _listed("How we know", entry.known_by)
    yield from _listed("How to mend it", entry.mend)
    yield f"The correction goes into {entry.goes_into}.\n"
    yield from _fenced("Wrong", (entry.example.wrong,))
    yield from _fenced("Right", (entry.example.right,))
    if entry.airflow_says:
        yield from _fenced("Airflow says", entry.airflow_says)


def _listed(title: str, texts: tuple[str, ...]) -> Iterator[str]:
    yield f"**{title}**\n"
    yield from (f"- {text}" for text in texts)
    yield ""


def _fenced(title: str, lines: tuple[str, ...]) -> Iterator[str]:
    yield f"{title}:\n"
    yield "\n".join(("```text", *lines, "```", ""))
