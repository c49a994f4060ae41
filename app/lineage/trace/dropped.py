"""Task ids that gave nothing to a list of Airflow 2, which leaves them out without a word."""

from collections.abc import Iterator
from dataclasses import replace

from app.lineage.template.holes import has_holes
from app.lineage.template.reads import Ask, Origin
from app.lineage.trace.broken import Broken
from app.lineage.trace.comparing import LAZY
from app.lineage.trace.spot import Spot
from app.lineage.view import View


def dropped(asks: tuple[Ask, ...], template: str, spot: Spot, view: View) -> Iterator[Broken]:
    """A broken pull for each id that is not in the list though it was asked for.

    One that is no task at all is always a mistake; that a task gave nothing may be meant, unless
    the list shows nothing but how short it is.
    """
    is_lazy = isinstance(spot.rendered, str) and LAZY in spot.rendered
    for ask in asks:
        for task_id in ask.task_ids or () if _is_plain(ask) else ():
            if has_holes(task_id) or not (is_lazy or task_id not in view.index.task_ids):
                continue
            read = view.pull(replace(ask, task_ids=(task_id,), is_list=False)).reads[0]
            if read.is_known and read.xcom is None:
                yield spot.broken(Origin(read, is_there=False), template)


def _is_plain(ask: Ask) -> bool:
    is_own = ask.dag_id is None and ask.run_id is None and not ask.is_prior
    return ask.is_list and ask.is_sure and is_own and ask.map_indexes is None
