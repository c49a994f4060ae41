"""Tries of task instances, and whose the rendered fields are.

Airflow keeps one set of rendered fields for each task instance, without a time or a try number.
They are written when a try has rendered its templates and stay until the next one has, so those
beside try 2 may be those of try 1: while try 2 waits, while it has not rendered yet, and for ever
when its template fails (airflow-facts.md, 1.2). A wrong answer here would show data that a pod
never got, so fields are a try's own only when that is certain:

- An empty object says nothing: the try never rendered, failed in its template, or is so old that
  Airflow has dropped them.
- A first try has no predecessor whose fields could be left over.
- A later try that succeeded or is deferred has rendered.
- A later try's fields that differ from those seen for the try before it were written by it.
- A later try that failed has rendered when its log was read, tells of an error of the task, and
  that error is not one of rendering.
- All else is unknown, and stays so: the next pass may see more.
"""

from collections.abc import Iterable, Mapping

import msgspec

from app.airflow.payloads import TaskInstanceItem
from app.ingest.masking import Masking
from app.model.facts import Try, TryLog
from app.model.ids import NOT_MAPPED, TaskInstanceKey, TryKey
from app.model.values import Json

# What Airflow's templater logs when it gives up, in every version.
RENDERING_FAILED = "Exception rendering Jinja template"
# Characters of a field that are kept; Airflow's own limit is 4,096 unless it was raised.
_FIELD_LIMIT = 1_000_000
_CUT = "Truncated. You can change this behaviour in [core]max_templated_field_length."
# A retry keeps the start of the try before it until it begins itself.
_NOT_BEGUN = frozenset({None, "scheduled", "queued", "upstream_failed", "removed"})
_HAS_RENDERED = frozenset({"success", "deferred"})
_HAS_FAILED = frozenset({"failed", "up_for_retry"})
_ERRORS = frozenset({"error", "critical"})


def instance_key(item: TaskInstanceItem) -> TaskInstanceKey:
    index = NOT_MAPPED if item.map_index is None else item.map_index
    return TaskInstanceKey(item.dag_id, item.dag_run_id, item.task_id, index)


def try_key(item: TaskInstanceItem) -> TryKey:
    return TryKey(instance_key(item), item.try_number or 0)


def with_fields(
    items: Iterable[TaskInstanceItem], told: Iterable[TaskInstanceItem]
) -> tuple[TaskInstanceItem, ...]:
    """The items with the fields that were told apart from them and later: those of the same try.

    All else stays as it was listed: what was read in between is of that time.
    """
    fields = {try_key(one): one.rendered_fields for one in told}
    return tuple(
        msgspec.structs.replace(item, rendered_fields=fields.get(try_key(item))) for item in items
    )


def may_have_rendered(item: TaskInstanceItem) -> bool:
    """Whether the try has begun, so that it may have fields of its own."""
    has_begun = bool(item.try_number) and item.start_date is not None
    return has_begun and item.state not in _NOT_BEGUN


def map_label(item: TaskInstanceItem, *, masking: Masking) -> str | None:
    """What a mapped instance calls itself: its number, or a template's text."""
    label = item.rendered_map_index
    return label if label is None or label.isdigit() else masking.text(label)


def try_from(
    item: TaskInstanceItem, *, rendered: Mapping[str, Json] | None, masking: Masking
) -> Try:
    """One try. `rendered` are the fields that rendered_from takes for its own."""
    version = item.dag_version
    return Try(
        key=try_key(item),
        state=item.state,
        operator=item.operator_name or item.operator or "",
        start=item.start_date,
        end=item.end_date,
        queued_at=item.queued_when,
        max_tries=item.max_tries or 0,
        version_number=None if version is None else version.version_number,
        hostname=item.hostname or "",
        rendered_map_index=map_label(item, masking=masking),
        rendered=rendered,
    )


def rendered_from(
    item: TaskInstanceItem,
    *,
    before: Mapping[str, Json] | None,
    log: TryLog | None,
    masking: Masking,
) -> Mapping[str, Json] | None:
    """The rendered fields, masked, when they are certainly those of this very try; else None.

    `before` are the fields stored for the try before this one, `log` is this try's own.
    """
    fields = masking.fields(item.rendered_fields)
    if not isinstance(fields, dict) or not fields:
        return None
    fields = {name: _bounded(value) for name, value in fields.items()}
    # Stored before a secret in them was known, they would differ by that alone.
    earlier = None if before is None else masking.again(dict(before))
    is_later = (item.try_number or 0) > 1
    if not is_later or item.state in _HAS_RENDERED or (before is not None and fields != earlier):
        return fields
    return fields if item.state in _HAS_FAILED and log and _failed_after_rendering(log) else None


def _bounded(value: Json) -> Json:
    """The field; one that is longer than is kept in the words in which Airflow itself cuts it."""
    text = value if isinstance(value, str) else str(value)
    return value if len(text) <= _FIELD_LIMIT else f"{_CUT} {text[:_FIELD_LIMIT]}..."


def _failed_after_rendering(log: TryLog) -> bool:
    errors = [event for event in log.events if event.error_type or event.level in _ERRORS]
    return bool(errors) and not any(RENDERING_FAILED in event.text for event in log.events)
