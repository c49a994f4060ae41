"""What a search found as rows: the value, whose it is, and on the right where it went or came from.

Pure.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.graph.addresses import label
from app.graph.meant import meant
from app.lineage.extent import Extent, extent_of
from app.model.findings import Evidence, Problem, Producer
from app.model.ids import NOT_MAPPED, TaskInstanceKey
from app.model.leaves import Leaf, Place
from app.query.marks import marks
from app.query.terms import Query
from app.store.pages.search import LeafConsumer, LeafProducer, Surroundings
from app.web import links, text
from app.web.leaf_places import Spelling, place_name, spelling
from app.web.marked import spotted
from app.web.read_words import EXTENTS

# Characters of a value that a row shows.
_ROOM = 280
# Readers of one value that a row names.
_MOST_ENDS = 4


@dataclass(frozen=True, slots=True)
class End:
    """Who got the value, or gave it; `evidence` empty: it should have gone there."""

    evidence: str
    task: str
    number: str  # "x128" when so many mapped instances got it.
    place: str  # The field, or the key and path.
    href: str
    how: str = ""  # "as part of the whole", where it did not get just the value.


@dataclass(frozen=True, slots=True)
class ResultRow:
    href: str  # The page of the value.
    value: tuple[text.Piece, ...]
    size: str  # Of a value that is not shown whole.
    state: str | None
    dag_id: str
    deployment: str  # Empty where there is one only.
    task: str
    number: str  # "x6" when so many mapped instances gave, or got, the same.
    task_href: str
    place: str
    is_given: bool  # An XCom's; else a field's.
    run: str
    run_title: str
    run_href: str
    attempt: str  # "try 2"; empty where it is not known.
    when: text.Moment | None
    gone: str  # "gone from Airflow: kept only here", or nothing.
    ends: tuple[End, ...]
    more: str  # "and 2 more".
    nobody: str  # Instead of ends.


def result_rows(
    leaves: Iterable[Leaf],
    around: Surroundings,
    query: Query,
    *,
    now: datetime,
    names_deployment: bool,
) -> tuple[ResultRow, ...]:
    """Mapped instances of a task that gave, or got, the same are one row, where the newest is."""
    shown = tuple(leaves)
    named = spelling(leaf.at for leaf in shown)
    return tuple(
        _row(alike, around, query, named, now=now, names_deployment=names_deployment)
        for alike in _alike(shown)
    )


def place_of(leaf: Leaf) -> str:
    """`tiles_uri`, `stats.rows`, `env_vars.PATH_IN`: a leaf's address within its task."""
    return place_name(leaf.at, leaf.at.path)


def consumers_of(leaf: Leaf, around: Surroundings) -> tuple[tuple[LeafConsumer, Extent], ...]:
    """The fields that got the leaf, something it is a part of, or a part of it."""
    if leaf.at.place is not Place.XCOM:
        return ()
    found = around.consumers.get(leaf.at.deployment, ())
    read = ((one, _extent(one.producer, leaf)) for one in found)
    return tuple((one, extent) for one, extent in read if extent is not None)


def producers_of(leaf: Leaf, around: Surroundings) -> tuple[LeafProducer, ...]:
    """What went into the leaf of a field, or into something it is a part of."""
    if leaf.at.place is not Place.FIELD:
        return ()
    at, field = leaf.at, place_of(leaf)
    return tuple(
        one
        for one in around.producers.get(at.deployment, ())
        if one.instance == at.instance
        and at.try_number in (0, one.try_number)
        and (one.field == field or field.startswith((f"{one.field}.", f"{one.field}[")))
    )


def ends_of(leaf: Leaf, around: Surroundings) -> tuple[tuple[End, ...], int]:
    """Who read it, or gave it, as many as are shown, and how many are not."""
    return _room_for(tuple(dict.fromkeys(_ends((leaf,), around))))


def _extent(producer: Producer, leaf: Leaf) -> Extent | None:
    at = leaf.at
    is_same_try = 0 in (producer.try_number, at.try_number) or producer.try_number == at.try_number
    is_same = (producer.instance, producer.key) == (at.instance, at.name)
    return _read(producer.path, leaf) if is_same_try and is_same else None


def _read(path: tuple[str | int | None, ...], leaf: Leaf) -> Extent | None:
    """A part can be read of a text alone: it is JSON, or the beginning of what was cut."""
    extent = extent_of(path, leaf.at.path)
    return None if extent is Extent.PART and not isinstance(leaf.value, str) else extent


def _alike(leaves: Iterable[Leaf]) -> Iterable[tuple[Leaf, ...]]:
    found: dict[object, list[Leaf]] = {}
    for leaf in leaves:
        at, instance = leaf.at, leaf.at.instance
        is_mapped = instance.map_index != NOT_MAPPED
        task = (at.deployment, instance.run, instance.task_id)
        given = (at.place, at.name, at.path, leaf.text, leaf.state, leaf.is_gone)
        found.setdefault((*task, *given) if is_mapped else leaf.number, []).append(leaf)
    return map(tuple, found.values())


def _row(  # noqa: PLR0913 - the leaves and what is known of the page
    alike: tuple[Leaf, ...],
    around: Surroundings,
    query: Query,
    named: Spelling,
    *,
    now: datetime,
    names_deployment: bool,
) -> ResultRow:
    leaf = alike[0]
    at, instance = leaf.at, leaf.at.instance
    run = around.runs.get((at.deployment, instance.run))
    when = text.day_and_time(run.run_after) if run else None
    ends, left = _room_for(tuple(dict.fromkeys(_ends(alike, around))))
    return ResultRow(
        href=links.value(at),
        value=_value(leaf, query),
        size=_size(leaf),
        state=leaf.state,
        dag_id=instance.dag_id,
        deployment=at.deployment if names_deployment else "",
        task=_task(instance) if len(alike) == 1 else instance.task_id,
        number=_times(len(alike)),
        task_href=links.task_instance(
            deployment=at.deployment, instance=instance, try_number=at.try_number or None
        ),
        place=named.of(at),
        is_given=at.place is Place.XCOM,
        run=f"run {when.text.removesuffix(' UTC')}" if when else "run",
        run_title=instance.run_id,
        run_href=links.run(deployment=at.deployment, run=instance.run, tab="graph"),
        attempt=f"try {at.try_number}" if at.try_number else "",
        when=text.ago(at.time, now),
        gone="gone from Airflow: kept only here" if leaf.is_gone or (run and run.is_gone) else "",
        ends=ends,
        more=f"and {text.thousands(left)} more" if left else "",
        nobody="" if ends else _nobody(leaf),
    )


def _value(leaf: Leaf, query: Query) -> tuple[text.Piece, ...]:
    if not leaf.text:
        return (text.Piece('""'),)
    return spotted(leaf.text, marks(query, leaf.text), _ROOM)


def _size(leaf: Leaf) -> str:
    if leaf.cut_from is not None:
        return f"the beginning of {text.size(leaf.cut_from)}, not kept whole"
    return text.count(len(leaf.text), "character") if len(leaf.text) > _ROOM else ""


def _task(instance: TaskInstanceKey) -> str:
    return instance.task_id + text.mapped(instance.map_index)


def _nobody(leaf: Leaf) -> str:
    return "nobody read it" if leaf.at.place is Place.XCOM else "from no XCom that is known"


def _ends(alike: tuple[Leaf, ...], around: Surroundings) -> tuple[End, ...]:
    came = (_came(one, leaf) for leaf in alike for one in producers_of(leaf, around))
    missed = (end for leaf in alike for end in _missed(leaf, around))
    return (*came, *_went(alike, around), *missed)


def _room_for(ends: tuple[End, ...]) -> tuple[tuple[End, ...], int]:
    """Those that are shown, and how many are not; what is broken always is."""
    broken = tuple(end for end in ends if not end.evidence)
    others = tuple(end for end in ends if end.evidence)
    room = max(_MOST_ENDS - len(broken), 1)
    left = len(others) - room
    # One line says "and 1 more", or says it.
    return (ends, 0) if left <= 1 else ((*others[:room], *broken), left)


def _came(one: LeafProducer, leaf: Leaf) -> End:
    given = one.producer
    return End(
        evidence=one.evidence.value,
        task=_elsewhere(given.instance, leaf) + _task(given.instance),
        number="",
        place=label(given.key, given.path),
        href=links.task_instance(deployment=leaf.at.deployment, instance=given.instance),
    )


def _went(alike: tuple[Leaf, ...], around: Surroundings) -> tuple[End, ...]:
    """Mapped instances, and runs, in which the same field got it are one end."""
    together: dict[tuple[str, str, str, Evidence, Extent], list[LeafConsumer]] = {}
    for one, extent in (each for leaf in alike for each in consumers_of(leaf, around)):
        key = (one.instance.dag_id, one.instance.task_id, one.field, one.evidence, extent)
        together.setdefault(key, []).append(one)
    # Who asked for just this value comes before who got it with all the others.
    ordered = sorted(together.items(), key=lambda each: each[0][-1] is Extent.WHOLE)
    return tuple(_got(ones, key[-1], alike[0]) for key, ones in ordered)


def _got(ones: list[LeafConsumer], extent: Extent, leaf: Leaf) -> End:
    first, number = ones[0], sum(one.number for one in ones)
    task = _task(first.instance) if number == 1 else first.instance.task_id
    return End(
        evidence=first.evidence.value,
        task=_elsewhere(first.instance, leaf) + task,
        number=_times(number),
        place=first.field,
        href=links.task_instance(
            deployment=leaf.at.deployment, instance=first.instance, try_number=first.try_number
        ),
        how=EXTENTS[extent],
    )


def _times(number: int) -> str:
    return f"\N{MULTIPLICATION SIGN}{text.thousands(number)}" if number > 1 else ""


def _elsewhere(instance: TaskInstanceKey, leaf: Leaf) -> str:
    return "" if instance.dag_id == leaf.at.instance.dag_id else f"{instance.dag_id} / "


def _missed(leaf: Leaf, around: Surroundings) -> tuple[End, ...]:
    """Broken pulls that meant this value; one that Airflow still has, as they would get it now."""
    at = leaf.at
    run = around.runs.get((at.deployment, at.instance.run))
    if at.place is not Place.XCOM or leaf.is_gone or run is None:
        return ()
    found: dict[tuple[str, str], End] = {}
    for number, problem in around.problems.get(run.pk, ()):
        end = _broken(problem, number, leaf)
        if end:
            found.setdefault((end.task, end.place), end)
    return tuple(found.values())


def _broken(problem: Problem, number: int, leaf: Leaf) -> End | None:
    at = leaf.at.instance
    port = meant(problem, dag_id=at.dag_id, task_ids=(at.task_id,))
    if port is None or problem.consumer is None:
        return None
    if port.key != leaf.at.name or _read(port.path, leaf) is None:
        return None
    consumer = problem.consumer
    return End(
        evidence="",
        task=consumer.instance.task_id,
        number="",
        place=consumer.field,
        href=links.problem(number),
    )
