"""News with good defaults: a test names only what it is about."""

from typing import Any

from app.model.findings import Suggestion
from app.model.ids import RunKey
from app.store.outbox import News
from app.store.pages.problem_groups import GroupStatus, ProblemGroup
from app.store.pages.sightings import Sighting
from tests.build import START, after, make_problem, make_pull

TEMPLATE = "{{ ti.xcom_pull('extarct')['uri'] }}"
RIGHT = "{{ ti.xcom_pull('extract')['uri'] }}"


def make_news(**more: Any) -> News:
    """`load` of the DAG `d` reads a task that does not exist, for the first time."""
    sighting: dict[str, Any] = {
        "pk": 7,
        "run_pk": 1,
        "dag_pk": 1,
        "deployment": "prod-eu",
        "run": RunKey("geo_daily", "r1"),
        "cause": "c",
        "kind": "unknown_task",
        "severity": "error",
        "is_open": True,
        "task_id": "load",
        "map_index": -1,
        "field": "arguments[0]",
        "silent": False,
        "is_victim": False,
        "title": "load reads a task that does not exist",
        "at": START,
    }
    one = Sighting(**{name: more.pop(name, value) for name, value in sighting.items()})
    status = more.pop("status", GroupStatus.OPEN)
    group = ProblemGroup(3, one, status, START, START, after(60), 2, 0, None)
    problem = make_problem(
        title=one.title,
        pull=make_pull("extarct", template=more.pop("template", TEMPLATE)),
        suggestion=Suggestion("did you mean extract?", RIGHT),
    )
    return News(more.pop("what", "new"), START, group, problem, more.pop("victims", 0))
