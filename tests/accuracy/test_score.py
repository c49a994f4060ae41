"""What counts as found, as claimed and as right."""

from collections.abc import Mapping
from typing import Any

from tests.accuracy.score import Pull, Score, is_among, score, unresolvable_places


def pull(**changed: Any) -> Pull:
    return Pull(**_parts(producer_task_id="a", path=("k",)) | changed)


def claim(**changed: Any) -> dict[str, Any]:
    status = {"status": "resolved", "line": 1, "reason": None, "operations": []}
    return _parts(producer_task_ids=["a"], path=["k"]) | status | changed


def _parts(**others: Any) -> dict[str, Any]:
    return {
        "dag_id": "d",
        "consumer_task": "b",
        "field": "arguments[0]",
        "kind": "jinja",
        "producer_dag_id": "d",
        "xcom_key": "return_value",
    } | others


def check(
    truth: Mapping[Pull, str | None], claims: list[dict[str, Any]], source: str = ""
) -> Score:
    return score(truth, claims, source)


def test_a_true_claim_is_found_and_right() -> None:
    got = check({pull(): None}, [claim()])
    assert (got.recall(), got.precision()) == (1.0, 1.0)
    assert (got.missed, got.false) == ((), ())


def test_another_path_is_one_missed_and_one_false() -> None:
    got = check({pull(): None}, [claim(path=["other"])])
    assert got.missed == (pull(),)
    assert got.false == (pull(path=("other",)),)


def test_a_number_and_its_text_are_different_steps() -> None:
    assert check({pull(path=(0,)): None}, [claim(path=["0"])]).recall() == 0


def test_only_what_is_said_to_be_resolved_counts() -> None:
    got = check({pull(): None}, [claim(status="candidates"), claim(status="unresolvable")])
    assert (got.recall(), got.precision()) == (0.0, None)


def test_a_consumer_that_is_a_pattern_is_not_resolved() -> None:
    assert check({pull(): None}, [claim(consumer_task="load_{t}")]).precision() is None


def test_a_list_of_producers_is_one_pull_each() -> None:
    truth = {pull(producer_task_id="a"): None, pull(producer_task_id="c"): None}
    got = check(truth, [claim(producer_task_ids=["a", "c"])])
    assert (got.claimed.total(), got.recall(), got.precision()) == (2, 1.0, 1.0)


def test_no_task_ids_is_a_pull_from_no_named_task() -> None:
    assert check({pull(producer_task_id=None): None}, [claim(producer_task_ids=[])]).recall() == 1


def test_the_same_claim_twice_counts_once() -> None:
    assert check({pull(): None}, [claim(line=1), claim(line=2)]).claimed.total() == 1


def test_what_nobody_could_tell_is_not_missed_but_may_be_claimed() -> None:
    truth = {pull(): "only known when it runs"}
    assert check(truth, []).recall() is None
    assert check(truth, [claim()]).precision() == 1
    assert check(truth, [claim(path=[])]).precision() == 0


def test_the_docstring_gives_places_up() -> None:
    source = '"""Loads.\n\nunresolvable: b.arguments*\n"""\n'
    assert check({pull(): None}, [], source).recall() is None
    assert check({pull(field="image"): None}, [], source).recall() == 0


def test_brackets_of_a_pattern_are_positions() -> None:
    assert is_among(pull(), ["b.arguments[0]"])
    assert not is_among(pull(field="arguments0"), ["b.arguments[0]"])


def test_a_file_without_a_docstring_gives_nothing_up() -> None:
    assert unresolvable_places("x = 'unresolvable: a.b'\n") == ()


def test_a_path_in_python_code_does_not_count() -> None:
    truth = {pull(kind="python", path=()): None}
    got = check(truth, [claim(kind="python", path=["k"]), claim(kind="python", path=[])])
    assert (got.recall(), got.precision(), got.claimed.total()) == (1.0, 1.0, 1)


def test_each_kind_has_its_own_shares() -> None:
    truth = {pull(): None, pull(kind="xcomarg", path=()): None}
    got = check(truth, [claim()])
    assert (got.recall(), got.recall("jinja"), got.recall("xcomarg")) == (0.5, 1.0, 0.0)
    assert got.precision("python") is None


def test_a_kind_that_is_not_counted_counts_on_neither_side() -> None:
    truth = {pull(kind="python", path=()): None}
    got = score(truth, [claim(kind="python")], "", kinds=("jinja", "xcomarg"))
    assert (got.recall(), got.precision()) == (None, None)


def test_scores_add_up() -> None:
    both = check({pull(): None}, [claim()]) + check({pull(): None}, [])
    assert (both.recall(), both.precision(), both.missed) == (0.5, 1.0, (pull(),))
