"""Any text as a source: an answer within its bounds, and what is written into it is found again."""

import keyword
import random
import re
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.flows import claims
from app.lineage.pulls import declared_pulls
from app.lineage.source.declare import declare
from tests.lineage.source.generated import Generated, Meant, handed, templated
from tests.lineage.source.pulls import HEAD
from tests.lineage.source.running_away import RUNS_AWAY

CORPUS = Path(__file__).parents[2] / "accuracy" / "dags"
SEEN = sorted((CORPUS / "seen").glob("*.py"))
#: Processor time that any source may take, in seconds: what is counted are steps, some of which
#: take longer than others, and a machine may be slow.
LONGEST = 20.0
#: Why a source may not be followed to its end; any other problem would hide a mistake of ours.
HONEST = re.compile(
    r"The DAG's source (is not Python: .*|is too long to be (read|followed to its end)\."
    r"|is nested too deeply to be followed\.|gives its tasks more than can be followed\.)",
    re.DOTALL,
)


def check_bounded(source: str) -> None:
    """Asserts an answer in bounded time that hides no mistake of ours."""
    began = time.process_time()
    declaration = declare(source, "dags/etl.py")
    declared_pulls(declaration)
    assert time.process_time() - began < LONGEST
    assert declaration.problem is None or HONEST.fullmatch(declaration.problem)


def check_found(made: Generated) -> None:
    """Asserts that exactly the pulls that were meant are claimed, each as a fact."""
    found = claims("dags/etl.py", made.source)
    assert {one["status"] for one in found} <= {"resolved"}, made.source
    assert {_pull(one) for one in found} == made.meant, made.source


def _pull(one: dict[str, Any]) -> Meant:
    producers = " ".join(one["producer_task_ids"])
    return (one["consumer_task"], one["field"], producers, one["xcom_key"], tuple(one["path"]))


@given(templated())
@settings(max_examples=150)
def test_pulls_by_template_are_found_again_however_they_are_written(made: Generated) -> None:
    check_found(made)


@given(handed())
def test_what_is_handed_on_is_found_again(made: Generated) -> None:
    check_found(made)


@pytest.mark.parametrize(
    "file", [*SEEN, *sorted((CORPUS / "held_1").glob("*.py"))], ids=lambda path: path.stem
)
def test_files_as_people_write_them_are_followed_to_their_end(file: Path) -> None:
    assert declare(file.read_text(encoding="utf-8"), str(file)).problem is None


@given(st.text(max_size=300))
def test_any_text_gives_an_answer(text: str) -> None:
    check_bounded(text)
    check_bounded(f"{HEAD}Pod(task_id='a', arguments=[{text}])")


_WORDS = """
x y f C self X ti context 'a' "{{ti.xcom_pull('a')}}" 0 1 None True ( ) [ ] { } , : . = == + * ** %
| := -> @ if else for in while try: except: finally: with as def class return yield lambda not and
or is del raise match case import from global nonlocal pass break continue async await f"{x}" f"{"
x.append( x['a'] self.x x() x.y Pod( task_id= arguments= DAG( TaskGroup( @task @dag @task_group
.expand( .partial( .output XComArg( super()
"""
PIECES = st.sampled_from([*_WORDS.split(), "\n", "\n    ", "\n        ", ":\n    "])


@given(st.lists(PIECES, max_size=40))
@settings(max_examples=200)
def test_pieces_of_python_in_any_order_give_an_answer(pieces: list[str]) -> None:
    check_bounded(HEAD + " ".join(pieces))


@given(st.sampled_from(SEEN), st.integers(0, 2**32))
@settings(max_examples=100, deadline=None)
def test_files_with_mistakes_give_an_answer(file: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # mistakes, not secrets
    check_bounded(_mistaken(file.read_text(encoding="utf-8"), chance))


def _mistaken(source: str, chance: random.Random) -> str:
    """The source with some lines gone, doubled or changed about, and some words by others."""
    lines = source.splitlines()
    for _ in range(chance.randint(1, 4)):
        at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        match chance.choice(["delete", "double", "swap", "indent", "outdent", "word", "word"]):
            case "delete":
                del lines[at]
            case "double":
                lines.insert(other, lines[at])
            case "swap":
                lines[at], lines[other] = lines[other], lines[at]
            case "indent":
                lines[at] = f"    {lines[at]}"
            case "outdent":
                lines[at] = lines[at].strip()
            case _:
                lines[at] = _with_another_word(lines[at], lines[other], chance)
    return "\n".join(lines)


def _with_another_word(line: str, other: str, chance: random.Random) -> str:
    words = [word for word in re.findall(r"\w+", line) if not keyword.iskeyword(word)]
    others = re.findall(r"\w+|\[\]|\(\)|\{\}", other)
    if not words or not others:
        return line
    return re.sub(rf"\b{chance.choice(words)}\b", chance.choice(others), line, count=1)


@pytest.mark.parametrize("source", RUNS_AWAY.values(), ids=RUNS_AWAY.keys())
def test_a_source_that_runs_away_ends(source: str) -> None:
    check_bounded(HEAD + source)
