"""A name that a template uses and nobody gives it."""

from collections.abc import Iterator

from app.lineage.explain.case import Case
from app.lineage.explain.checks import Proof
from app.lineage.explain.context_names import GONE, TASK_INSTANCE
from app.lineage.explain.corrected import edited, parses, with_name, with_owner
from app.lineage.explain.nearest import nearest_first
from app.lineage.explain.verdict import Remedy, Verdict
from app.lineage.source.declaration import Members
from app.lineage.template.context import names_of
from app.lineage.template.sites import Argument, sites
from app.lineage.template.tokens import Token, is_name, is_operator, lexed, quoted
from app.model.findings import ProblemKind, Suggestion

_TITLE = "uses the name {name} in its template, which nobody gives it"


def undefined_name(case: Case, proof: Proof, name: str) -> Verdict:
    """The verdict with what may have been meant: quotes, `ti.`, or another name."""
    proof.note("names are known", ok=False, seen=f"no {name}")
    template = case.broken.template or ""
    remedies = (
        *_without_owner(template, name),
        *_without_quotes(case, template, name),
        *_other_names(case, template, name),
    )
    return Verdict(
        ProblemKind.TEMPLATE_ERROR,
        _TITLE.format(name=name),
        Suggestion(f"put {name} in quotes if it is a text"),
        name,
        remedies=remedies,
    )


def undefined_attribute(case: Case, proof: Proof, name: str) -> Verdict:
    """As of a name, for an attribute of the task instance, the run or the params."""
    proof.note("names are known", ok=False, seen=f"no attribute {name}")
    template = case.broken.template or ""
    known = TASK_INSTANCE if "TaskInstance" in case.broken.airflow_said else _params(case)
    remedies = tuple(
        Remedy(f"did you mean {right}?", tuple(with_name(template, name, right)))
        for right in nearest_first(name, known)
    )
    title = f"uses {name} in its template, which is not there"
    return Verdict(ProblemKind.TEMPLATE_ERROR, title, None, name, remedies=remedies)


def _without_owner(template: str, name: str) -> Iterator[Remedy]:
    if name == "xcom_pull":
        yield Remedy("write ti.xcom_pull(…)", tuple(with_owner(template)))


def _without_quotes(case: Case, template: str, name: str) -> Iterator[Remedy]:
    """A task id, key or step that stands there as if it were a variable."""
    for site in sites(template):
        for given in site.arguments:
            if name in {one.text for one in given.names}:
                yield from _quoting(case, template, given)
    tokens = lexed(template).tokens
    for at, token in enumerate(tokens):
        if is_name(tokens, at, name) and _is_subscript(tokens, at):
            corrected = edited(template, [(token.start, token.end, quoted(name))])
            yield Remedy(f"put {name} in quotes: ['{name}']", (corrected,))


def _is_subscript(tokens: tuple[Token, ...], at: int) -> bool:
    return is_operator(tokens, at - 1, "[") and is_operator(tokens, at + 1, "]")


def _quoting(case: Case, template: str, given: Argument) -> Iterator[Remedy]:
    start = given.start
    code = template[start : given.end]
    if given.name and code.startswith(given.name) and "=" in code:
        start += code.index("=") + 1
        start += len(template[start:]) - len(template[start:].lstrip())
    text = template[start : given.end]
    if not all(one.isalnum() or one in "_.-" for one in text):
        return
    ids = case.index.task_ids - {case.reader.task_id}
    near = nearest_first(text, ids)[:1] if given.name == "task_ids" and text not in ids else []
    for meant in (text, *near):
        corrected = edited(template, [(start, given.end, quoted(meant))])
        if parses(corrected):
            what = "the task id" if given.name == "task_ids" else f"the {given.name or 'text'}"
            yield Remedy(f"put {what} in quotes: '{meant}'", (corrected,))


def _other_names(case: Case, template: str, name: str) -> Iterator[Remedy]:
    if case.is_airflow_3 and name in GONE:
        right = GONE[name]
        text = f"Airflow 3 has no {name}: did you mean {right}?"
        yield Remedy(text, tuple(with_name(template, name, right)))
    elif name in _params(case):
        yield Remedy(
            f"did you mean params.{name}?", tuple(with_name(template, name, f"params.{name}"))
        )
    given = names_of(case.index.facts.airflow_major)
    known = given | _own_names(template) | _macros(case)
    for right in nearest_first(name, known - {name}):
        yield Remedy(f"did you mean {right}?", tuple(with_name(template, name, right)))


def _own_names(template: str) -> frozenset[str]:
    """Names that the template itself sets."""
    tokens = lexed(template).tokens
    setters = {"set", "for", "with", "macro"}
    return frozenset(
        one.text
        for at, one in enumerate(tokens)
        if at and one.kind == "name" and tokens[at - 1].text in setters
    )


def _params(case: Case) -> frozenset[str]:
    declared = case.declared.get(case.reader.task_id)
    return _members(declared.params if declared else None)


def _macros(case: Case) -> frozenset[str]:
    declared = case.declared.get(case.reader.task_id)
    return _members(declared.macros if declared else None)


def _members(node: object) -> frozenset[str]:
    return frozenset(name for name, _ in node.members) if isinstance(node, Members) else frozenset()
