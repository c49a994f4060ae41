from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from app.store.facts import read_run, read_run_facts
from app.store.logs import write_log
from app.store.runs import write_runs
from app.store.session import Store
from app.store.tries import write_tries
from app.store.types import AnyText, JsonText
from app.store.xcoms import missing_xcoms, write_xcoms
from tests.build import RUN, make_log, make_run, make_try, make_xcom

HOSTILE = "a\0b\ud800c\U0010fffd000000\n'\"\\%_é漢😀"
_DIALECT = sqlite.dialect()


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        2**70,
        1.5,
        {"b": 1, "a": [None, {"": HOSTILE}]},
        HOSTILE,
        {HOSTILE: float("inf")},
        [],
        "x" * 1_000_000,
    ],
)
def test_an_xcom_comes_back_as_it_was(store: Store, deployment_pk: int, value: Any) -> None:
    xcom = make_xcom("extract", value)
    with store.writing() as session:
        write_runs(session, deployment_pk=deployment_pk, runs=[make_run()])
        write_xcoms(session, deployment_pk=deployment_pk, xcoms=[xcom])
    with store.reading() as session:
        facts = read_run_facts(session, deployment_pk=deployment_pk, run=RUN)
    assert facts.xcoms == (xcom,)
    assert repr(facts.xcoms) == repr((xcom,))


def test_text_with_nul_and_lone_surrogates_survives_everywhere(
    store: Store, deployment_pk: int
) -> None:
    one = make_try(HOSTILE, state=HOSTILE, hostname=HOSTILE, rendered={HOSTILE: [HOSTILE]})
    log = make_log(HOSTILE, key=one.key)
    xcom = make_xcom(HOSTILE, key=HOSTILE)
    with store.writing() as session:
        write_runs(session, deployment_pk=deployment_pk, runs=[make_run(conf={"x": HOSTILE})])
        write_tries(session, deployment_pk=deployment_pk, tries=[one])
        write_log(session, deployment_pk=deployment_pk, log=log)
        write_xcoms(session, deployment_pk=deployment_pk, xcoms=[xcom])
    with store.reading() as session:
        facts = read_run_facts(session, deployment_pk=deployment_pk, run=RUN)
        assert not missing_xcoms(session, deployment_pk=deployment_pk, keys=[xcom.at])
    assert (facts.tries, facts.logs, facts.xcoms) == ((one,), (log,), (xcom,))
    assert facts.run.conf == {"x": HOSTILE}


def test_a_time_comes_back_in_utc_to_the_microsecond(store: Store, deployment_pk: int) -> None:
    start = datetime(2026, 11, 20, 8, 0, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    with store.writing() as session:
        write_runs(session, deployment_pk=deployment_pk, runs=[make_run(start=start)])
    with store.reading() as session:
        run = read_run(session, deployment_pk=deployment_pk, run=RUN)
    assert run.start == start
    assert run.start is not None
    assert run.start.tzinfo is UTC


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_is_given_back(text: str) -> None:
    bound = AnyText().process_bind_param(text, _DIALECT)
    assert bound is not None
    assert "\0" not in bound
    bound.encode()
    assert AnyText().process_result_value(bound, _DIALECT) == text


def test_what_is_not_json_is_refused() -> None:
    with pytest.raises(TypeError, match="not JSON: object"):
        JsonText().process_bind_param(object(), _DIALECT)
