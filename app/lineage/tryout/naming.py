"""What a template uses beside its pulls: names, filters and tests, known to Airflow or not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import StrictUndefined, TemplateError, meta, nodes

from app.lineage.source.declaration import DeclaredTask, Members
from app.lineage.template.compiling import parsed
from app.lineage.template.context import FILTERS, JINJA_NAMES, TESTS, names_of
from app.lineage.template.render import is_too_long

_OWN = frozenset({"ti", "task_instance"})


@dataclass(frozen=True, slots=True)
class Naming:
    """`undefined`: names that Airflow refuses. `unknown`: those whose values only Airflow knows."""

    undefined: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    refusal: str = ""  # In Airflow's words: the filter or test that it does not have.

    @property
    def as_known(self) -> dict[str, Any]:
        """The undefined names as Jinja has them: using one is an error, asking for it is not."""
        return {name: StrictUndefined(name=name) for name in self.undefined}


def naming(
    template: str, known: Mapping[str, Any], task: DeclaredTask | None, airflow_major: int
) -> Naming:
    """What the template uses. `known`: the names whose values are known here.

    A DAG may define macros and filters of its own: where its source does not show that it does
    not, no name is called undefined.
    """
    if is_too_long(template):
        return Naming()
    try:
        tree = parsed(template)
        refusal = _refusal(tree)  # First: to look for names changes the tree.
        names = meta.find_undeclared_variables(tree) - JINJA_NAMES - _OWN
    except (TemplateError, RecursionError):
        return Naming()
    if task is None or task.may_know_more:
        return Naming((), tuple(sorted(names - known.keys())))
    given = names_of(airflow_major) | _macros(task)
    undefined = names - given - known.keys()
    unknown = names - undefined - known.keys()
    return Naming(tuple(sorted(undefined)), tuple(sorted(unknown)), refusal)


def _macros(task: DeclaredTask) -> frozenset[str]:
    macros = task.macros
    own = macros.members if isinstance(macros, Members) else ()
    return frozenset(name for name, _ in own)


def _refusal(tree: nodes.Template) -> str:
    for kind, known, word in ((nodes.Filter, FILTERS, "filter"), (nodes.Test, TESTS, "test")):
        for used in tree.find_all(kind):
            if used.name not in known:
                return f"TemplateAssertionError: No {word} named {used.name!r}."
    return ""
