from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.demo.plan import AGAIN, FIRST, HISTORY, PACE, STAGGER, Performance, performances, performed
from tests.demo.made import DATE, PATH, QUEUED, RUN_ID, made_run, second

START = datetime(2027, 1, 10, 12, 0, tzinfo=UTC)


def plays(now: datetime = START, *runs: object) -> list[Performance]:
    return list(performances(runs or (made_run(),), start=START, now=now))  # type: ignore[arg-type] # runs of the tests


def test_a_replay_begins_with_a_history_of_one_run_a_night() -> None:
    begins = [play.begin for play in plays()]
    assert len(begins) == HISTORY
    assert begins[-1] == datetime(2027, 1, 10, 2, 0, tzinfo=UTC)
    assert {later - earlier for earlier, later in pairwise(begins)} == {timedelta(days=1)}


def test_in_the_early_morning_the_last_nights_run_is_yesterdays() -> None:
    early = datetime(2027, 1, 10, 2, 30, tzinfo=UTC)
    found = list(performances((made_run(),), start=early, now=early))
    assert found[-1].begin == datetime(2027, 1, 9, 2, 0, tzinfo=UTC)


def test_a_run_unfolds_shortly_after_the_start_and_again_later() -> None:
    assert [play.begin for play in plays(START + FIRST + AGAIN)][-2:] == [
        START + FIRST,
        START + FIRST + AGAIN,
    ]


def test_the_dags_first_runs_follow_each_other() -> None:
    other = made_run(run=replace(made_run().run, dag_id="other"))
    found = plays(START + FIRST + STAGGER, made_run(), other)
    assert [(play.recorded.run.dag_id, play.begin) for play in found if play.number == 0] == [
        ("etl", START + FIRST),
        ("other", START + FIRST + STAGGER),
    ]


def test_the_newest_recorded_run_is_the_first_to_unfold() -> None:
    newer = made_run(run=replace(made_run().run, logical_date=DATE + timedelta(days=1)))
    found = plays(START + FIRST, newer, made_run())
    assert next(play.recorded for play in found if play.number == 0) == newer
    assert next(play.recorded for play in found if play.number == -1) == made_run()


def test_every_performance_has_an_id_of_its_own() -> None:
    found = plays(START + 10 * AGAIN)
    assert len({play.run_id for play in found}) == len(found)


def test_a_performance_has_its_own_times_id_and_date() -> None:
    run = performed(Performance(made_run(), START, 0))
    assert run.run.dag_run_id == f"manual__{START.isoformat()}"
    assert run.run.logical_date == START
    assert run.run.queued_at == START
    assert run.run.end_date == START + PACE * (second(60) - QUEUED)
    assert run.tries[0].start_date == START + PACE * (second(10) - QUEUED)
    assert run.logs[0].lines[1].timestamp == (START + PACE * (second(39) - QUEUED)).isoformat()


def test_what_flowed_still_flows_under_the_new_id_and_date() -> None:
    run = performed(Performance(made_run(), START, 0))
    moved = PATH.replace(RUN_ID, run.run.dag_run_id).replace("2026-11-18", "2027-01-10")
    assert run.xcoms[0].value["path"] == moved
    assert run.tries[-1].rendered_fields == {"arguments": [moved]}
    assert "2026-11-18" not in moved


def test_a_value_that_looks_like_a_time_of_ours_is_left_alone() -> None:
    run = performed(Performance(made_run(), START, 0))
    assert run.xcoms[0].value["timestamp"] == second(11).isoformat()


@given(st.recursive(st.none() | st.integers() | st.text(), st.lists))
def test_any_value_is_performed_and_keeps_its_shape(value: object) -> None:
    recorded = made_run(tries=(), logs=())
    xcom = replace(recorded.xcoms[0], value=[value])
    run = performed(Performance(replace(recorded, xcoms=(xcom,)), START, 0))
    assert str(run.xcoms[0].value).replace(run.run.dag_run_id, RUN_ID).count("[") == str(
        [value]
    ).count("[")
