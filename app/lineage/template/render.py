"""Renders a template with the XComs a world holds."""

import re
from typing import Any

from jinja2 import Template, TemplateError

from app.lineage.template.asking import ask_for
from app.lineage.template.compiling import compiled
from app.lineage.template.holes import (
    ANYTHING,
    OUTPUT_CLOSES,
    OUTPUT_OPENS,
    OUTPUT_TEXT,
    is_marked,
    with_anything,
)
from app.lineage.template.limits import BLOCKS, SIZE, STEPS, TEMPLATE_LENGTH, TooMuchError
from app.lineage.template.objects import Objects, veiled
from app.lineage.template.plain import holds_wildcard, plain
from app.lineage.template.reads import Ask, Origin, Read, World, by_name
from app.lineage.template.rendering import Failure, Rendering, Segment
from app.lineage.template.sandbox import OpenEnd, Sandbox
from app.lineage.template.session import Session, Unreached
from app.lineage.template.straight import Plan, straight
from app.lineage.template.tracked import BLIND, Lazy, Nothing, origins_of, tracked

#: Ways to guess unknown conditions that are tried; four conditions give all of them.
MOST_WAYS = 16

_JINJA = re.compile(r"\{[{%#]")
_MARK = re.compile(f"([{OUTPUT_OPENS}{OUTPUT_CLOSES}])")


def is_template(text: str) -> bool:
    """Whether rendering could change the text."""
    return bool(_JINJA.search(text))


def is_too_long(template: str) -> bool:
    """Whether rendering it would take longer than it is worth."""
    return len(template) > TEMPLATE_LENGTH or len(_JINJA.findall(template)) > BLOCKS


class Renderer:
    """Renders templates in one sandbox; one renderer must not be used by two threads at once."""

    def __init__(self) -> None:
        self._sandbox = Sandbox()
        self._objects = Objects()

    def render(
        self, template: str, world: World, known: dict[str, Any] | None = None
    ) -> list[Rendering]:
        """Every way the template may come out, the likeliest first; at least one.

        `known`: values of names such as run_id and params; under `ti` the attributes of the task
        instance. Never raises: what cannot be rendered
        is a Rendering with a failure, or a single wildcard when only we cannot.
        """
        if is_too_long(template) or is_marked(with_anything(template).replace(ANYTHING, "")):
            return [_UNKNOWN]
        ways: list[Rendering] = []
        waiting: list[tuple[bool, ...]] = [()]
        spent = 0
        while waiting and len(ways) < MOST_WAYS and spent < 2 * STEPS:
            session = Session(waiting.pop())
            ways.append(self._once(template, world, known or {}, session))
            spent += session.budget.spent
            guessed = session.guessed
            waiting.extend(
                (*guessed[:at], not guessed[at])
                for at in range(len(session.guesses), min(len(guessed), 8))
            )
        return ways

    def _once(
        self, template: str, world: World, known: dict[str, Any], session: Session
    ) -> Rendering:
        self._sandbox.session = session
        calls = _Calls(world, self._sandbox, self._objects)
        segments = self._straight(template, calls)
        if segments is not None:
            return Rendering(segments, tuple(calls.reads), tuple(calls.asks))
        try:
            segments = _segments(self._text(template, calls, known, session), session.outputs)
        except (TooMuchError, MemoryError, RecursionError):
            return Rendering(
                (_UNKNOWN_TEXT,), tuple(calls.reads), tuple(calls.asks), is_undecided=True
            )
        except Exception as error:  # noqa: BLE001  # a stranger's template may raise anything Python has
            failure = Failure(_in_airflows_words(error), getattr(error, "origin", None))
            return Rendering(
                (), tuple(calls.reads), tuple(calls.asks), failure, bool(session.guessed)
            )
        return Rendering(
            segments, tuple(calls.reads), tuple(calls.asks), None, bool(session.guessed)
        )

    def _straight(self, template: str, calls: "_Calls") -> tuple[Segment, ...] | None:
        """What a template that only pulls gives; None when Jinja has to say what it gives."""
        plan = straight(template)
        try:
            return self._followed(plan, calls, SIZE - len(template)) if plan is not None else None
        except Exception:  # noqa: BLE001  # Jinja finds the words for it
            calls.forget()
            return None

    def _followed(self, plan: Plan, calls: "_Calls", left: int) -> tuple[Segment, ...]:
        segments = []
        for one in plan:
            if isinstance(one, str):
                segments.append(Segment(with_anything(one)))
                continue
            value = calls.pull(*one.args, **one.kwargs)
            for step in one.steps:
                take = self._sandbox.getattr if step.is_attribute else self._sandbox.getitem
                value = take(value, step.name)
            text = str(value)
            left -= len(text)
            if left < 0 or _MARK.search(text) or OUTPUT_TEXT in text:
                raise TooMuchError
            segments.append(_segment(text, value))
        return tuple(segments)

    def _text(self, template: str, calls: "_Calls", known: dict[str, Any], session: Session) -> str:
        code = compiled(template)
        loaded = Template.from_code(self._sandbox, code, self._sandbox.globals)
        task_instance = _TaskInstance(calls, known.get("ti", {}))
        names = {**known, "ti": task_instance, "task_instance": task_instance}
        context = loaded.new_context(names)
        pieces, length = [], 0
        for piece in loaded.root_render_func(context):
            session.budget.spend()
            length += len(piece)
            if length > SIZE:
                raise TooMuchError
            pieces.append(piece)
        return "".join(pieces)


class _TaskInstance(OpenEnd):
    """`ti` in a template: pulls are answered, the rest is a wildcard."""

    def __init__(self, calls: "_Calls", known: dict[str, Any]) -> None:
        super().__init__(known)
        self.xcom_pull = calls.pull


class _Calls:
    """The pulls of one rendering, as they are made."""

    def __init__(self, world: World, sandbox: Sandbox, objects: Objects) -> None:
        self._world, self._sandbox, self._objects = world, sandbox, objects
        self.asks: list[Ask] = []
        self.reads: list[Read] = []

    def forget(self) -> None:
        """The rendering begins again."""
        self.asks.clear()
        self.reads.clear()

    def pull(self, *args: Any, **kwargs: Any) -> Any:
        """`xcom_pull`, as a template calls it."""
        arguments = by_name(args, kwargs)
        budget = self._sandbox.session.budget
        for one in arguments.values():
            budget.spend_on(one)
        ask = ask_for(arguments)
        budget.spend(len(ask.task_ids or "1") * len(ask.map_indexes or "1"))
        answer = self._world.pull(ask)
        self.asks.append(ask)
        self.reads.extend(answer.reads)
        default = arguments.get("default") if answer.takes_default else None
        values = [self._value(read, default) for read in answer.reads]
        if answer.is_list:
            return Lazy(values) if answer.is_lazy else values
        return values[0] if values else self._sandbox.wildcard()

    def _value(self, read: Read, default: Any) -> Any:
        """What the template goes on with for one XCom."""
        origins = frozenset({Origin(read, is_there=not read.is_known or read.xcom is not None)})
        if not read.is_known:
            return self._sandbox.wildcard().of(origins)
        if read.xcom is None:
            return Nothing(origins) if plain(default) is None else default
        if read.xcom.truncated:
            return self._sandbox.wildcard().of(origins)
        if self._objects.are_in(read.xcom):
            unknown = self._sandbox.wildcard().of(origins)
            return tracked(veiled(read.xcom.value, unknown), origins)
        return tracked(read.xcom.value, origins)


def _segments(text: str, outputs: list[Any]) -> tuple[Segment, ...]:
    """The text cut where its history changes; an output within an output keeps the inner one."""
    segments: list[Segment] = []
    inside: list[int] = []
    for piece in _MARK.split(text):
        if piece == OUTPUT_OPENS:
            inside.append(-1)
        elif piece == OUTPUT_CLOSES:
            del inside[-1:]
        else:
            if inside and inside[-1] < 0:
                number, _, piece = piece.partition(OUTPUT_TEXT)  # noqa: PLW2901  # the rest of it
                inside[-1] = int(number) if number.isdigit() and int(number) < len(outputs) else 0
            if piece or inside:
                segments.append(_segment(piece, outputs[inside[-1]] if inside else None))
    return tuple(segments)


def _segment(text: str, value: Any) -> Segment:
    text = with_anything(text)
    if value is None:
        return Segment(text)
    known = None if holds_wildcard(value) else plain(value)
    return Segment(text, origins_of(value), known, isinstance(value, BLIND))


def _in_airflows_words(error: Exception) -> str:
    name = error.kind if isinstance(error, Unreached) else type(error).__name__
    text = (error.message if isinstance(error, TemplateError) else None) or str(error)
    return f"{name}: {text}"


_UNKNOWN_TEXT = Segment(ANYTHING)
_UNKNOWN = Rendering((_UNKNOWN_TEXT,), is_undecided=True)
