"""Whatever fields, values and states there are: an answer, and soon."""

from time import process_time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.lineage.analyze import analyze
from tests.lineage.scenario import Scenario

TEMPLATES = [
    "{{ ti.xcom_pull('make') }}",
    "{{ ti.xcom_pull('make')['k'] }}",
    "{{ ti.xcom_pull(['make', 'mkae', 'two']) }}",
    "{{ ti.xcom_pull('two', include_prior_dates=True) | tojson }}",
    "{{ ti.xcom_pull('two', run_id='x') | int }}",
    "{ ti.xcom_pull('make') }",
    "x",
]
PIECES = st.sampled_from(
    [
        "None", "null", "0", "{", "}", "[", "]", "=", "'", '"', "{{", "}}", "ti.xcom_pull(", ")",
        "LazySelectSequence([2 items])", "<generator object x at 0x1>", "dict_keys([", "\\", "\n",
        "***", "\ue000", "é", "{'k': 'v'}", " ",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=8).map("".join)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
STATES = st.sampled_from(
    ["success", "failed", "running", "deferred", "skipped", "upstream_failed", "up_for_retry", None]
)
NAMES = ("arguments", "cmds", "env_vars", "labels", "annotations", "op_kwargs", "image")
FIELDS = st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, VALUES))


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(
    template=st.sampled_from(TEMPLATES),
    fields=FIELDS,
    earlier=FIELDS,
    values=st.tuples(VALUES, VALUES),
    states=st.tuples(STATES, STATES),
    major=st.sampled_from([2, 3]),
)
def test_anything_has_an_answer(  # noqa: PLR0913  # what may vary
    *, template: str, fields: Any, earlier: Any, values: Any, states: Any, major: int
) -> None:
    source = f"""
with DAG("geo_tiles"):
    KubernetesPodOperator(task_id="use", arguments=[{template!r}], env_vars={{"A": {template!r}}})
"""
    analyze(
        Scenario(
            source,
            gave={"make": values[0], "two": values[1], "use": values[0]},
            got={"use": fields, "next": earlier},
            states={"make": states[0], "use": states[1]},
            before=(Scenario(got={"use": earlier}),),
            more={"airflow_major": major},
        ).facts()
    )


LONG = [
    "{ ti.xcom_pull(",
    "=ti.xcom_pull(",
    "={'a': ",
    "[",
    "None ",
    "dict_keys([",
    "<generator object x",
    "LazySelectSequence([1",
    "{'k': 'v'}",
    " at 0x",
    "=",
]


@pytest.mark.parametrize("piece", LONG)
def test_long_texts_are_soon_looked_through(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    got = {"use": {"arguments": [text, f"{text}]", f"{text}}}"], "env_vars": text}}
    scenario = Scenario("x = 1", gave={"make": text}, got=got)
    start = process_time()
    analyze(scenario.facts())
    assert process_time() - start < 5
