from dataclasses import replace

from app.graph.build import build
from app.store.pages.run import RunPageFacts
from app.web.run_remedies import Remedy, folded, remedies
from tests.graph import geo


def geo_remedy() -> Remedy:
    facts = geo.facts()
    page = RunPageFacts(
        deployment="default",
        airflow_url="",
        run=facts.run,
        gone_at=None,
        is_analysed=True,
        version_number=1,
        source=None,
        source_problem=None,
        tasks=facts.tasks,
        tries=(),
        rendered=frozenset(),
        xcoms=(),
        flows=(),
        onward=(),
        problems=(),
        strip=(),
        previous=None,
        following=None,
        dag_pk=1,
        mark=(0, 1),
    )
    (one,) = remedies(page, build(geo.material()))
    return one


def test_a_remedy_marks_what_is_wrong_and_what_is_right() -> None:
    one = geo_remedy()
    assert [piece.text for piece in one.template if piece.css == "wrong"] == ["extarct_tiles"]
    assert [piece.text for piece in one.corrected if piece.css == "right"] == ["extract_tiles"]
    assert one.corrected_text == geo.TEMPLATE.replace("extarct", "extract")


def test_tasks_with_one_mistake_in_common_share_a_remedy() -> None:
    first = geo_remedy()
    second = replace(first, task="other", href="/other")
    different = replace(first, advice="did you mean list_scenes?", word="list_scenes")
    shared, alone = folded([first, second, different])
    assert shared == replace(first, others=(("other", "/other"),))
    assert alone == different
