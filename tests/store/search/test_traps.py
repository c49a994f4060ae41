"""What makes searches slow without a sign, each seen once: in plans and in statements."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import OperationalError

from app.model.facts import XCom
from app.model.leaves import Leaf
from app.model.rights import Grant, Rights
from app.query.parsing import parse
from app.query.terms import At, Begins, Compared, Condition, Contains, Is, Query, Sign, Term
from app.store.search.finding import search
from app.store.search.limits import TimeIsUp, at_most
from app.store.search.trigrams import can_find
from app.store.session import ReadSession, Store
from tests.build import RUN, START, keep, make_facts, make_xcom
from tests.store.conftest import BOTH

DAY_SECONDS = 24 * 3600
WEEK = 7 * DAY_SECONDS
# As the statements have the day of a leaf.
DAY = "leaf.id / 22118400"


def kept(store: Store, *xcoms: XCom) -> None:
    keep(store, make_facts(tries=(), xcoms=xcoms))


def query(*conditions: Condition) -> Query:
    return Query(tuple(map(Term, conditions)))


@contextmanager
def statements(store: Store) -> Iterator[list[tuple[str, object]]]:
    """What is executed meanwhile, with its parameters."""
    with executed(store.engine) as seen:
        yield seen


@contextmanager
def executed(by: Engine | Connection) -> Iterator[list[tuple[str, object]]]:
    seen: list[tuple[str, object]] = []

    def note(*args: object) -> None:
        seen.append((str(args[2]), args[3]))

    event.listen(by, "before_cursor_execute", note)
    yield seen
    event.remove(by, "before_cursor_execute", note)


def explained(
    session: ReadSession, statement: str, given: object, how: str = "EXPLAIN ANALYZE"
) -> Sequence[str]:
    """PostgreSQL's plan for a statement as it was seen."""
    return session.exec_driver_sql(f"{how} {statement}", given).scalars().all()  # type: ignore[arg-type] # the driver's own


def plan(store: Store, statement: str, parameters: object) -> str:
    with store.reading() as session:
        rows = session.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)  # type: ignore[arg-type]
        return " | ".join(row[3] for row in rows)


ON_SQLITE = pytest.mark.parametrize("store_url", BOTH[:1], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("store_url", BOTH[1:], indirect=True)


@ON_SQLITE
def test_like_with_escape_would_not_use_sqlites_index_of_texts(store: Store) -> None:
    like = "SELECT rowid FROM leaf_trigram WHERE text LIKE ?"
    assert "INDEX 0:L0" in plan(store, like, ("%alpha%",))
    assert "INDEX 0:L0" not in plan(store, f"{like} ESCAPE '\\'", ("%al\\%pha%",))


@ON_SQLITE
def test_ours_uses_it_between_two_numbers_and_the_greatest_first(store: Store) -> None:
    kept(store, make_xcom(value="50%_off"))
    with statements(store) as seen, store.reading() as session:
        assert len(search(session, query(Contains("0%_O")), seconds=60).leaves) == 1
    (match,) = [one for one in seen if "MATCH" in one[0]]
    found = plan(store, *match)
    assert "M1><" in found  # The words matched, and both bounds.
    assert "TEMP B-TREE" not in found


@pytest.mark.parametrize(
    ("condition", "index"),
    [
        (Begins("al"), "ix_leaf_head (<expr>=? AND <expr>>? AND <expr><?)"),
        (Is("alpha"), "ix_leaf_head (<expr>=? AND <expr>=?)"),
        (Is("a" * 100), "ix_leaf_long (<expr>=? AND hash=?)"),
        (
            Compared(("key1",), Sign.MORE, 4.0),
            "ix_leaf_path_num (<expr>=? AND path_pk=? AND num>?)",
        ),
        (At(("key1",)), "ix_leaf_path_hash (<expr>=? AND path_pk=?)"),
    ],
)
@ON_SQLITE
def test_what_an_index_has_is_looked_up_in_it_day_by_day(
    store: Store, condition: Condition, index: str
) -> None:
    kept(
        store,
        make_xcom(value={"key1": 5}),
        make_xcom(value="alpha", seconds=20),
        make_xcom(value="a" * 100, seconds=30),
    )
    with statements(store) as seen, store.reading() as session:
        assert len(search(session, query(condition)).leaves) == 1
    plans = [plan(store, *one) for one in seen if DAY in one[0] and "WITH" not in one[0]]
    assert plans
    for one in plans:
        assert index in one


@pytest.mark.parametrize("paths", ["", " path:return_value.*"])
@ON_SQLITE
def test_one_text_in_many_leaves_is_not_counted(store: Store, paths: str) -> None:
    days = [make_xcom(value=["alpha"] * 300, seconds=DAY_SECONDS * day) for day in range(20)]
    kept(store, *days)
    with statements(store) as seen, store.reading() as session:
        asked = parse(f'"alpha"{paths}', now=START)
        page = search(session, asked, seconds=60)
    assert len(page.leaves) == 50
    assert not [one for one, _ in seen if "count(" in one]
    # Whether they are few, which days have some, and of these the newest alone.
    _, _, newest = [one for one in seen if DAY in one[0] and "WITH" not in one[0]]
    # They come in the order of their numbers; but the newest of each path are put in order.
    assert plan(store, *newest).count("TEMP B-TREE") == bool(paths)


@ON_SQLITE
def test_days_that_have_many_are_put_in_order_one_by_one(store: Store) -> None:
    """All of eight days would have to be read and sorted for the newest fifty."""
    days = [
        make_xcom(value=[f"alpha{n}" for n in range(100)], seconds=DAY_SECONDS * day)
        for day in range(12)
    ]
    kept(store, *days, make_xcom(value=["alpha"], seconds=DAY_SECONDS * 12))
    with statements(store) as seen, store.reading() as session:
        page = search(session, parse("alpha*", now=START), seconds=60)
    assert [one.text for one in page.leaves][:2] == ["alpha", "alpha99"]
    ordered = [one for one, _ in seen if "ORDER BY" in one and DAY in one]
    # The newest day, which has one leaf; of the eight before that the newest.
    assert [f"({DAY}) = ?" in one for one in ordered] == [True, True]


@ON_SQLITE
def test_what_has_a_group_is_looked_up_one_after_the_other(store: Store) -> None:
    """The leaves would else be read first, all of them, and each be looked for in the index."""
    kept(store, make_xcom(value="alpha"))
    with statements(store) as seen, store.reading() as session:
        search(session, query(Contains("lph")), seconds=60)
    (match,) = [one for one in seen if "MATCH" in one[0]]
    steps = plan(store, *match).split(" | ")
    assert steps[0].startswith("SCAN leaf_trigram VIRTUAL TABLE")
    assert steps[1].startswith("SEARCH leaf USING INTEGER PRIMARY KEY")


@ON_SQLITE
def test_sqlites_index_without_places_takes_groups_and_no_longer_phrase(store: Store) -> None:
    with store.reading() as session, pytest.raises(OperationalError, match="phrase"):
        session.execute(text("SELECT rowid FROM leaf_trigram WHERE leaf_trigram MATCH '\"abcd\"'"))


@pytest.mark.parametrize("length", [3, 63, 64, 65, 200])
@ON_SQLITE
def test_exact_texts_of_any_length_use_an_index(store: Store, length: int) -> None:
    kept(store, make_xcom(value="x" * length))
    with statements(store) as seen, store.reading() as session:
        assert len(search(session, query(Is("x" * length)), seconds=60).leaves) == 1
    assert not [one for one in seen if "SCAN leaf " in plan(store, *one) + " "]


@ON_SQLITE
def test_a_deleted_or_replaced_value_is_in_sqlites_index_of_texts_no_more(store: Store) -> None:
    kept(store, make_xcom(value="alpha"))
    kept(store, make_xcom(value="omega"))
    with store.reading() as session:
        match = text("SELECT count(*) FROM leaf_trigram WHERE leaf_trigram MATCH :group")
        assert session.scalar(match, {"group": "alp"}) == 0
        assert session.scalar(match, {"group": "ome"}) == 1


@pytest.mark.parametrize("many", [3, 300])
@pytest.mark.parametrize("condition", [Is("alpha"), Begins("al"), Begins("alpha" * 13)])
def test_what_an_index_tells_wholly_is_not_asked_again(
    store: Store, condition: Condition, many: int
) -> None:
    whole = "alpha" if isinstance(condition, Is) else "alpha" * 14
    kept(store, make_xcom(value=[*[whole] * many, "beta"]))
    with statements(store) as seen, store.reading() as session:
        page = search(session, query(condition), seconds=60)
    assert {one.text for one in page.leaves} == {whole}
    # Of a longer beginning the index has the first characters only.
    is_told = condition != Begins("alpha" * 13)
    again = [one for one, _ in seen if "leaf.text =" in one or "substr(leaf.text, ?" in one]
    again += [one for one, _ in seen if "substr(leaf.text, %(" in one]
    assert bool(again) is not is_told


def test_nothing_is_counted_but_a_page_of_it(store: Store) -> None:
    kept(store, make_xcom(value=["alpha"] * 120))
    with statements(store) as seen, store.reading() as session:
        page = search(session, query(Contains("alpha")), seconds=60)
    assert len(page.leaves) == 50
    assert page.older is not None
    assert not [one for one, _ in seen if "count(" in one.lower() and "LIMIT" not in one]


@ON_POSTGRESQL
def test_punctuation_does_not_keep_postgresql_from_the_newest_first(store: Store) -> None:
    """pg_trgm drops it, so that `/dt=20` gives groups that nearly every path has."""
    paths = [f"s3://lake/dt=2026-11-{day:02}/a" for day in range(1, 29)]
    weeks = [make_xcom(value=list(paths), seconds=WEEK * number) for number in range(4)]
    kept(store, *weeks)
    with statements(store) as seen, store.reading() as session:
        page = search(session, query(Contains("/dt=20")), most=20, seconds=60)
    assert [one.text for one in page.leaves] == paths[:7:-1]
    assert not [one for one, _ in seen if "OFFSET 0" in one]  # The index was not asked.


@ON_POSTGRESQL
def test_postgresql_goes_on_into_older_parts(store: Store) -> None:
    old = (make_xcom(value="alpha", seconds=WEEK * number) for number in range(8))
    kept(store, *old, make_xcom(value=["beta"] * 1_100, seconds=WEEK * 8))
    with statements(store) as seen, store.reading() as session:
        page = search(session, query(Contains("alpha")), seconds=60)
    assert len(page.leaves) == 8
    # What is newest was looked at, then the index asked, for several weeks at a time; the weeks of
    # other tests may come before.
    weeks = [one.count("OFFSET 0") for one, _ in seen if "OFFSET 0" in one]
    assert sum(weeks) >= 9
    assert len(weeks) <= 5


def asked_of_index(store: Store, searched: str) -> dict[str, Any]:
    """The parameters of the last statement by which its one leaf was found."""
    with statements(store) as seen, store.reading() as session:
        page = search(session, query(Contains(searched)), seconds=60)
    assert [one.text for one in page.leaves] == ["s3://lake/dt=2026-03/a"]
    given = [given for one, given in seen if "OFFSET 0" in one][-1]
    assert isinstance(given, dict)
    return given


@ON_POSTGRESQL
def test_punctuation_narrows_what_postgresql_finds(store: Store) -> None:
    """pg_trgm drops it, so that `/dt=2026-0` has the groups that all paths have."""
    others = [f"s3://lake/dt=2026-1{number % 10}/{number}" for number in range(1_200)]
    kept(store, make_xcom(value=["s3://lake/dt=2026-03/a"]), make_xcom(value=[*others], seconds=1))
    given = asked_of_index(store, "/DT=2026-0")
    of_index = text("EXPLAIN ANALYZE SELECT id FROM leaf WHERE folded LIKE :rare0")
    with store.reading() as session:
        session.exec_driver_sql("SET LOCAL enable_seqscan = off")
        lines = session.execute(of_index, given).scalars().all()
    found = [re.search(r"actual.* rows=(\d+)", one) for one in lines if "Bitmap Index Scan" in one]
    assert sum(int(one[1]) for one in found if one) == 1


@ON_POSTGRESQL
def test_few_groups_are_asked_for_those_that_tell_most(store: Store) -> None:
    """The places of each are read: of `s3:`, `lake` and `dt=` there are as many as paths."""
    paths = [f"s3://lake/dt=2026-11-{number % 28:02}/{number}" for number in range(1_500)]
    kept(store, make_xcom(value=["s3://lake/dt=2026-03/a"]), make_xcom(value=[*paths], seconds=1))
    given = asked_of_index(store, "s3://lake/dt=2026-03")
    asked = [value for name, value in given.items() if name.startswith("rare")]
    assert 0 < len(asked) <= 3
    assert not [one for one in asked if one.strip("%") in "s3wqqlakeqdtv2026"]


@ON_POSTGRESQL
def test_where_a_text_is_frequent_an_older_week_is_read_from_its_end(store: Store) -> None:
    """The index would give all of them, to be put in order for the newest fifty."""
    old = make_xcom(value=[f"alpha {number}" for number in range(3_000)])
    kept(store, old, make_xcom(value=["beta"] * 1_200, seconds=WEEK))
    with statements(store) as seen, store.reading() as session:
        page = search(session, query(Contains("alpha")), seconds=60)
    assert [one.text for one in page.leaves] == [f"alpha {2_999 - at}" for at in range(50)]
    statement, given = [one for one in seen if "OFFSET 0" in one[0]][-1]
    with store.reading() as session:
        lines = explained(session, statement, given)
    of_index = [one for one in lines if "folded ~~" in one or "_folded_idx" in one]
    assert of_index
    assert "never executed" in " ".join(lines[-12:])


@ON_POSTGRESQL
def test_where_a_text_is_frequent_in_older_days_of_a_week_one_day_after_the_other_is_read(
    store: Store,
) -> None:
    """All of the week was read for the newest fifty: most of it from the disk."""
    days = [
        make_xcom(value=[f"alpha {day} {at}" for at in range(900)], seconds=DAY_SECONDS * day)
        for day in range(3)
    ]
    kept(store, *days, make_xcom(value=["beta"] * 2_200, seconds=DAY_SECONDS * 3))
    with statements(store) as seen, store.reading() as session:
        page = search(session, query(Contains("alpha")), seconds=60)
    assert [one.text for one in page.leaves] == [f"alpha 2 {899 - at}" for at in range(50)]
    statement, given = [one for one in seen if "OFFSET 0" in one[0]][-1]
    with store.reading() as session:
        lines = explained(session, statement, given)
    read = [re.search(r"Scan .*actual.* rows=(\d+)", one) for one in lines]
    assert max(int(one[1]) for one in read if one) <= 1_000


@ON_POSTGRESQL
@pytest.mark.parametrize("days", [range(15), *(range(one, 14, 7) for one in range(7))], ids=str)
def test_all_days_of_weeks_are_gone_through(store: Store, days: range) -> None:
    """A text may be on one day of each week alone, whichever that is."""
    having = [
        make_xcom(value=[f"alpha {day} {at}" for at in range(150)], seconds=DAY_SECONDS * day)
        for day in days
    ]
    # More of others than are looked at one by one, before the index is asked and at a week's end.
    others = [make_xcom("load", ["beta"] * 350, seconds=DAY_SECONDS * day) for day in range(28)]
    kept(store, *having, *others)
    asked = [f"alpha {day} {at}" for day in days for at in range(150)]
    found: list[str | None] = []
    older: int | None = None
    with store.reading() as session:
        while len(found) < len(asked):
            page = search(session, query(Contains("alpha")), older=older, seconds=60)
            found += [one.text for one in page.leaves]
            older = page.older
            assert page.leaves
    assert older is None
    assert found == asked[::-1]


@ON_POSTGRESQL
def test_a_text_that_a_reader_of_some_dags_looks_for_takes_no_sample(store: Store) -> None:
    """To find some texts of few DAGs, all leaves of the others would be passed over."""
    kept(store, make_xcom(value=["alpha", *["beta"] * 1_200]))
    seen = store.seen_with(Rights((Grant("default", frozenset({RUN.dag_id})),)))
    with seen.reading() as session, executed(session) as asked:
        assert len(search(session, query(Contains("alpha")), seconds=60).leaves) == 1
    assert not [one for one, _ in asked if "TABLESAMPLE" in one]


@ON_POSTGRESQL
def test_letters_that_stand_for_punctuation_are_not_taken_for_it(store: Store) -> None:
    """In the index `a/b` is `aqb`."""
    rest = make_xcom(value=["none"] * 1_100, seconds=1)
    kept(store, make_xcom(value=["a/b.c", "aqb.c", "a/bxc", "x50%y", "x500y"]), rest)
    with store.reading() as session:
        for searched in ("a/b.c", "aqb.c", "a/bxc", "x50%y"):
            page = search(session, query(Contains(searched)), seconds=60)
            assert [one.text for one in page.leaves] == [searched]


@ON_POSTGRESQL
@pytest.mark.parametrize("length", [5, 64, 70])
def test_one_text_in_many_leaves_is_read_in_order_and_not_sorted(store: Store, length: int) -> None:
    kept(store, make_xcom(value=["a" * length] * 3_000), make_xcom("load", ["b"] * 2_000))
    with store.writing() as session:
        session.execute(text("ANALYZE leaf"))
    with statements(store) as seen, store.reading() as session:
        page = search(session, query(Is("a" * length)), seconds=60)
    assert len(page.leaves) == 50
    asked = [(one, given) for one, given in seen if "AS place" in one]
    # Whether they are few, which gives the newest; the rest is not asked for.
    ((statement, given),) = asked
    with store.reading() as session:
        session.exec_driver_sql("SET LOCAL enable_seqscan = off")
        lines = explained(session, statement, given)
    # Weeks of other tests have nothing to be sorted.
    assert not [one for one in lines if re.search(r"Sort .*actual.* rows=[1-9]", one)]


@ON_POSTGRESQL
def test_a_frequent_text_is_not_looked_for_among_all_leaves(store: Store) -> None:
    """PostgreSQL expects it soon, wherever it begins: but it may be in old leaves alone."""
    # Long ones fill many pages, which makes reading in the order of numbers seem cheap.
    new = make_xcom("load", [f"b{n} " * 300 for n in range(3_000)], seconds=3_600)
    kept(store, make_xcom(value=["alpha"] * 1_000), new)
    with store.writing() as session:
        session.execute(text("ANALYZE"))
    with statements(store) as seen, store.reading() as session:
        assert len(search(session, query(Is("alpha")), seconds=60).leaves) == 50
    ((statement, given),) = [one for one in seen if "AS place" in one[0]]
    with store.reading() as session:
        lines = explained(session, statement, given)
    assert not [one for one in lines if "pkey" in one or "Removed by Filter" in one]


@ON_POSTGRESQL
def test_of_many_that_postgresql_finds_as_many_are_read_as_are_shown(store: Store) -> None:
    """It has checked each for the text: looking at all of them again took longer than finding."""
    kept(store, make_xcom(value=["alpha"] * 1_000))
    with statements(store) as seen, store.reading() as session:
        page = search(session, query(Contains("alpha")), seconds=60)
    assert len(page.leaves) == 50
    given = [one for _, one in seen if isinstance(one, dict)]
    assert [one["numbers"].count(",") for one in given if "numbers" in one] == [50, 50]
    assert not [one for one, _ in seen if "lower(leaf.text)" in one]


@ON_POSTGRESQL
def test_postgresql_plans_each_search_for_its_own_text(store: Store) -> None:
    """After five times it would take a plan for any text, which reads whole parts of the table."""
    with store.reading() as session:
        with at_most(session, 60):
            assert session.scalar(text("SHOW plan_cache_mode")) == "force_custom_plan"
            assert session.scalar(text("SHOW statement_timeout")) == "1min"
        assert session.scalar(text("SHOW statement_timeout")) == "0"
    with store.reading() as session:
        assert session.scalar(text("SHOW plan_cache_mode")) == "auto"


@pytest.mark.parametrize(
    ("searched", "can"),
    [("//", False), ("a/", False), ("/a/", True), ("/dt=20", True), ("ab", False), ("--.", True)],
)
@ON_POSTGRESQL
def test_postgresql_is_not_asked_for_what_has_no_group(
    store: Store, searched: str, *, can: bool
) -> None:
    with store.reading() as session:
        assert can_find(session, searched) is can


@ON_POSTGRESQL
def test_postgresqls_index_of_texts_takes_what_is_new_in_bulk(store: Store) -> None:
    """One by one it took more than half of the time that writing a leaf takes."""
    kept(store, make_xcom(value="s3://a"), make_xcom(value="s3://b", seconds=2 * WEEK))
    asked = (
        "SELECT indexdef FROM pg_indexes WHERE tablename LIKE 'leaf_w%' AND indexdef LIKE '%gin%'"
    )
    with store.reading() as session:
        made = session.scalars(text(asked)).all()
    assert len(made) >= 2
    assert all("fastupdate='on'" in one or "fastupdate" not in one for one in made)
    assert all("gin_pending_list_limit='1024'" in one for one in made)


@ON_POSTGRESQL
def test_no_index_of_postgresql_is_a_hash(store: Store) -> None:
    """Building one on values that repeat took minutes where others took seconds."""
    with store.reading() as session:
        made = session.scalars(text("SELECT indexdef FROM pg_indexes WHERE tablename LIKE 'leaf%'"))
        assert not [one for one in made if "USING hash" in str(one)]


def test_a_search_that_runs_out_of_time_goes_on_where_it_stopped(store: Store) -> None:
    kept(store, *(make_xcom(value=[second] * 200, seconds=second) for second in range(10)))
    found: list[Leaf] = []
    older: int | None = None
    with store.reading() as session:
        while True:
            page = search(session, query(Contains("3")), older=older, seconds=0)
            found += page.leaves
            older = page.older
            if older is None:
                break
            assert page.ran_out or page.leaves
    assert len(found) == 200


@ON_POSTGRESQL
def test_a_statement_that_takes_too_long_is_broken_off_and_the_session_lives_on(
    store: Store,
) -> None:
    with store.reading() as session:
        with pytest.raises(TimeIsUp), at_most(session, 0.05):
            session.execute(text("SELECT pg_sleep(60)"))
        assert session.scalar(text("SHOW statement_timeout")) == "0"


@ON_POSTGRESQL
def test_a_week_that_has_just_begun_is_read_from_its_end(store: Store) -> None:
    """PostgreSQL, which knows nothing of it, expects few leaves there: it read and sorted all."""
    kept(store, make_xcom(value=[f"a{n}" for n in range(5_000)], seconds=WEEK * 60))
    with statements(store) as seen, store.reading() as session:
        search(session, query(Contains("alpha")), seconds=60)
    statement, given = next(one for one in seen if "array_agg" in one[0])
    with store.reading() as session:
        lines = explained(session, statement, given, "EXPLAIN")
    assert [one for one in lines if "Index Scan Backward" in one]
    assert not [one for one in lines if "Sort" in one]
