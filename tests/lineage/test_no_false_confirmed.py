"""No flow is called confirmed that is not: random templates, rendered as Airflow renders them.

The model below is Airflow's, not ours: Jinja itself and an `xcom_pull` of a few lines for each
version, over values made ambiguous on purpose.
"""

from dataclasses import dataclass
from typing import Any

import jinja2
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jinja2.sandbox import SandboxedEnvironment

from app.lineage.analyze import analyze
from app.model.findings import Evidence, Flow
from app.model.ids import NOT_MAPPED
from app.model.values import Json
from tests.lineage.scenario import Scenario

#: Values that several tasks give at once: short, empty, equal, and such as look like others.
AMBIGUOUS: Any = st.sampled_from(
    ["", "a", "1", 1, 1.0, True, False, None, "True", "None", "aa", "a-a", 42, "42", "{}", "***"]
)
VALUES: Any = st.recursive(
    AMBIGUOUS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("kjn"), inner),
    max_leaves=5,
)
PLACES = ("a", "b", "c", "each[0]", "each[1]", "each[3]")


class _Lazy(list[Any]):
    """Airflow 2's LazyXComSelectSequence, as it prints."""

    def __str__(self) -> str:
        return f"LazySelectSequence([{len(self)} {'item' if len(self) == 1 else 'items'}])"

    __repr__ = __str__


@dataclass(frozen=True)
class _Airflow:
    """`ti` of a task that reads what was given before it began."""

    major: int
    gave: dict[str, Json]

    def xcom_pull(
        self,
        task_ids: str | list[str] | None = None,
        key: str = "return_value",
        map_indexes: int | list[int] | None = None,
        default: Any = None,
    ) -> Any:
        _ = key
        pull = self._pull_2 if self.major == 2 else self._pull_3  # Airflow 2
        return pull(task_ids, map_indexes, default)

    def _of(self, task_id: str) -> dict[int, Json]:
        found = {NOT_MAPPED: self.gave[task_id]} if task_id in self.gave else {}
        mapped = {
            n: self.gave[f"{task_id}[{n}]"] for n in range(4) if f"{task_id}[{n}]" in self.gave
        }
        return found | mapped

    def _pull_3(self, task_ids: Any, map_indexes: Any, default: Any) -> Any:
        ids = task_ids if isinstance(task_ids, list) else [task_ids or "use"]
        if map_indexes is None:
            values = [
                one for task_id in ids for one in (list(self._of(task_id).values()) or [None])
            ]
            return values[0] if not isinstance(task_ids, list) and len(values) == 1 else values
        indexes = map_indexes if isinstance(map_indexes, list) else [map_indexes]
        values = [self._of(task_id).get(at) for task_id in ids for at in indexes]
        values = [default if one is None else one for one in values]
        is_one = not isinstance(task_ids, list) and not isinstance(map_indexes, list)
        return values[0] if is_one else values

    def _pull_2(self, task_ids: Any, map_indexes: Any, default: Any) -> Any:
        ids = task_ids if isinstance(task_ids, list) else [task_ids]
        indexes = map_indexes if isinstance(map_indexes, list) else [map_indexes]
        found = [
            (at, one)
            for task_id in ids
            for at, one in self._of(task_id).items()
            if map_indexes is None or at in indexes
        ]
        if isinstance(task_ids, list) or isinstance(map_indexes, list):
            return _Lazy(one for _, one in found)
        if not found:
            return default
        if map_indexes is None and found[0][0] != NOT_MAPPED:
            return _Lazy(one for _, one in found)
        return found[0][1]


PULLS = st.sampled_from(
    [
        "ti.xcom_pull('a')",
        "ti.xcom_pull(task_ids='b')",
        "ti.xcom_pull('gone')",
        "ti.xcom_pull('each')",
        "ti.xcom_pull(['a', 'b'])",
        "ti.xcom_pull(['c'])",
        "ti.xcom_pull(['a', 'each', 'gone'])",
        "ti.xcom_pull('each', map_indexes=1)",
        "ti.xcom_pull('each', map_indexes=[0, 1, 2])",
        "ti.xcom_pull('gone', default='d')",
        "(ti.xcom_pull('c') or {})",
    ]
)
PATHS = st.sampled_from(
    ["", "", "", "['k']", ".k", "[0]", "[1]", "[-1]", ".get('k')", ".get('j', 'd')", "[0]['k']"]
)
FILTERS = st.sampled_from(
    ["", "", "", " | tojson", " | string", " | list", " | length", " | default('d')", " | int"]
)
OUTPUTS = st.builds(lambda pull, path, then: f"{{{{ {pull}{path}{then} }}}}", PULLS, PATHS, FILTERS)
UNKNOWN = st.sampled_from(["{{ var.value.x }}", "{{ macros.y(1) }}", "{{ conn.z }}"])
TEXTS = st.text("a1-/ ", max_size=3)
TEMPLATES = st.lists(OUTPUTS | TEXTS | OUTPUTS | UNKNOWN, min_size=1, max_size=4).map("".join)
GIVEN = st.dictionaries(st.sampled_from(PLACES), VALUES, max_size=6)


class _Anything:
    """What only Airflow knows: every part of it prints the same."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __getattr__(self, name: str) -> "_Anything":
        if name.startswith("_"):
            raise AttributeError(name)
        return self

    def __call__(self, *_: object) -> "_Anything":
        return self

    def __str__(self) -> str:
        return self._text


def as_airflow(template: str, major: int, gave: dict[str, Json], unknown: str) -> str | None:
    """The field as Airflow renders it; None when rendering fails."""
    environment = SandboxedEnvironment(undefined=jinja2.StrictUndefined)
    other = _Anything(unknown)
    names = {"ti": _Airflow(major, gave), "var": other, "macros": other, "conn": other}
    try:
        return environment.from_string(template).render(names)
    except (jinja2.TemplateError, TypeError, ValueError, AttributeError):
        return None


def flows_of(template: str, text: str, major: int, gave: dict[str, Json]) -> list[Flow]:
    source = f"""
with DAG("geo_tiles"):
    KubernetesPodOperator(task_id="use", arguments=[{template!r}])
"""
    got = {"use": {"arguments": [text]}}
    more = {"airflow_major": major}
    scenario = Scenario(source, gave=gave, got=got, others=("gone",), more=more)
    return list(analyze(scenario.facts()).flows)


def confirmed(flows: list[Flow]) -> list[Flow]:
    return [flow for flow in flows if flow.evidence is Evidence.CONFIRMED]


def place_of(flow: Flow) -> str:
    instance = flow.producer.instance
    index = "" if instance.map_index == NOT_MAPPED else f"[{instance.map_index}]"
    return f"{instance.task_id}{index}"


@settings(max_examples=200, deadline=None)
@given(template=TEMPLATES, major=st.sampled_from([2, 3]), gave=GIVEN, unknown=TEXTS)
def test_what_airflow_renders_contradicts_nothing(
    template: str, major: int, gave: dict[str, Json], unknown: str
) -> None:
    """The engine renders what Airflow does, to the letter."""
    text = as_airflow(template, major, gave, unknown)
    assume(text is not None)
    flows = flows_of(template, text or "", major, gave)
    assert not [flow for flow in flows if flow.evidence is Evidence.CONTRADICTED]


@settings(max_examples=200, deadline=None)
@given(template=TEMPLATES, major=st.sampled_from([2, 3]), gave=GIVEN, unknown=TEXTS)
def test_a_confirmed_value_is_one_that_the_field_hangs_on(
    template: str, major: int, gave: dict[str, Json], unknown: str
) -> None:
    """Were it another, Airflow would have rendered another text, or failed."""
    text = as_airflow(template, major, gave, unknown)
    assume(text is not None)
    for flow in confirmed(flows_of(template, text or "", major, gave)):
        place = place_of(flow)
        assert place in gave, "a value that nobody gave"
        others = [{**gave, place: value} for value in _OTHER_VALUES]
        assert {as_airflow(template, major, other, unknown) for other in others} != {text}


#: Unlike every value above, also in length, as a number and as a truth.
_OTHER_VALUES: list[Json] = [
    {"k": ["other"], "j": "other", "o1": 1, "o2": 2, "o3": 3, "o4": 4, "o5": 5},
    7_654_321,
    [["other"] * 9] * 9,
]


@settings(max_examples=200, deadline=None)
@given(template=TEMPLATES, major=st.sampled_from([2, 3]), gave=GIVEN, unknown=TEXTS, data=st.data())
def test_nothing_is_confirmed_in_a_field_that_the_template_cannot_give(
    template: str, major: int, gave: dict[str, Json], unknown: str, data: st.DataObject
) -> None:
    assume("var." not in template and "macros." not in template and "conn." not in template)
    text = as_airflow(template, major, gave, unknown)
    assume(text is not None and "***" not in text)
    at = data.draw(st.integers(0, len(text or "")))
    altered = (text or "")[:at] + data.draw(st.sampled_from("xZ9")) + (text or "")[at:]
    assume(not _is_same_number(altered, text or ""))
    assert confirmed(flows_of(template, altered, major, gave)) == []


def _is_same_number(one: str, other: str) -> bool:
    try:
        return float(one) == float(other)
    except ValueError:
        return False


def test_of_two_equal_values_the_declared_one_is_claimed() -> None:
    gave: dict[str, Json] = {"a": "same", "b": "same"}
    (flow,) = flows_of("{{ ti.xcom_pull('b') }}", "same", 3, gave)
    assert (place_of(flow), flow.evidence) == ("b", Evidence.CONFIRMED)
