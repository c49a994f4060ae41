"""A template with its mistake put right: candidates, the one that changes least first.

Each names its edits by the places that Jinja's lexer tells, so that nothing else of the template
is touched. None of them is proved to work, or even to parse (see `proved`).
"""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from jinja2 import TemplateError

from app.lineage.template.sites import Argument, Site, Step, sites, steps
from app.lineage.template.tokens import Token, environment, lexed, quoted
from app.model.values import Path

#: Characters of a template that are to be replaced by others.
Edit: TypeAlias = tuple[int, int, str]
#: Members that every mapping has already, so that a dot would not find the XCom's own.
_METHODS = frozenset(dir(dict))


def edited(template: str, edits: Iterable[Edit]) -> str:
    """The template with all the edits made, none of which overlaps another."""
    for start, end, text in sorted(set(edits), reverse=True):
        template = template[:start] + text + template[end:]
    return template


def with_task_id(template: str, wrong: str, right: str) -> list[str]:
    """Reading the right task, wherever the wrong one is named."""
    pulls = (site.argument("task_ids") for site in sites(template))
    named = [text for one in pulls if one for text in one.texts if text.value == wrong]
    return _replaced(template, named or _texts(template, wrong), right)


def with_dag_id(template: str, wrong: str, right: str) -> list[str]:
    """Reading from the right DAG."""
    pulls = (site.argument("dag_id") for site in sites(template))
    named = [text for one in pulls if one for text in one.texts if text.value == wrong]
    return _replaced(template, named or _texts(template, wrong), right)


def with_key(template: str, task_id: str, wrong: str, right: str) -> list[str]:
    """Reading the right XCom key of the task."""
    pulls = (site.argument("key") for site in _of(template, task_id))
    named = [text for one in pulls if one for text in one.texts if text.value == wrong]
    return _replaced(template, named or _texts(template, wrong), right)


def with_steps(
    template: str, task_id: str, wrong: Path, right: Path, *, before: Path = ()
) -> list[str]:
    """Going the right steps where the wrong ones are gone, behind those `before` them."""
    chains = [site.steps for site in _of(template, task_id)]
    edits = [
        _stepped(chain[at : at + len(wrong)], right, template)
        for chain in chains
        for at in _places(chain, wrong, before)
    ]
    if edits:
        return _with(template, edits)
    loose = [one for one in steps(template) if (one.name,) == wrong[-1:]]
    alone = [[_stepped((one,), right, template)] for one in loose if len(wrong) == 1]
    ways = [*([[edit for each in alone for edit in each]] if len(alone) > 1 else []), *alone]
    return [one for edits in ways for one in _with(template, edits)]


def as_path(template: str | None, task_id: str, key: str, inner: Path) -> list[str]:
    """Taking a member of return_value instead of an XCom key."""
    taken = _written(inner, ())
    if template is None:
        return [f"{{{{ ti.xcom_pull(task_ids={quoted(task_id)}){taken} }}}}"]
    edits: list[Edit] = []
    for site in _of(template, task_id):
        given = site.argument("key")
        if given and key in {text.value for text in given.texts}:
            edits += [_without(site, given), (site.closes + 1, site.closes + 1, taken)]
    return _with(template, edits)


def with_argument(
    template: str, task_id: str | None, name: str, value: str, *, first: bool = False
) -> list[str]:
    """Giving one more argument, or another value, to the pulls of the task (None: of no task)."""
    edits: list[Edit] = []
    for site in sites(template):
        has_ids = site.argument("task_ids") is not None
        if (task_id is None) == has_ids or (task_id is not None and not site.reads(task_id)):
            continue
        given = site.argument(name)
        if given is not None:
            edits.append((given.start, given.end, f"{name}={value}"))
        elif first:
            comma = ", " if site.arguments else ""
            edits.append((site.opens, site.opens, f"{name}={value}{comma}"))
        else:
            edits.append(_appended(site, f"{name}={value}"))
    return _with(template, edits)


def with_key_for_dag(template: str, dag_id: str) -> list[str]:
    """Naming the second argument, which is the DAG, as the key that it was meant to be."""
    edits = [
        (given.start, given.end, f"key={given.texts[0].text}")
        for site in sites(template)
        if (given := site.argument("dag_id")) and [t.value for t in given.texts] == [dag_id]
    ]
    return _with(template, edits)


def of_one_task(template: str, task_id: str) -> list[str]:
    """Naming the task itself where a list of it alone was named."""
    edits = [
        (given.texts[0].start - _bracket(template, given), given.end, given.texts[0].text)
        for site in _of(template, task_id)
        if (given := site.argument("task_ids")) and given.is_list and len(given.texts) == 1
    ]
    return _with(template, edits)


def at_index(template: str, task_id: str, index: int) -> list[str]:
    """Taking one of the values that the pull gives."""
    edits = [(site.closes + 1, site.closes + 1, f"[{index}]") for site in _of(template, task_id)]
    return _with(template, edits)


def reading_json(template: str, task_id: str, before: Path) -> list[str]:
    """Parsing the text that stands at the path."""
    edits: list[Edit] = []
    for site in _of(template, task_id):
        if tuple(one.name for one in site.steps[: len(before)]) == before:
            end = site.steps[len(before) - 1].end if before else site.closes + 1
            edits += [(site.start, site.start, "macros.json.loads("), (end, end, ")")]
    return _with(template, edits)


def with_owner(template: str) -> list[str]:
    """`ti.` before each pull that has nothing before it."""
    edits = [(one.start, one.start, "ti.") for one in sites(template) if not one.has_owner]
    return _with(template, edits)


def with_name(template: str, wrong: str, right: str) -> list[str]:
    """Another name, or other code, wherever the name stands for a variable or an attribute."""
    named = [one for one in lexed(template).tokens if (one.kind, one.text) == ("name", wrong)]
    return _with(template, [(one.start, one.end, right) for one in named])


def parses(template: str) -> bool:
    """Whether Jinja can read it."""
    try:
        environment().parse(template)
    except (TemplateError, RecursionError):
        return False
    return True


def _of(template: str, task_id: str) -> list[Site]:
    """The pulls of the task; all of them where none names it."""
    every = sites(template)
    naming = [one for one in every if one.argument("task_ids") and one.reads(task_id)]
    return naming or list(every)


def _texts(template: str, wrong: str) -> list[Token]:
    """The quoted texts of the template that say this and are no steps."""
    taken = {one.literal.start for one in steps(template)}
    tokens = lexed(template).tokens
    return [
        one
        for one in tokens
        if one.kind == "string" and one.value == wrong and one.start not in taken
    ]


def _replaced(template: str, named: list[Token], right: str) -> list[str]:
    if not named:
        return []
    edits = [(one.start, one.end, quoted(right, one.text[0])) for one in named]
    return _with(template, edits)


def _places(chain: tuple[Step, ...], wrong: Path, before: Path) -> Iterator[int]:
    """Where in the chain the wrong steps begin; an index may stand before them all."""
    names = tuple(one.name for one in chain)
    for at in (len(before), len(before) + 1):
        if names[at : at + len(wrong)] == wrong and names[at - len(before) : at] == before:
            yield at
            return


def _stepped(old: tuple[Step, ...], right: Path, template: str) -> Edit:
    """The right steps in the form in which the last of the old ones is written."""
    last = old[-1]
    if last.form == "get" and right:
        kept = template[last.literal.end : last.end]
        name = quoted(str(right[-1]), last.literal.text[0])
        return (old[0].start, last.end, f"{_written(right[:-1], ())}.get({name}{kept}")
    if last.form == "attribute":
        return (old[0].start, last.end, _dotted(right))
    return (old[0].start, last.end, _written(right, old))


def _written(path: Path, like: tuple[Step, ...]) -> str:
    quote = next((one.literal.text[0] for one in like if one.literal.kind == "string"), "'")
    return "".join(
        f"[{quoted(one, quote)}]" if isinstance(one, str) else f"[{one}]" for one in path
    )


def _dotted(path: Path) -> str:
    return "".join(
        f".{one}"
        if isinstance(one, str) and one.isidentifier() and one.isascii() and one not in _METHODS
        else _written((one,), ())
        for one in path
    )


def _without(site: Site, given: Argument) -> Edit:
    """The argument taken away, with the comma that sets it apart."""
    at = site.arguments.index(given)
    if at:
        return (site.arguments[at - 1].end, given.end, "")
    if len(site.arguments) > 1:
        return (given.start, site.arguments[1].start, "")
    return (given.start, site.closes, "")


def _appended(site: Site, text: str) -> Edit:
    if not site.arguments:
        return (site.opens, site.opens, text)
    end = site.arguments[-1].end
    return (end, end, f", {text}")


def _bracket(template: str, given: Argument) -> int:
    """How far before its only text a list begins."""
    opens = template.rfind("[", given.start, given.texts[0].start)
    opens = opens if opens >= 0 else template.rfind("(", given.start, given.texts[0].start)
    return given.texts[0].start - opens


def _with(template: str, edits: list[Edit]) -> list[str]:
    """The template with the edits, when they change anything."""
    corrected = edited(template, edits)
    return [corrected] if corrected != template else []
