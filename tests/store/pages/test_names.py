import pytest

from app.model.values import Json
from app.query.terms import Scope, Within
from app.store.pages.names import Beside, read_names, read_paths
from app.store.session import Store
from tests.build import RUN, keep, make_facts, make_xcom


@pytest.fixture
def filled(store: Store) -> Store:
    value: Json = {"tiles": [{"uri": "s3://a"}, {"uri": "s3://b"}], "100%_sure": 1}
    keep(store, make_facts(xcoms=(make_xcom("extract", value), make_xcom("extract", 1, key="n"))))
    return store


def names(store: Store, scope: Scope, part: str) -> tuple[str, ...]:
    with store.reading() as session:
        return read_names(session, scope, part, most=10)


@pytest.mark.parametrize(
    ("scope", "part", "expected"),
    [
        (Scope.DEPLOYMENT, "def", ("default",)),
        (Scope.DAG, "TILES", (RUN.dag_id,)),
        (Scope.RUN, "2026-11", (RUN.run_id,)),
        (Scope.TASK, "", ("extract", "load")),
        (Scope.TASK, "oa", ("load",)),
        (Scope.KEY, "r", ("return_value", "arguments")),
        (Scope.KEY, "%", ()),
        (Scope.STATE, "", ()),
    ],
)
def test_names_in_which_the_part_stands_are_told_in_any_case(
    filled: Store, scope: Scope, part: str, expected: tuple[str, ...]
) -> None:
    assert names(filled, scope, part) == expected


def test_paths_leave_positions_open(filled: Store) -> None:
    with filled.reading() as session:
        assert read_paths(session, "uri", most=10) == (("return_value", ("tiles", "*", "uri")),)
        assert read_paths(session, "argu", most=10) == (("arguments", ("*",)),)
        assert read_paths(session, "100%_", most=10) == (("return_value", ("100%_sure",)),)
        assert len(read_paths(session, "", most=2)) == 2


@pytest.mark.parametrize(
    ("scope", "beside", "expected"),
    [
        (Scope.DAG, Beside({Scope.DEPLOYMENT: "default"}), (RUN.dag_id,)),
        (Scope.DAG, Beside({Scope.DEPLOYMENT: "other"}), ()),
        (Scope.RUN, Beside({Scope.DAG: "geo_*"}), (RUN.run_id,)),
        (Scope.RUN, Beside({Scope.DAG: "geo%"}), ()),
        (Scope.TASK, Beside({Scope.DAG: RUN.dag_id}), ("extract", "load")),
        (Scope.TASK, Beside({Scope.DAG: "geo*_"}), ()),
        (Scope.TASK, Beside(within=Within.XCOM), ("extract",)),
        (Scope.KEY, Beside({Scope.TASK: "load"}), ("arguments",)),
        (Scope.KEY, Beside({Scope.TASK: "load"}, Within.ENV), ()),
        (Scope.DEPLOYMENT, Beside({Scope.DAG: "other"}, Within.ENV), ("default",)),
    ],
)
def test_names_are_of_what_the_rest_of_the_search_says(
    filled: Store, scope: Scope, beside: Beside, expected: tuple[str, ...]
) -> None:
    with filled.reading() as session:
        assert read_names(session, scope, "", most=10, beside=beside) == expected


def test_paths_are_of_what_the_rest_of_the_search_says(filled: Store) -> None:
    with filled.reading() as session:
        of_load = read_paths(session, "", most=10, beside=Beside({Scope.TASK: "l*d"}))
        assert of_load == (("arguments", ("*",)),)
        given = read_paths(session, "", most=10, beside=Beside(within=Within.XCOM))
        assert {name for name, _ in given} == {"n", "return_value"}
