"""What a search finds; on both stores."""

from app.model.leaves import Place
from app.query.terms import Condition, Contains, Is, Query, Term
from app.store.search.finding import search
from app.store.session import Store
from tests.build import keep, make_facts


def found(store: Store, *conditions: Condition) -> list[tuple[str, str, str]]:
    """The place, the path and the text of each leaf that is found, the newest first."""
    with store.reading() as session:
        result = search(session, Query(tuple(map(Term, conditions))), seconds=60)
    assert result.older is None
    return [
        (one.at.place.value, ".".join([one.at.name, *map(str, one.at.path)]), one.text)
        for one in result.leaves
    ]


def test_what_a_task_gave_and_what_one_got_is_found(store: Store) -> None:
    keep(store, make_facts())
    assert found(store, Contains("LPH")) == [
        (Place.FIELD, "arguments.0", "alpha"),
        (Place.XCOM, "return_value.key1", "alpha"),
    ]
    assert found(store, Is("2")) == [(Place.XCOM, "return_value.key2.1", "2")]
