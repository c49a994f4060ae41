"""A filter or a test that neither Jinja nor Airflow has."""

from collections.abc import Iterator

from app.lineage.explain.case import Case
from app.lineage.explain.checks import Proof
from app.lineage.explain.context_names import OTHER_FILTERS, READ_JSON
from app.lineage.explain.corrected import edited, parses, with_name
from app.lineage.explain.nearest import nearest_first
from app.lineage.explain.verdict import Remedy, Verdict
from app.lineage.fields import found_at
from app.lineage.template.context import FILTERS, TESTS
from app.lineage.template.sites import Site, sites
from app.lineage.template.tokens import Token, is_name, is_operator, lexed
from app.model.findings import ProblemKind


def unknown_filter(case: Case, proof: Proof, name: str) -> Verdict:
    """The verdict with the filter that was meant, or what does its work."""
    proof.note("filters are known", ok=False, seen=f"no filter {name}")
    template = case.broken.template or ""
    remedies = [*_reading_json(case, template, name)] if name in READ_JSON else []
    meant = [OTHER_FILTERS[name]] if name in OTHER_FILTERS else nearest_first(name, FILTERS)
    remedies += [
        Remedy(f"did you mean {right}?", tuple(with_name(template, name, right)))
        for right in meant
        if name not in READ_JSON
    ]
    title = f"uses the filter {name} in its template, which there is not"
    return Verdict(ProblemKind.TEMPLATE_ERROR, title, wrong=name, remedies=tuple(remedies))


def unknown_test(case: Case, proof: Proof, name: str) -> Verdict:
    """As of a filter."""
    proof.note("tests are known", ok=False, seen=f"no test {name}")
    template = case.broken.template or ""
    remedies = tuple(
        Remedy(f"did you mean {right}?", tuple(with_name(template, name, right)))
        for right in nearest_first(name, TESTS)
    )
    title = f"uses the test {name} in its template, which there is not"
    return Verdict(ProblemKind.TEMPLATE_ERROR, title, wrong=name, remedies=remedies)


def _reading_json(case: Case, template: str, name: str) -> Iterator[Remedy]:
    """Of an XCom that is no text the filter can go; a text is read by Python's own json."""
    tokens = lexed(template).tokens
    for place in range(1, len(tokens)):
        if not (is_name(tokens, place, name) and is_operator(tokens, place - 1, "|")):
            continue
        site = _site_before(template, tokens[place - 1])
        if site is None:
            continue
        pipe, end = tokens[place - 1].start, tokens[place].end
        while template[pipe - 1 : pipe] == " ":
            pipe -= 1
        loads = [(site.start, site.start, "macros.json.loads("), (pipe, end, ")")]
        if _is_text(case, site):
            text = "Jinja has no such filter: read the text with macros.json.loads(…)"
            corrected = edited(template, loads)
        else:
            text = "Jinja has no such filter, and the XCom is no text: leave it out"
            corrected = edited(template, [(pipe, end, "")])
        if parses(corrected):
            yield Remedy(text, (corrected,))
    yield Remedy("Jinja has no such filter: read a text with macros.json.loads(…)")


def _site_before(template: str, pipe: Token) -> Site | None:
    for site in sites(template):
        end = site.steps[-1].end if site.steps else site.closes + 1
        if end <= pipe.start and not template[end : pipe.start].strip():
            return site
    return None


def _is_text(case: Case, site: Site) -> bool:
    """Whether the pull gives a text, by what was pushed in the run."""
    given, key = site.argument("task_ids"), site.argument("key")
    names = [one.value for one in given.texts] if given else []
    wanted = key.texts[0].value if key and key.texts else "return_value"
    path = tuple(one.name for one in site.steps)
    for task_id in names:
        for instance in case.index.instances(case.reader.dag_id, task_id):
            for xcom in case.index.xcoms.get((instance, wanted), ())[-1:]:
                return isinstance(found_at(xcom.value, path), str)
    return True
