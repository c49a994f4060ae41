"""What each recorded Airflow said, mirrored again: what is stored is what it really had."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.airflow.auth import Password
from app.airflow.client import Airflow
from app.lineage.trace.failing import logged_failure
from app.model.facts import RunFacts, Try
from app.model.findings import Evidence, Flow, ProblemKind
from app.model.ids import NOT_MAPPED, RunKey, TaskInstanceKey, TryKey
from app.model.values import Json
from app.store import tables as t
from app.store.facts import read_run_facts
from app.store.flows import read_flows
from app.store.problems import read_found_problems
from app.store.session import Store
from tests.airflow.mirroring import recorded_mirror
from tests.airflow.recording.exchanges import RECORDED, TRUTH, read
from tests.airflow.recording.versions import VERSIONS
from tests.airflow.replay import Replay
from tests.masked import masked, masked_text
from tests.store.fixture import copied

FLOWS, RETRIES, CHANGES = "recorded_flows", "recorded_retries", "recorded_changes"
RUNS = (RunKey(FLOWS, "r1"), RunKey(RETRIES, "r1"), RunKey(CHANGES, "r1"), RunKey(CHANGES, "r2"))
# Fields of the pod operator that may be told as the text of what they are.
OBJECTS = {"env_vars", "container_resources", "volumes", "volume_mounts", "env_from"}
#: What was over before the latest tries; the database of Airflow 2.9 has nothing of it.
EARLIER = {
    (RETRIES, "r1", "retried", -1, 1): "failed",
    (CHANGES, "r1", "takes", -1, 1): "success",
}


@dataclass
class Played:
    """A recording after it was mirrored."""

    version: str
    truth: dict[str, Any]
    replay: Replay
    store: Store
    troubles: list[str] = field(default_factory=list)
    #: After each pass: the tries of `recorded_retries` and their states.
    seen: list[dict[tuple[str, int], str | None]] = field(default_factory=list)

    def facts(self, run: RunKey) -> RunFacts:
        with self.store.reading() as session:
            return read_run_facts(session, deployment_pk=1, run=run)

    @property
    def tells_values_as_text(self) -> bool:
        return self.version == "2.9.3"


@pytest.fixture(scope="module", params=VERSIONS)
def played(
    request: pytest.FixtureRequest, migrated: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Played]:
    folder = RECORDED / request.param
    truth = json.loads((folder / TRUTH).read_text())
    with (
        Replay(read(folder)) as replay,
        copied(migrated, tmp_path_factory.mktemp("recorded")) as store,
    ):
        played = Played(request.param, truth, replay, store)
        _play(played)
        yield played


def _play(played: Played) -> None:
    airflow = Airflow(played.replay.url, Password("viewer", "of-the-recording"))
    mirror = recorded_mirror(airflow, played.store)
    for turn in played.replay.turns:
        played.replay.turn = turn
        played.troubles += mirror.refresh().troubles
        tries = played.facts(RUNS[1]).tries
        played.seen.append(
            {(one.key.instance.task_id, one.key.try_number): one.state for one in tries}
        )
    airflow.close()


def place(key: TaskInstanceKey) -> tuple[Any, ...]:
    return (key.dag_id, key.run_id, key.task_id, key.map_index)


def tries(played: Played) -> Iterator[Try]:
    for run in RUNS:
        yield from played.facts(run).tries


def the_try(played: Played, task_id: str) -> Try:
    (found,) = (one for one in tries(played) if one.key.instance.task_id == task_id)
    return found


def test_nothing_is_asked_that_was_not_recorded(played: Played) -> None:
    assert played.replay.unknown == []


def test_nothing_is_refused(played: Played) -> None:
    assert played.troubles == []


def test_every_run_is_in_its_state(played: Played) -> None:
    found = {run: played.facts(run).run.state for run in RUNS}
    assert found == {RunKey(*one["run"]): one["state"] for one in played.truth["runs"]}


def test_every_try_is_known_with_its_state(played: Played) -> None:
    found = {
        (*place(one.key.instance), one.key.try_number): one.state
        for one in tries(played)
        # It waited for its turn, and has begun since.
        if (one.key.instance.task_id, one.key.try_number) != ("after", 0)
    }
    true = {(*one["at"], one["try"]): one["state"] for one in played.truth["tries"]}
    assert found == true | EARLIER


def test_a_retry_is_known_from_its_failure_to_its_end(played: Played) -> None:
    told = [
        {number: state for (task_id, number), state in seen.items() if task_id == "retried"}
        for seen in played.seen
    ]
    assert told == [
        {1: "up_for_retry"},
        {1: "failed", 2: "scheduled"},
        {1: "failed", 2: "running"},
        {1: "failed", 2: "success"},
        {1: "failed", 2: "success"},
    ]


def test_a_sensor_that_looks_again_is_in_its_first_try(played: Played) -> None:
    assert [seen.get(("looks", 1)) for seen in played.seen[1:]] == [
        "up_for_reschedule",
        "up_for_reschedule",
        "success",
        "success",
    ]
    assert {number for seen in played.seen for task_id, number in seen if task_id == "looks"} == {1}


def test_every_value_is_known(played: Played) -> None:
    found = {
        (*place(one.at.instance), one.at.key): one.value
        for run in RUNS
        for one in played.facts(run).xcoms
        if not one.is_gone
    }
    true = {tuple(one["at"]): masked(one["value"]) for one in played.truth["xcoms"]}
    if played.version == "2.9.3":
        # It takes the slash for one between two parts of the path, quoted or not.
        del true[FLOWS, "r1", "slash", -1, "a/b"]
    assert found == {at: _as_told(played, value) for at, value in true.items()}


def _as_told(played: Played, value: Json) -> Json:
    """Airflow 2.9 tells the text of a number, which is that of its text."""
    is_printed = played.tells_values_as_text and isinstance(value, int | float)
    return str(value) if is_printed else value


def test_every_field_is_known_that_was_rendered(played: Played) -> None:
    latest = {one.key.instance: one for one in tries(played)}
    found = {
        place(key): {name: value for name, value in one.rendered.items() if name not in OBJECTS}
        for key, one in latest.items()
        if one.rendered is not None
    }
    assert found == {
        tuple(one["at"]): {
            name: masked(value) for name, value in one["fields"].items() if name not in OBJECTS
        }
        for one in played.truth["rendered"]
    }


def test_the_environment_of_a_pod_is_a_list(played: Played) -> None:
    rendered: Any = the_try(played, "pod_takes").rendered
    assert [(one["name"], one["value"]) for one in rendered["env_vars"]] == [
        ("COUNT", "3"),
        ("ROW", "row-b-18"),
    ]


def test_the_log_of_a_failing_template_tells_the_template_and_the_error(played: Played) -> None:
    facts = played.facts(RUNS[0])
    key = TryKey(TaskInstanceKey(FLOWS, "r1", "mistyped"), 1)
    (log,) = (log for log in facts.logs if log.key == key)
    failure = logged_failure(log)
    assert failure is not None
    assert failure.fields[-1] == "env"
    assert "xcom_pull(task_ids='maek')['key1']" in failure.template
    assert failure.said == "UndefinedError: 'None' has no attribute 'key1'"


def test_the_log_of_a_failed_first_try_is_kept(played: Played) -> None:
    key = TryKey(TaskInstanceKey(RETRIES, "r1", "retried"), 1)
    (log,) = (log for log in played.facts(RUNS[1]).logs if log.key == key)
    # Airflow 2.10 tells it twice.
    errors = {(event.error_type, event.error_text) for event in log.events if event.error_type}
    assert errors == {("ValueError", "not yet: the first try")}


def test_every_version_of_a_dag_is_known_with_its_source(played: Played) -> None:
    columns = (t.dag.c.dag_id, t.dag_version.c.version_number, t.dag_version.c.source)
    with played.store.reading() as session:
        rows = session.execute(select(*columns).join_from(t.dag_version, t.dag)).all()
    found = {(row.dag_id, row.version_number): row.source for row in rows}
    sources = {digest(source): source for source in _told_sources(played)}
    true = {
        (one["dag_id"], one["number"] or (2 if one["dag_id"] == CHANGES else 1)): one["sha256"]
        for one in played.truth["sources"]
    }
    assert found.keys() == {(FLOWS, 1), (RETRIES, 1), (CHANGES, 1), (CHANGES, 2)}
    assert {at: found[at] for at in true} == {
        at: masked_text(sources[sha256]) for at, sha256 in true.items()
    }


def _told_sources(played: Played) -> Iterator[str]:
    for one in read(RECORDED / played.version):
        if "/dagSources/" in one.path:
            yield json.loads(one.body)["content"]


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_every_flow_is_found_and_no_other(played: Played) -> None:
    found = {run: _told(played, run) for run in RUNS}
    of_changes = {"gives.return_value -> takes.bash_command"}
    assert found == dict(zip(RUNS, (FOUND, FOUND_RETRIED, of_changes, of_changes), strict=True))


FOUND = {
    "make.return_value.key1 -> by_args.op_args[0]",
    "make.return_value.nested.rows.1.id -> by_args.op_kwargs.row",
    "make.table -> by_args.op_kwargs.table",
    "make.return_value.key1 -> by_bash.bash_command",
    "make.return_value.nested.rows.0.id -> by_bash.env.ROW",
    "load.first.return_value -> load.second.bash_command",
    "parts[1].return_value.uri -> of_parts.bash_command",
    "pod_gives.return_value.uri -> pod_takes.arguments[0]",
    "pod_gives.return_value.count -> pod_takes.env_vars.COUNT",
    "make.return_value.nested.rows.1.id -> pod_takes.env_vars.ROW",
}
FOUND_RETRIED = {"retried.return_value.try -> after.bash_command"}


def _told(played: Played, run: RunKey) -> set[str]:
    with played.store.reading() as session:
        flows = read_flows(session, deployment_pk=1, run=run)
    assert {flow.evidence for flow in flows} == {Evidence.CONFIRMED}
    return {f"{_given(flow)} -> {_taken(flow)}" for flow in flows}


def _given(flow: Flow) -> str:
    at = flow.producer.instance
    task = at.task_id if at.map_index == NOT_MAPPED else f"{at.task_id}[{at.map_index}]"
    return ".".join((task, flow.producer.key, *map(str, flow.producer.path)))


def _taken(flow: Flow) -> str:
    return f"{flow.consumer.instance.task_id}.{flow.consumer.field}"


def test_a_value_that_a_retry_gave_is_that_of_its_second_try(played: Played) -> None:
    with played.store.reading() as session:
        flows = read_flows(session, deployment_pk=1, run=RUNS[1])
    assert {(flow.producer.try_number, flow.value) for flow in flows} == {(2, "2")}


def test_what_is_wrong_is_found(played: Played) -> None:
    with played.store.reading() as session:
        problems = read_found_problems(session, deployment_pk=1, run=RUNS[0])
    found = {(one.consumer.instance.task_id, one.kind) for one in problems if one.consumer}
    assert found == {
        ("mistyped", ProblemKind.UNKNOWN_TASK),
        ("silent", ProblemKind.UNKNOWN_TASK),
    }
