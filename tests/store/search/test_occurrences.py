"""Leaves found by their exact text; on both stores."""

from hashlib import blake2b

from app.model.leaves import Place
from app.model.values import Json
from app.query.parsing import parse
from app.store.search.finding import search
from app.store.search.kinds import LONGEST
from app.store.search.occurrences import leaves_with_text
from app.store.search.writing import hash_of
from app.store.session import Store
from tests.build import START, after, keep, make_facts, make_try, make_xcom


def test_a_text_is_found_where_it_was_given_and_got_the_newest_first(store: Store) -> None:
    keep(store, make_facts())
    with store.reading() as session:
        found = leaves_with_text(session, "alpha")
        assert [one.at.place for one in found.leaves] == [Place.FIELD, Place.XCOM]
        assert found.older is None
        assert leaves_with_text(session, "alph").leaves == ()


def test_it_goes_on_with_the_older_ones(store: Store) -> None:
    values = [make_xcom("extract", "x", seconds=second) for second in range(5)]
    keep(store, make_facts(xcoms=tuple(values)))
    times = []
    older: int | None = None
    with store.reading() as session:
        while True:
            page = leaves_with_text(session, "x", older=older, most=2)
            times += [one.at.time for one in page.leaves]
            older = page.older
            if older is None:
                break
    assert times == [after(second) for second in (4, 3, 2, 1, 0)]


def test_texts_of_any_length_are_told_apart(store: Store) -> None:
    texts: list[Json] = [
        "a" * 63,
        "a" * 64,
        "a" * 65,
        "a" * 66,
        "\0" * 10,
        "\0" * 70,
        "b" * (LONGEST + 1),
    ]
    keep(store, make_facts(tries=(make_try("extract"),), xcoms=(make_xcom("extract", texts),)))
    with store.reading() as session:
        for at, text in enumerate(texts):
            (one,) = leaves_with_text(session, str(text)).leaves
            assert (one.at.path, one.text) == ((at,), str(text)[:LONGEST])


def test_long_texts_with_the_same_hash_are_told_apart(store: Store) -> None:
    one, other = alike()
    assert hash_of(one) == hash_of(other)
    facts = make_facts(tries=(), xcoms=(make_xcom("extract", [one]), make_xcom("load", [other])))
    keep(store, facts)
    with store.reading() as session:
        for text in (one, other):
            (found,) = leaves_with_text(session, text).leaves
            assert found.text == text
            (found,) = search(session, parse(f'"{text}"', now=START)).leaves
            assert found.text == text


def alike() -> tuple[str, str]:
    """Two long texts that have the same hash; of 200,000 some do."""
    seen: dict[int, str] = {}
    for number in range(200_000):
        text = f"{blake2b(str(number).encode()).hexdigest()}-{number}"
        before = seen.setdefault(hash_of(text), text)
        if before != text:
            return before, text
    raise AssertionError("no two of them")
