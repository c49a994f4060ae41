"""Leaves of which the exact text is known."""

from itertools import chain, islice

from app.model.leaves import Found
from app.store.search.kinds import LONGEST
from app.store.search.numbers import BEYOND
from app.store.search.ordered import newest_of, of_one_text
from app.store.search.reading import read_leaves
from app.store.search.spans import Stretch
from app.store.session import ReadSession


def leaves_with_text(
    session: ReadSession,
    text: str,
    *,
    older: int | None = None,
    most: int = 50,
) -> Found:
    """The newest leaves whose text is this one, of those whose number is below `older`.

    Of texts longer than LONGEST the beginnings are compared.
    """
    high, beginning = BEYOND if older is None else older, text[:LONGEST]
    batches = newest_of(Stretch(session, 0, high), of_one_text(beginning))
    each = chain.from_iterable(batch.numbers for batch in batches)
    numbers = list(islice(each, most + 1))
    more = numbers[most - 1] if len(numbers) > most else None
    leaves = read_leaves(session, numbers[:most])
    return Found(tuple(one for one in leaves if one.text == beginning), older=more)
