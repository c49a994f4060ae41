"""Templates that do nothing but pull, as most do: what they say, so that nobody has to run them.

`--in={{ ti.xcom_pull(task_ids='a')['k'] }}` is a text, a pull with its arguments, and a step into
what it gives. To run what Jinja makes of it costs three times as much as to do just that.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from jinja2 import nodes

from app.lineage.template.asking import ask_for
from app.lineage.template.compiling import TEXT_OPENS, cut, parsed
from app.lineage.template.reads import Ask, by_name

#: Steps of one template; so few never exhaust what a rendering may spend.
_MOST_STEPS = 1_000
_TASK_INSTANCE = ("ti", "task_instance")


@dataclass(frozen=True, slots=True)
class Step:
    """A step into a value: `.name` is an attribute, `['name']` is not."""

    name: Any
    is_attribute: bool


@dataclass(frozen=True, slots=True)
class Pulled:
    """An output of a template: one pull and the way into what it gives."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    steps: tuple[Step, ...]

    @property
    def ask(self) -> Ask:
        return ask_for(by_name(self.args, self.kwargs))


Plan: TypeAlias = tuple[str | Pulled, ...]


class _NotStraightError(Exception):
    """The template does something else than pull."""


@lru_cache(maxsize=4_096)
def straight(template: str) -> Plan | None:
    """The template's texts and pulls in order; None when there is more to it."""
    found = cut(template)
    plan = found and plan_of(found[0])
    if not found or plan is None:
        return None
    texts = found[1]
    return tuple(
        [texts.get(one, one) if isinstance(one, str) else _filled(one, texts) for one in plan]
    )


@lru_cache(maxsize=1_024)
def plan_of(shape: str) -> Plan | None:
    """The plan of a template's shape (see `compiling`), with marks for its texts."""
    try:
        plan = tuple(_pieces(parsed(shape)))
    except Exception:  # noqa: BLE001  # what is wrong with the template itself Jinja has to say
        return None
    steps = sum(1 if isinstance(one, str) else 2 + len(one.steps) for one in plan)
    return plan if steps <= _MOST_STEPS else None


def _pieces(template: nodes.Template) -> Iterator[str | Pulled]:
    for output in template.body:
        if not isinstance(output, nodes.Output):
            raise _NotStraightError
        for one in output.nodes:
            yield one.data if isinstance(one, nodes.TemplateData) else _pulled(one)


def _pulled(node: nodes.Expr) -> Pulled:
    steps: list[Step] = []
    while isinstance(node, nodes.Getitem | nodes.Getattr):
        if isinstance(node, nodes.Getattr):
            steps.append(Step(node.attr, is_attribute=True))
        else:
            steps.append(Step(_constant(node.arg), is_attribute=False))
        node = node.node
    if not (isinstance(node, nodes.Call) and _is_pull(node.node)):
        raise _NotStraightError
    kwargs = {one.key: _constant(one.value) for one in node.kwargs}
    if node.dyn_args or node.dyn_kwargs or len(kwargs) != len(node.kwargs):
        raise _NotStraightError
    return Pulled(tuple(map(_constant, node.args)), kwargs, tuple(reversed(steps)))


def _is_pull(node: nodes.Expr) -> bool:
    is_method = isinstance(node, nodes.Getattr) and node.attr == "xcom_pull"
    receiver = node.node if isinstance(node, nodes.Getattr) else None
    return is_method and isinstance(receiver, nodes.Name) and receiver.name in _TASK_INSTANCE


def _constant(node: nodes.Node) -> Any:
    if isinstance(node, nodes.Const):
        if isinstance(node.value, str) and node.value.count(TEXT_OPENS) > 1:
            raise _NotStraightError  # Texts that stand side by side are one.
        return node.value
    if isinstance(node, nodes.List):
        return [_constant(one) for one in node.items]
    if isinstance(node, nodes.Neg) and isinstance(node.node, nodes.Const):
        return -node.node.value
    raise _NotStraightError


def _filled(pulled: Pulled, texts: dict[str, str]) -> Pulled:
    kwargs = {name: _text(one, texts) for name, one in pulled.kwargs.items()}
    steps = tuple([Step(_text(one.name, texts), one.is_attribute) for one in pulled.steps])
    return Pulled(tuple([_text(one, texts) for one in pulled.args]), kwargs, steps)


def _text(constant: Any, texts: dict[str, str]) -> Any:
    if isinstance(constant, str):
        return texts.get(constant, constant)
    return [_text(one, texts) for one in constant] if isinstance(constant, list) else constant
