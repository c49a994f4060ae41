"""Leaves of which is known exactly what is looked for: where they stand, or their text."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, func, literal_column, or_, select

from app.model.leaves import Found, Leaf, LeafAddress, Place
from app.model.values import shape_of
from app.store.search.kinds import LONGEST
from app.store.search.reading import read_hits, with_tries
from app.store.search.writing import hash_of, positions_text
from app.store.session import ReadSession
from app.store.tables import (
    dag,
    dag_run,
    deployment,
    leaf,
    leaf_path,
    task_instance,
    task_try,
    xcom,
)
from app.store.types import as_stored

#: As many characters of a text stand in the index on texts; the longer ones are found by a hash.
HEAD = 64


def read_leaf(session: ReadSession, at: LeafAddress) -> Leaf | None:
    """The leaf that stands there; None when none does."""
    positions = [step for step in at.path if isinstance(step, int)]
    of_owner = leaf.c.xcom_pk if at.place == Place.XCOM else leaf.c.try_pk
    number = session.scalar(
        select(leaf.c.id)
        .join(leaf_path, leaf.c.path_pk == leaf_path.c.id)
        .where(
            of_owner == _owner(at).scalar_subquery(),
            leaf_path.c.name == at.name,
            leaf_path.c.steps == list(shape_of(at.path)),
            leaf.c.positions.is_not_distinct_from(positions_text(positions)),
        )
    )
    hits = read_hits(session, [] if number is None else [number])
    return with_tries(session, hits)[0].leaf if hits else None


def leaves_with_text(
    session: ReadSession,
    text: str,
    *,
    older: int | None = None,
    most: int = 50,
    places: Collection[Place] = tuple(Place),
) -> Found:
    """The newest leaves whose text is this one, of those whose number is below `older`.

    Of texts longer than LONGEST the beginnings are compared.
    """
    conditions = [*is_text(text[:LONGEST]), _is_in(places)]
    if older is not None:
        conditions.append(leaf.c.id < older)
    numbers = (
        session.execute(
            select(leaf.c.id).where(*conditions).order_by(leaf.c.id.desc()).limit(most + 1)
        )
        .scalars()
        .all()
    )
    hits = with_tries(session, read_hits(session, numbers[:most]))
    more = numbers[most - 1] if len(numbers) > most else None
    return Found(tuple(one.leaf for one in hits), older=more)


def is_text(text: str) -> list[ColumnElement[bool]]:
    """That a leaf has exactly this text, as the indexes on texts can tell."""
    # Not that the text is this one too: SQLite would put it into substr() and then know no index.
    length = func.length(leaf.c.text)
    if len(as_stored(text)) < HEAD:
        return [head() == text]  # Which the index tells without the leaves themselves.
    if len(as_stored(text)) == HEAD:
        return [head() == text, length <= literal_column(str(HEAD))]
    return [leaf.c.hash == hash_of(text), length > literal_column(str(HEAD)), leaf.c.text == text]


def head() -> ColumnElement[str]:
    """The beginning of a leaf's text; the numbers stand in the statement, as in the index."""
    beginning: ColumnElement[str] = func.substr(
        leaf.c.text, literal_column("1"), literal_column(str(HEAD)), type_=leaf.c.text.type
    )
    return beginning


def _is_in(places: Collection[Place]) -> ColumnElement[bool]:
    owners = {Place.XCOM: leaf.c.xcom_pk, Place.FIELD: leaf.c.try_pk}
    return or_(*(owners[place].is_not(None) for place in places))


def _owner(at: LeafAddress) -> Select[int]:
    """The number of the XCom or of the try."""
    instance = at.instance
    of_owner: tuple[ColumnElement[bool], ...]
    of_run = (
        deployment.c.name == at.deployment,
        dag.c.dag_id == instance.dag_id,
        dag_run.c.run_id == instance.run_id,
    )
    if at.place == Place.XCOM:
        owner = select(xcom.c.id).join(dag_run, xcom.c.run_pk == dag_run.c.id)
        of_owner = (
            xcom.c.task_id == instance.task_id,
            xcom.c.map_index == instance.map_index,
            xcom.c.key == at.name,
            xcom.c.timestamp == at.time,
        )
    else:
        owner = (
            select(task_try.c.id)
            .join(task_instance, task_try.c.task_instance_pk == task_instance.c.id)
            .join(dag_run, task_instance.c.run_pk == dag_run.c.id)
        )
        of_owner = (
            task_instance.c.task_id == instance.task_id,
            task_instance.c.map_index == instance.map_index,
            task_try.c.try_number == at.try_number,
        )
    of_deployment = owner.join(dag, dag_run.c.dag_pk == dag.c.id).join(
        deployment, dag.c.deployment_id == deployment.c.id
    )
    return of_deployment.where(*of_run, *of_owner)
