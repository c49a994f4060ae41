"""A contract in words: how a place is called, what stands there, how often."""

from app.graph.addresses import label as written
from app.lineage.contract.breaking import Break, BreakKind
from app.model.contract import Any, Contract, Example, Kind, Node, Place
from app.web import text

# Examples that stand for many, and the characters that they may take.
_FEW = 3
_ROOM = 56


def label(place: Place) -> str:
    """`tiles[*].uri`, `by_day.*`: the shortest name that is clear; `*` is any key."""
    key, *steps = place
    below = "".join(map(_step, steps))
    if key == "return_value" and below:
        return below.removeprefix(".")
    return ("*" if isinstance(key, Any) else key) + below


def _step(step: str | Any) -> str:
    if isinstance(step, Any):
        return {Any.ITEM: "[*]", Any.NAME: ".*"}[step]
    return written("", (step,))


def types(node: Node) -> str:
    """`string or null`, `list of 3 to 128`; what was masked has no type."""
    words = [_type(node, kind) for kind in node.kinds if kind is not Kind.UNKNOWN]
    if Kind.INTEGER in node.kinds and Kind.NUMBER in node.kinds:
        words.remove(Kind.INTEGER.value)
    return " or ".join(words) or "not known"


def _type(node: Node, kind: Kind) -> str:
    if kind is Kind.LIST and node.lengths is not None:
        return f"list of {_range(*node.lengths)}"
    return kind.value


def present(node: Node, around: Node) -> str:
    """`24 of 24 runs`, of those in which the mapping around it was there."""
    own, others = node.runs(), around.runs(None if around.item is node else Kind.MAPPING)
    here, all_of_them = (own & others).bit_count(), others.bit_count()
    if not all_of_them:
        return ""
    words = f"{here} of {text.count(all_of_them, 'run')}"
    partly = around.any_name is not node and around.item is not node and own & ~node.always
    return f"{words}, not each time" if partly else words


def is_always(node: Node, around: Node) -> bool:
    """Whether it was there in each run, in each mapping that it may stand in."""
    if around.item is node or around.any_name is node:
        return True
    return around.runs(Kind.MAPPING) & ~node.always == 0


def values(node: Node, newest: Example | None = None) -> str:
    """The range of its numbers and dates, all its values while they are few, or some of them.

    Of texts the newest one stands for the others, where it is known.
    """
    examples = [text.value_text(one) for one in node.examples]
    one_of = ", ".join(examples)
    if examples and not node.has_more and (len(examples) == 1 or len(one_of) <= 2 * _ROOM):
        return one_of if len(examples) == 1 else f"one of {one_of}"
    found = []
    if node.lowest and node.highest:
        found.append(_range(node.lowest[0][0], node.highest[0][0]))
    if node.dates is not None:
        found.append(_range(*node.dates))
    known = [newest] if isinstance(newest, str) else node.examples
    if texts := _some([one for one in known if isinstance(one, str)]):
        found.append(f"{texts}, …")
    return "; ".join(found)


def _some(examples: list[str]) -> str:
    """As many as fit into a line; one of them always."""
    shown = [text.telling_end(one, _ROOM) for one in examples[:_FEW]]
    while len(shown) > 1 and len(", ".join(shown)) > _ROOM:
        shown.pop()
    return ", ".join(shown)


def seen_in(contract: Contract) -> str:
    """From how many runs it was learned, as far as they are known one by one."""
    runs = contract.root.runs().bit_count()
    return text.count(runs, "run")


def broken(one: Break) -> str:
    """What is wrong, and against how many runs."""
    runs = f"each of the {one.runs} runs before"
    match one.kind:
        case BreakKind.MISSING:
            return f"missing; it was there in {runs}"
        case BreakKind.NULL:
            return f"null; never in the {one.runs} runs before, where it was {one.was}"
        case BreakKind.NEW_TYPE:
            return f"{one.now}; {one.was} in {runs}"
        case BreakKind.FAR_NUMBER:
            return f"{one.now}; {one.was} in the {one.runs} runs before"


def _range(lowest: object, highest: object) -> str:
    return str(lowest) if lowest == highest else f"{lowest} to {highest}"
