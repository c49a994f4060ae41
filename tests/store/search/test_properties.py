"""A search of the index finds what looking at every leaf finds, whatever the texts hold."""

import re
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.model.facts import Try, XCom
from app.model.leaves import Leaf
from app.model.values import Json
from app.query.matching import matches
from app.query.regex.literal import literal
from app.query.regex.reading import read
from app.query.terms import (
    At,
    Begins,
    Compared,
    Condition,
    Contains,
    In,
    Is,
    Matches,
    Named,
    Query,
    Scope,
    Sign,
    Since,
    Term,
    Until,
    Within,
)  # fmt: skip
from app.store.search.finding import search
from app.store.search.reading import read_leaves
from app.store.session import ReadSession, Store
from app.store.tables import leaf
from tests.build import after, keep, make_facts, make_try, make_xcom
from tests.postgres import Postgres
from tests.store.fixture import copied

# Few characters, so that texts are found; those that SQL, LIKE, JSON and the stores stumble over.
CHARACTERS = st.sampled_from("aAbB01_%\\'\"/.*=- éÉßẞİı漢字\0\x01\n\ud800\U0010fffd\U0010ffff�")
TEXTS = st.text(CHARACTERS, max_size=9) | st.sampled_from(
    ["alpha", "ALPHA", "2026-11-20", "2026-11-20T06:00:00Z", "12", "-1.5e3", "x" * 64, "x" * 65]
)
SCALARS: st.SearchStrategy[Json] = (
    TEXTS | st.none() | st.booleans() | st.integers(-3, 20) | st.floats(width=16) | st.just(2**70)
)
NAMES = st.sampled_from(["uri", "rows", "0", "a b", "é", "*", "%"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
TASKS = st.sampled_from(["extract", "load", "load_2"])
TIMES = st.sampled_from([-400_000_000, -3600, 0, 0.25, 0.5, 1, 2, 90, 700_000]).map(after)


@st.composite
def xcoms(draw: st.DrawFn) -> XCom:
    seconds = draw(st.sampled_from([0, 0.25, 1, 90]))
    key = draw(st.sampled_from(["return_value", "uri"]))
    return make_xcom(draw(TASKS), draw(VALUES), key=key, seconds=seconds)


@st.composite
def tries(draw: st.DrawFn) -> Try:
    fields = st.dictionaries(st.sampled_from(["arguments", "env_vars", "cmds"]), VALUES, max_size=2)
    state = draw(st.sampled_from(["success", "failed", None]))
    return make_try(
        draw(TASKS),
        try_number=draw(st.integers(1, 2)),
        start=draw(TIMES),
        rendered=draw(fields),
        state=state,
    )


STEPS = st.lists(
    st.sampled_from(["uri", "rows", "0", "1", "*", "**", "r*", "é"]), min_size=1, max_size=3
)
SCOPES = st.builds(
    Named,
    st.sampled_from(Scope),
    st.sampled_from(
        ["default", "geo_tiles", "geo_*", "r1", "r*", "load", "load*", "success", "uri", "*", "x"]
    ),
)
COMPARED = (
    st.builds(
        Compared,
        STEPS.map(tuple),
        st.sampled_from(Sign),
        st.floats(-5, 20, width=16) | st.just(2.0**70) | st.just(12.0) | st.just(-1500.0),
    )
    | st.builds(
        Compared,
        STEPS.map(tuple),
        st.sampled_from([Sign.LESS, Sign.AT_MOST, Sign.MORE, Sign.AT_LEAST]),
        TIMES,
    )
    | st.builds(Compared, STEPS.map(tuple), st.sampled_from([Sign.EQUAL, Sign.UNEQUAL]), TEXTS)
)


def _regex(text: str) -> Matches:
    pattern = re.escape(text) + "."
    return Matches(pattern, literal(read(pattern)))


CONDITIONS: st.SearchStrategy[Condition] = (
    st.builds(Contains, TEXTS)
    | st.builds(Is, TEXTS)
    | st.builds(Begins, TEXTS)
    | st.text(st.sampled_from("abAB01/漢"), min_size=1, max_size=5).map(_regex)
    | SCOPES
    | st.builds(At, STEPS.map(tuple))
    | COMPARED
    | st.builds(Since, TIMES)
    | st.builds(Until, TIMES)
    | st.builds(In, st.sampled_from(Within))
)
QUERIES = st.lists(st.builds(Term, CONDITIONS, st.booleans()), max_size=3).map(
    lambda terms: Query(tuple(terms))
)


def everything(session: ReadSession, query: Query) -> list[Leaf]:
    """Every leaf that fits, the newest first, by looking at all."""
    numbers = session.execute(select(leaf.c.id)).scalars().all()
    return [one for one in read_leaves(session, numbers) if matches(query, one)]


def paged(session: ReadSession, query: Query, most: int) -> list[Leaf]:
    """Every leaf that a search finds, page by page."""
    found: list[Leaf] = []
    older: int | None = None
    while True:
        page = search(session, query, older=older, most=most, seconds=60)
        assert len(page.leaves) <= most
        found += page.leaves
        older = page.older
        if older is None:
            return found


@dataclass(frozen=True)
class Case:
    xcoms: list[XCom]
    tries: list[Try]
    queries: list[Query]
    most: int  # Leaves on a page.


CASES = st.builds(
    Case,
    st.lists(xcoms(), max_size=5),
    st.lists(tries(), max_size=4),
    st.lists(QUERIES, min_size=1, max_size=8),
    st.integers(1, 4),
)
CALM = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))


def check(store: Store, case: Case) -> None:
    keep(store, make_facts(xcoms=tuple(case.xcoms), tries=tuple(case.tries)))
    with store.reading() as session:
        for query in case.queries:
            assert paged(session, query, case.most) == everything(session, query)


@CALM
@given(case=CASES)
def test_sqlite_finds_what_looking_at_every_leaf_finds(migrated: Path, case: Case) -> None:
    with TemporaryDirectory() as folder, copied(migrated, Path(folder)) as store:
        check(store, case)


@pytest.mark.postgres
@CALM
@given(case=CASES)
def test_postgresql_finds_what_looking_at_every_leaf_finds(postgres: Postgres, case: Case) -> None:
    with postgres.database() as url:
        store = Store(url)
        try:
            check(store, case)
        finally:
            store.close()
