"""What `xcom_pull` makes of the XComs it finds, in Airflow 2 and in Airflow 3.

Measured (airflow-facts.md, 1.6 and part 2) and read in the sources of 2.11.2 and 3.3.2.
"""

from collections.abc import Sequence

from app.lineage.template.reads import Answer, Ask, Read
from app.model.ids import NOT_MAPPED

#: What was found for each task that was asked for, in map-index order: reads that hold an XCom, or
#: the single one that tells of its absence.
Found = Sequence[Sequence[Read]]


def as_airflow_3(ask: Ask, found: Found) -> Answer:
    """The single value there is, or a list in which None stands for each task that gave nothing.

    Only a pull with map_indexes has a use for its `default`.
    """
    reads = tuple(read for of_task in found for read in of_task)
    if ask.map_indexes is not None:
        return Answer(reads, ask.is_list or ask.is_index_list)
    return Answer(reads, ask.is_list or len(reads) != 1, takes_default=False)


def as_airflow_2(ask: Ask, found: Found) -> Answer:
    """The newest value, or a lazy list without what is missing, where there could be several."""
    reads = tuple(read for of_task in found for read in of_task)
    there = tuple(read for read in reads if read.xcom is not None or not read.is_known)
    if ask.is_list or ask.is_index_list:
        return Answer(there, is_list=True, is_lazy=True)
    if not there:
        return Answer(reads[:1])
    newest = max(there, key=_pushed)
    if ask.map_indexes is None and newest.instance and newest.instance.map_index != NOT_MAPPED:
        return Answer(there, is_list=True, is_lazy=True)
    return Answer((newest,))


def _pushed(read: Read) -> tuple[bool, float]:
    """What is not known goes before: it may be the newest."""
    if read.xcom is None:
        return (True, 0.0)
    return (not read.is_known, read.xcom.at.timestamp.timestamp())
