"""XComs: addresses from the index, values from wherever they were read."""

from app.airflow.payloads import XComItem, XComValue
from app.ingest.depth import TOO_DEEP
from app.ingest.masking import Masking
from app.model.facts import XCom, XComKey
from app.model.ids import NOT_MAPPED, TaskInstanceKey
from app.model.values import Json

#: Characters that are kept of a value which is not kept whole.
PREVIEW = 2_000


def xcom_key(item: XComItem) -> XComKey | None:
    """The version that a row of the index tells of; None when it has no time."""
    if item.timestamp is None:
        return None
    index = NOT_MAPPED if item.map_index is None else item.map_index
    instance = TaskInstanceKey(item.dag_id, item.run_id, item.task_id, index)
    return XComKey(instance, item.key, item.timestamp)


def xcom_from(at: XComKey, read: XComValue, *, masking: Masking) -> XCom:
    """The version with its value, masked.

    The value's own time counts: between the index and the value the XCom may have been pushed
    again, and what was read is then the newer version.
    """
    timestamp = read.timestamp or at.timestamp
    if read.truncated and isinstance(read.value, str):
        value: Json = masking.beginning(read.value, length=PREVIEW, sha256=read.sha256)
    else:
        value = masking.value(read.value)
    return XCom(
        XComKey(at.instance, at.key, timestamp),
        value,
        size=read.size,
        truncated=read.truncated or value is TOO_DEEP,
        sha256=masking.sha256(read.sha256),
    )
