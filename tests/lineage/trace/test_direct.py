"""The short way from a template to its flows ends where rendering ends."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.lineage.resolve import RunIndex
from app.lineage.source.declaration import DeclaredField, DeclaredTask, Items, Words
from app.lineage.template.render import Renderer
from app.lineage.trace.spot import Spot
from app.lineage.trace.tracing import Tracer
from app.lineage.view import View
from app.model.facts import RunFacts
from app.model.findings import Flow
from app.model.values import Json
from tests.build import make_xcom
from tests.lineage.scenario import Scenario, shown_flow
from tests.lineage.template.test_straight import OTHERS, OUTPUTS, VALUES

GAVE: dict[str, Json] = {
    "a": VALUES["a"], "a:k": "other key", "b": VALUES["b"], "text": "plain", "none": None,
    "date": {"k": {**VALUES["date"], "k": "inside an object"}, "n": 7}, "stars": {"k": "a***b"},
    "lazy": {"k": "LazySelectSequence([2 items])", "q": "Lazy"}, "each[0]": "x",
    "each[1]": {"k": "y"}, "lone[0]": {"k": "z"}, "big": {"k": 10**5_000, "n": 2**80},
    "cut": {"k": "kept"}, "wait": {"k": "old"},
}  # fmt: skip
#: Most are as plain as those of real DAGs; the others are as odd as one likes.
PLAIN = st.builds(
    "{{{{ ti.xcom_pull('{}'{}){} }}}}".format,
    st.sampled_from([one for one in GAVE if ":" not in one and "[" not in one] + ["each", "lone"]),
    st.sampled_from(["", ", key='k'", ", key='pod_name'", ", dag_id='geo_tiles'", ", run_id='r'"]),
    st.sampled_from(["", ".k", "['k']", "['n']", ".n", "[1]", ".items", "['get']", ".f", "['q']"]),
)  # fmt: skip
TEMPLATES = st.lists(PLAIN | PLAIN | OUTPUTS | OTHERS, min_size=1, max_size=3).map("".join)
CHANGED = ("{}", "{}", "{}", "{}x", "x{}", "***", "{}***", "{}\ue005")


class ByRendering(Tracer):
    """Renders every template, however plain it is."""

    def _directly(self, template: str, spot: Spot) -> None:  # noqa: ARG002  # as it is called
        return None


class Always(Tracer):
    """Goes the short way or none, and remembers where it led."""

    def _directly(self, template: str, spot: Spot) -> list[Flow]:
        flows = super()._directly(template, spot)
        assert flows is not None, template
        return flows


def facts_of(rendered: list[Json], major: int = 3) -> RunFacts:
    facts = Scenario(gave=GAVE, got={"use": {"arguments": rendered}}).facts()
    xcoms = [replace(one, truncated=one.at.instance.task_id == "cut") for one in facts.xcoms]
    late = make_xcom("wait", {"k": "new"}, seconds=25)
    return replace(facts, xcoms=(*xcoms, late), airflow_major=major)


def traced(kind: type[Tracer], templates: list[str], facts: RunFacts) -> dict[str, Any]:
    """All that a tracer says of the try that got the templates, as it prints.

    What a list of values gave has no order, so none is compared.
    """
    index = RunIndex(facts)
    items = Items(tuple(Words(one, line) for line, one in enumerate(templates)))
    task = DeclaredTask("use", fields=(DeclaredField("arguments", items, line=9),))
    one = next(one for one in facts.tries if one.key.instance.task_id == "use")
    found = kind(index).trace(task, one)
    return {
        "flows": sorted(found.flows, key=repr),
        "covered": found.covered,
        "broken": sorted(map(repr, found.broken)),
        "reaches": index.reaches,
    }


def rendered_by_us(template: str, facts: RunFacts, *, late: bool) -> str:
    one = next(one for one in facts.tries if one.key.instance.task_id == "use")
    view = View(RunIndex(facts), one.key, one.end if late else one.start)
    return Renderer().render(template, view)[0].text


@settings(max_examples=400, deadline=None)
@given(data=st.data(), major=st.sampled_from([2, 3]), template=TEMPLATES, other=TEMPLATES)
def test_it_leads_where_rendering_leads(
    data: st.DataObject, major: int, template: str, other: str
) -> None:
    templates = data.draw(st.sampled_from([[template, other], [template, template]]))
    bare = facts_of([], major)
    fields: list[Json] = [
        data.draw(st.sampled_from(CHANGED)).replace(
            "{}", rendered_by_us(one, bare, late=data.draw(st.booleans()))
        )
        for one in templates
    ]
    fields[0] = data.draw(st.sampled_from([fields[0], fields[0], fields[0], 7, None, [fields[0]]]))
    facts = facts_of(fields, major)
    assert traced(Tracer, templates, facts) == traced(ByRendering, templates, facts)


@pytest.mark.parametrize(
    ("template", "field", "flow"),
    [
        ("{{ ti.xcom_pull('text') }}", "plain", "text -> use.arguments[0] [0:5]"),
        ("--n={{ ti.xcom_pull('a').n }}!", "--n=42!", "a['n'] -> use.arguments[0] [4:6]"),
        ("{{ ti.xcom_pull('b')[3]['k'] }}", "", "b[3]['k'] -> use.arguments[0] [0:0]"),
        ("{{ ti.xcom_pull('a', key='k') }}", "other key", "a:k -> use.arguments[0] [0:9]"),
        ("{{ ti.xcom_pull('wait')['k'] }}", "old", "wait['k'] -> use.arguments[0] [0:3]"),
        ("{{ ti.xcom_pull('lazy')['q'] }}y", "Lazyy", None),
        ("{{ ti.xcom_pull('stars')['k'] }}", "a***b", None),
        ("{{ ti.xcom_pull('cut')['k'] }}", "kept", None),
        ("{{ ti.xcom_pull('each')[0] }}", "x", None),
        ("{{ ti.xcom_pull('a').items }}", "['p', {'q': []}]", None),
        ("{{ ti.xcom_pull('date')['k']['k'] }}", "inside an object", None),
        ("{{ ti.xcom_pull('wait')['k'] }}", "new", None),
        ("{{ ti.xcom_pull('text', self='x') }}", "plain", None),
        ("{{ ti.xcom_pull('text') | trim }}", "plain", None),
    ],
)
def test_it_is_gone_where_all_is_plain_and_not_elsewhere(
    template: str, field: str, flow: str | None
) -> None:
    facts = facts_of([field])
    if flow is None:
        with pytest.raises(AssertionError, match="ti"):
            traced(Always, [template], facts)
    else:
        (found,) = traced(Always, [template], facts)["flows"]
        assert shown_flow(found) == f"{flow} confirmed"
    assert traced(Tracer, [template], facts) == traced(ByRendering, [template], facts)


@pytest.mark.parametrize(
    "template",
    ["{{ ti.xcom_pull('a').k }}" * 501, "{{ ti.xcom_pull('text') }}" + "x" * 100_000],
)
def test_what_is_long_is_left_to_rendering(template: str) -> None:
    facts = facts_of([rendered_by_us(template, facts_of([]), late=False)])
    assert traced(Tracer, [template], facts) == traced(ByRendering, [template], facts)
