"""Which element of what a task is mapped over goes to which mapped instance."""

from app.lineage.source.declaration import DeclaredField, DeclaredTask, Handed, Items, Node
from app.lineage.template.reads import Answer, Ask, Origin
from app.lineage.view import View
from app.model.facts import Try


def mapped_argument(
    task: DeclaredTask, declared: DeclaredField, one: Try, view: View
) -> Origin | Node | None:
    """The element of the mapped field that this instance got: a place in an XCom, or a value.

    With several mapped fields Airflow goes through their combinations, the last one fastest. None
    where the element cannot be told.
    """
    at = one.key.instance.map_index
    if at < 0:
        return None
    mapped = [each for each in task.fields if each.is_mapped]
    for each in reversed(mapped):
        length = _length(each, view)
        if each is declared:
            return (
                _element(each, at % length if length else at, view)
                if length or len(mapped) == 1
                else None
            )
        if not length:
            return None
        at //= length
    return None


def _length(field: DeclaredField, view: View) -> int | None:
    if isinstance(field.value, Items):
        return len(field.value.items)
    if not isinstance(field.value, Handed):
        return None
    answer = _answer(field.value, view)
    if answer.is_list:
        return len(answer.reads)
    value = answer.reads[0].value if answer.reads else None
    return len(value) if isinstance(value, list | dict) else None


def _element(field: DeclaredField, at: int, view: View) -> Origin | Node | None:
    if isinstance(field.value, Items):
        return field.value.items[at] if at < len(field.value.items) else None
    if not isinstance(field.value, Handed):
        return None
    answer = _answer(field.value, view)
    if answer.is_list:
        return Origin(answer.reads[at]) if at < len(answer.reads) else None
    read = answer.reads[0] if answer.reads else None
    if read is None or not isinstance(read.value, list):
        return None
    return Origin(read, (at,))


def _answer(handed: Handed, view: View) -> Answer:
    return view.pull(Ask((handed.task_id,), key=handed.key, is_argument=True))
