from dataclasses import fields

import jinja2
import pytest

from app.lineage.explain.catalogue import CATALOGUE, Side, entry_of
from app.lineage.explain.entries.entry import Entry
from app.model.findings import ProblemKind

ENTRIES = [entry for section in CATALOGUE for entry in section.entries]
each_entry = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.kind)


def texts(entry: Entry) -> list[str]:
    return [entry.name, entry.brief, entry.means, *entry.known_by, *entry.mend, entry.silent]


def test_every_kind_has_one_entry_and_no_other_has() -> None:
    assert sorted(entry.kind for entry in ENTRIES) == sorted(ProblemKind)


def test_names_tell_kinds_apart() -> None:
    assert len({entry.name for entry in ENTRIES}) == len({entry.brief for entry in ENTRIES})
    assert len({entry.name for entry in ENTRIES}) == len(ENTRIES)


def test_an_entry_is_found_by_its_kind() -> None:
    assert entry_of(ProblemKind.UNKNOWN_TASK).name == "Unknown task"


def test_pulls_stand_before_pushes() -> None:
    sides = [section.side for section in CATALOGUE]
    assert sides == sorted(sides)
    assert set(sides) == set(Side)


@each_entry
def test_an_entry_says_everything(entry: Entry) -> None:
    optional = {"silent", "airflow_says"}
    assert all(getattr(entry, one.name) for one in fields(entry) if one.name not in optional)
    assert entry.airflow_says or entry.silent, "it fails with a message, or it is silent"


@each_entry
def test_texts_are_sentences_with_their_code_between_backticks(entry: Entry) -> None:
    for text in (entry.brief, entry.means, *entry.known_by, *entry.mend, entry.silent):
        assert not text or text.rstrip("`”)")[-1] in ".:}", text
    assert all(text.count("`") % 2 == 0 for text in texts(entry))


@each_entry
def test_the_example_changes_something_and_its_corrected_template_is_one(entry: Entry) -> None:
    assert entry.example.wrong != entry.example.right
    if entry.example.right.startswith("{{"):
        jinja2.Environment(autoescape=True).parse(entry.example.right)
