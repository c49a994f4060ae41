"""Names of a template that the facts tell."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.lineage.source.declaration import DeclaredTask, Fixed, Items, Members, Unsaid, Words
from app.lineage.template.holes import ANYTHING
from app.lineage.template.reads import Answer, Ask
from app.lineage.template.render import Renderer
from app.lineage.trace.known import known_names
from tests.build import make_facts, make_run, make_try

LOGICAL = datetime(2026, 11, 20, 6, 5, tzinfo=UTC)
PARAMS = Members((("source", Words("make")), ("n", Fixed(3)), ("all", Items((Fixed(1),)))))
OPEN = Members((("source", Words("make")), ("other", Unsaid("x"))))


class _Empty:
    def pull(self, ask: Ask) -> Answer:
        _ = ask
        return Answer(())


def rendered(template: str, params: Members | None = PARAMS, **run: Any) -> str:
    """The text, `*` for what is not known."""
    facts = make_facts(make_run(**{"logical_date": LOGICAL, **run}))
    names = known_names(facts, DeclaredTask("load", params=params), make_try("load"))
    way = Renderer().render(template, _Empty(), names)[0]
    return way.failure.text if way.failure else way.text.replace(ANYTHING, "*")


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ ds }} {{ ds_nodash }}", "2026-11-20 20261120"),
        ("{{ ts }}", "2026-11-20T06:05:00+00:00"),
        ("{{ ts_nodash }} {{ ts_nodash_with_tz }}", "20261120T060500 20261120T060500+0000"),
        ("{{ dag.dag_id }}/{{ task.task_id }}/{{ ti.try_number }}", "geo_tiles/load/1"),
        ("{{ dag_run.run_id }}", "scheduled__2026-11-20T06:00:00+00:00"),
        ("{{ logical_date }} {{ data_interval_start }}", "* *"),
        ("{{ var.value.x }} {{ conn.db.host }} {{ macros.ds_add(ds, 1) }}", "* * *"),
        ("{{ dag }} {{ ti }} {{ dag['x'] }} {{ task.owner }}", "* * * *"),
        ("{{ params.source }} {{ params['n'] + 1 }} {{ params.all }}", "make 4 [1]"),
        ("{{ params.gone }}", "UndefinedError: 'dict object' has no attribute 'gone'"),
    ],
)
def test_what_airflow_gives_is_known_where_its_rule_is_simple(template: str, expected: str) -> None:
    assert rendered(template) == expected


def test_the_runs_conf_goes_over_the_declared_params() -> None:
    conf = {"source": "other", "new": 1}
    assert rendered("{{ params.source }} {{ params.new }}", conf=conf) == "other 1"
    assert rendered("{{ params.source }} {{ params.n }}", None, conf=conf) == "other *"
    assert rendered("{{ dag_run.conf['new'] }} {{ dag_run.conf.get('no', 2) }}", conf=conf) == "1 2"


def test_a_param_that_the_source_does_not_tell_is_a_wildcard() -> None:
    assert rendered("{{ params.source }} {{ params.other }} {{ params.x }}", OPEN) == "make * *"
    assert rendered("{{ params['other'] }} {{ params }}", OPEN) == "* *"
    assert rendered("{{ params.x }}", None) == "*"


def test_without_a_logical_date_there_are_no_dates() -> None:
    assert rendered("{{ ds }}{{ ts }}", logical_date=None) == "**"
