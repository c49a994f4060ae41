"""The ways to the answer in xcomtrace."""

from app.model.ids import RunKey
from app.web import links
from tests.bench.beside.questions import Asked
from tests.bench.beside.steps import Sight, Step, opened, pressed

_ALL = "the value, its task and key"


def from_run(server: str, asked: Asked) -> tuple[Step, ...]:
    """The run's page, and a press on the field."""
    return (opened(server + _run(asked), _port(asked)), _press(asked))


def at_once(server: str, asked: Asked) -> tuple[Step, ...]:
    """The address that the page has after the press, as one finds it in a message."""
    address = server + _run(asked, port=_name(asked))
    return (opened(address, *_answer(asked), tells=_ALL),)


def from_front(server: str, asked: Asked) -> tuple[Step, ...]:
    run = Sight(f'a[href="{_run(asked)}"]')
    return (opened(server + links.overview(), run), pressed(run, _port(asked)), _press(asked))


def _press(asked: Asked) -> Step:
    return pressed(_port(asked), *_answer(asked), tells=_ALL)


def _answer(asked: Asked) -> tuple[Sight, ...]:
    return (
        Sight("#run-panel .well", asked.value),
        Sight("#run-panel .ends a", asked.question.producer),
        Sight("#run-panel .ends code", asked.question.key),
    )


def _run(asked: Asked, **query: str) -> str:
    run = RunKey(asked.question.dag_id, asked.run_id)
    return links.run(deployment="default", run=run, **query)


def _port(asked: Asked) -> Sight:
    return Sight(f'[data-port="{_name(asked)}"]')


def _name(asked: Asked) -> str:
    return f"in:{asked.question.task_id}:{asked.question.field}"
