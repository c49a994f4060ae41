"""Secrets of every kind in every form in which a value, a text, a log or a source holds them."""

import ast
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.build import make_try_key
from tests.ingest.test_secrets import PLACES
from tests.masked import log_from, masked, masked_source, masked_text
from tests.secrets.planted import planted

KINDS = [one.kind for one in planted(0)]
SEEDS = range(3)

VALUES: dict[str, Callable[[str], Any]] = {
    "value": lambda text: {"note": text},
    "nested": lambda text: {"a": [{"b": [text]}]},
    "JSON in JSON": lambda text: {"b": json.dumps({"x": json.dumps({"y": text})})},
    "repr": lambda text: str({"x": [text]}),
    "argument after a flag": lambda text: ["--note", text, "x"],
    "argument behind a sign": lambda text: [f"--note={text}"],
    "variable": lambda text: [{"name": "SETTING", "value": text}],
    "command": lambda text: f"run --x 1 {text} --y 2",
    "name": lambda text: {text: 1},
    "parsed": lambda text: json.loads(text) if text.startswith("{") else None,
}
SOURCES: dict[str, Callable[[str], str]] = {
    "literal": lambda text: f"x = 1\nnote = {text!r}\n",
    "long literal": lambda text: f'note = """{text}"""\nx = 1\n',
    "call": lambda text: f"f(note={json.dumps(text)}, n=1)\n",
    "comment": lambda text: "".join(f"# {line}\n" for line in text.split("\n")) + "x = 1\n",
    "docstring": lambda text: f'"""Doc.\n\n{text}\n"""\nx = 1\n',
    "pieces": lambda text: (
        "x = (\n" + "".join(f"    {line!r} '\\n'\n" for line in text.split("\n")) + ")\n"
    ),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", SEEDS)
def test_no_form_of_a_value_keeps_it(kind: str, seed: int) -> None:
    one = planted(seed)[KINDS.index(kind)]
    for form, put in VALUES.items():
        kept = masked(put(one.text))
        told = json.dumps(kept, ensure_ascii=False) + repr(kept)
        assert [secret for secret in one.secrets if secret in told] == [], form
    assert [secret for secret in one.secrets if secret in masked_text(one.text)] == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", SEEDS)
def test_no_place_of_a_log_keeps_it(kind: str, seed: int) -> None:
    one = planted(seed)[KINDS.index(kind)]
    for place, put in PLACES.items():
        kept = repr(log_from(make_try_key(), (put(one.text),)))
        assert [secret for secret in one.secrets if secret in kept] == [], place


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", SEEDS)
def test_no_place_of_a_source_keeps_it_and_the_source_stays_as_it_was(kind: str, seed: int) -> None:
    one = planted(seed)[KINDS.index(kind)]
    for place, put in SOURCES.items():
        source = put(one.text)
        kept = masked_source(source)
        assert [secret for secret in one.secrets if secret in kept] == [], place
        ast.parse(kept)
        assert kept.count("\n") == source.count("\n"), place
