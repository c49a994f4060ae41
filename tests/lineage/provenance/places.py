"""Places of a value and flows between them, told in a few words."""

from typing import Any

from app.lineage.provenance.occurrences import Provenance, provenance
from app.model.findings import Consumer, Evidence, Flow, KnownFlow, Producer
from app.model.leaves import Leaf, LeafAddress, Place
from app.model.values import Path
from tests.build import after, make_instance

#: A text that chance puts nowhere twice.
VALUE = "s3://lake/part-7f3a9c.parquet"


def gave(task: str, *path: str | int, text: str = VALUE, at: float = 9, **more: Any) -> Leaf:
    return _leaf(Place.XCOM, task, more.pop("name", "return_value"), path, text, at, more)


def got(task: str, *path: str | int, text: str = VALUE, at: float = 11, **more: Any) -> Leaf:
    return _leaf(Place.FIELD, task, more.pop("name", "arguments"), path or (0,), text, at, more)


def _leaf(  # noqa: PLR0913, PLR0917 - an address has as many parts
    place: Place, task: str, name: str, path: Path, text: str, at: float, more: dict[str, Any]
) -> Leaf:
    deployment, number = more.pop("deployment", "default"), more.pop("try_number", 1)
    shown = {one: more.pop(one) for one in ("state", "is_gone") if one in more}
    where = LeafAddress(
        deployment, place, make_instance(task, **more), number, name, path, after(at)
    )
    return Leaf(int(at * 10), where, text, text, **shown)


def read(  # noqa: PLR0913 - each differs in some test
    given: Leaf,
    taken: Leaf,
    *,
    field: str = "arguments[0]",
    path: Path | None = None,
    evidence: Evidence = Evidence.CONFIRMED,
    spans: tuple[tuple[int, int], ...] = (),
    number: int | None = None,
) -> KnownFlow:
    """The flow from one place into the other; `path` where it read more or less than the place."""
    source, target = given.at, taken.at
    return KnownFlow(
        target.deployment,
        Flow(
            Producer(
                source.instance,
                source.try_number if number is None else number,
                source.name,
                source.path if path is None else path,
            ),
            Consumer(target.instance, target.try_number, field, spans),
            evidence,
            value=given.text,
        ),
        started=target.time,
        state="success",
    )


def of(
    chosen: Leaf,
    *leaves: Leaf,
    flows: tuple[KnownFlow, ...] = (),
    is_telling: bool = True,
    parts: tuple[str, ...] = (),
) -> Provenance:
    return provenance(
        chosen.at,
        chosen.text if parts else VALUE,
        leaves=(chosen, *leaves),
        flows=flows,
        is_telling=is_telling,
        parts=parts,
    )


def lines(found: Provenance) -> list[str]:
    """`load got inside | after confirmed`: act, tie and evidence of each place, and its readers."""
    return [
        " ".join(
            filter(
                None,
                (
                    one.at.instance.task_id,
                    one.act.value,
                    "inside" if one.spans else "",
                    "" if one.is_kept else "(not kept)",
                    f"| {one.tie.value}",
                    f"{one.evidence.value}" if one.evidence else "",
                    f"x{one.readers}" if one.readers else "",
                ),
            )
        )
        for one in found.occurrences
    ]
