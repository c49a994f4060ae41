"""The shortest ways to the answer that were found in the pages of Airflow 3.3.2.

The tabs of a task instance are links, and so is its square in the grid, which keeps the tab that is
open. XComs lie two tabs deep, and what a return.json held is folded up until one unfolds it.
"""

from tests.bench.beside.questions import Asked
from tests.bench.beside.steps import Sight, Step, opened, pressed, turned

VALUE = "the value"
TEMPLATE = "the value, and the template that names task and key"
ALL = "the value, its template, and what the key held"


def from_run(server: str, asked: Asked) -> tuple[Step, ...]:
    """The run's page, and from tab to tab."""
    return (opened(server + _run(asked), _square(asked, asked.question.task_id)), *_on(asked))


def at_once(server: str, asked: Asked) -> tuple[Step, ...]:
    """The address of the rendered templates, which do not say where a value came from."""
    address = f"{_instance(asked, asked.question.task_id)}/rendered_templates"
    return (opened(server + address, _rendered(asked), tells=VALUE),)


def from_front(server: str, asked: Asked) -> tuple[Step, ...]:
    dags, run = Sight('a[href="/dags"]'), Sight(f'a[href="{_run(asked)}"]')
    task = _square(asked, asked.question.task_id)
    return (opened(f"{server}/", dags), pressed(dags, run), pressed(run, task), *_on(asked))


def _on(asked: Asked) -> tuple[Step, ...]:
    """From a page that has the run's grid."""
    task_id = asked.question.task_id
    rendered, code = _tab(asked, task_id, "rendered_templates"), _tab(asked, task_id, "code")
    return (
        pressed(_square(asked, task_id), rendered),
        pressed(rendered, _rendered(asked), code, tells=VALUE),
        pressed(code, Sight(".view-line")),
        turned(Sight(".view-lines"), _line(asked.question.template), tells=TEMPLATE),
        *_to_xcom(asked, asked.question.producer),
    )


def _to_xcom(asked: Asked, producer: str) -> tuple[Step, ...]:
    square = _square(asked, producer)
    storage, xcom = _tab(asked, producer, "task-state-store"), _tab(asked, producer, "xcom")
    unfold = Sight('button[aria-label="Expand all extra JSON"]')
    return (
        pressed(square, storage),
        pressed(storage, xcom),
        pressed(xcom, unfold, Sight("td", "return_value")),
        pressed(unfold, _line(f'"{asked.question.key}": "{asked.value}"'), tells=ALL),
    )


def _run(asked: Asked) -> str:
    return f"/dags/{asked.question.dag_id}/runs/{asked.run_id}"


def _instance(asked: Asked, task_id: str) -> str:
    return f"{_run(asked)}/tasks/{task_id}"


def _square(asked: Asked, task_id: str) -> Sight:
    return Sight(f'a[href^="{_instance(asked, task_id)}"]')


def _tab(asked: Asked, task_id: str, name: str) -> Sight:
    return Sight(f'a[href$="{_instance(asked, task_id)}/{name}"]')


def _rendered(asked: Asked) -> Sight:
    return Sight("table code", asked.value)


def _line(text: str) -> Sight:
    """Of Airflow's editor, which has only those lines in the document that can be seen."""
    return Sight(".view-line", text)
