"""A page's template uses exactly the names that its frozen context has."""

from dataclasses import fields

import pytest
from jinja2 import meta, nodes

from app.web.bar import Bar
from app.web.compare import ComparePage
from app.web.dag import DagPage
from app.web.dags import DagsPage
from app.web.design import DesignPage
from app.web.errors import ErrorPage
from app.web.overview import OverviewPage
from app.web.problem import ProblemPage
from app.web.problem_kinds import ProblemKindsPage
from app.web.problems import ProblemsPage
from app.web.render import Page, Renderer
from app.web.run import PanelPart, RunPage, RunPart
from app.web.search import SearchPage
from app.web.search_help import SearchHelpPage
from app.web.status import StatusPage
from app.web.task_history import TaskHistoryPage
from app.web.task_instance import TaskInstancePage
from app.web.value import ValuePage

PAGES: dict[str, type[Page]] = {
    "overview/page.html": OverviewPage,
    "dags/page.html": DagsPage,
    "dag/page.html": DagPage,
    "compare/page.html": ComparePage,
    "run/page.html": RunPage,
    "run/_view.html": RunPart,
    "run/_panel.html": PanelPart,
    "task_history/page.html": TaskHistoryPage,
    "task_instance/page.html": TaskInstancePage,
    "value/page.html": ValuePage,
    "problems/page.html": ProblemsPage,
    "problem/page.html": ProblemPage,
    "problem_kinds/page.html": ProblemKindsPage,
    "search/page.html": SearchPage,
    "search_help/page.html": SearchHelpPage,
    "status/page.html": StatusPage,
    "design/page.html": DesignPage,
    "errors/page.html": ErrorPage,
    "shared/_bar.html": Bar,
}


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer()


@pytest.mark.parametrize("template", PAGES)
def test_a_template_uses_exactly_the_names_its_page_has(renderer: Renderer, template: str) -> None:
    used = _names(renderer, template) - set(renderer.environment.globals)
    assert used == {field.name for field in fields(PAGES[template])}


def test_every_template_compiles(renderer: Renderer) -> None:
    for name in renderer.environment.list_templates(extensions=["html"]):
        renderer.environment.get_template(name)


def _names(renderer: Renderer, template: str) -> set[str]:
    """Names the template and what it extends or includes take from outside."""
    environment = renderer.environment
    assert environment.loader is not None
    source = environment.loader.get_source(environment, template)[0]
    tree = environment.parse(source)
    # Jinja takes what is imported at the top for undeclared where a block uses it.
    imported = {name for node in tree.find_all(nodes.FromImport) for name in node.names}
    names = meta.find_undeclared_variables(tree) - imported
    for other in meta.find_referenced_templates(tree):
        # What is imported brings macros, which take what they need as arguments.
        if other and (other == "base.html" or "/_" in other or other.endswith("glyphs.html")):
            names |= _names(renderer, other)
    return names
