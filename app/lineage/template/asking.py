"""What the arguments of an `xcom_pull` ask for."""

from typing import Any

from app.lineage.template.plain import plain
from app.lineage.template.reads import Ask
from app.lineage.template.tracked import Nothing
from app.model.ids import NOT_MAPPED

#: Map indexes that one pull may ask for; no more are looked at.
_MOST_INDEXES = 1_000


def ask_for(arguments: dict[str, Any]) -> Ask:
    """The question that arguments of `xcom_pull` ask; unknown ones make it unsure."""
    ids = arguments.get("task_ids")
    several = isinstance(ids, list | tuple)
    listed = list(ids) if isinstance(ids, list | tuple) else [ids]
    names = tuple(str(one) for one in listed if isinstance(one, str))
    key, dag_id = arguments.get("key", "return_value"), arguments.get("dag_id")
    run_id, prior = arguments.get("run_id"), plain(arguments.get("include_prior_dates", False))
    indexes = _indexes(arguments)
    texts = (dag_id is None or isinstance(dag_id, str | Nothing)) and (
        run_id is None or isinstance(run_id, str | Nothing)
    )
    sure = texts and isinstance(key, str) and indexes != () and isinstance(prior, bool | None)
    return Ask(
        task_ids=None if plain(ids) is None else names,
        is_list=several,
        key=str(key) if isinstance(key, str) else "",
        dag_id=str(dag_id) if isinstance(dag_id, str) else None,
        map_indexes=indexes or None,
        is_index_list=isinstance(arguments.get("map_indexes"), list | tuple | range),
        run_id=str(run_id) if isinstance(run_id, str) else None,
        is_prior=prior is True,
        is_sure=sure and (len(names) == len(listed) or plain(ids) is None),
    )


def _indexes(arguments: dict[str, Any]) -> tuple[int, ...] | None:
    """The map indexes asked for; None when none are, nothing when they are not known.

    An explicit None asks Airflow 3 for the instance that is not mapped.
    """
    if "map_indexes" not in arguments:
        return None
    value = plain(arguments["map_indexes"])
    if value is None:
        return (NOT_MAPPED,)
    listed = list(value) if isinstance(value, list | tuple | range) else [value]
    known = [one for one in listed if isinstance(one, int) and not isinstance(one, bool)]
    return tuple(known) if len(known) == len(listed) and len(known) <= _MOST_INDEXES else ()
