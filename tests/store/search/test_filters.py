"""What rows are kept back before their leaves are read; on both stores."""

from sqlalchemy import select

from app.model.values import Json
from app.query.terms import Contains, Is, Query, Term
from app.store.search.filters import conditions
from app.store.session import Store
from app.store.tables import leaf
from tests.build import keep, make_facts, make_xcom


def test_leaves_that_are_a_text_are_not_read_where_only_longer_ones_are_asked_for(
    store: Store,
) -> None:
    values: list[Json] = ["s3://lake/a", "in=s3://lake/a", "S3://LAKE/A", "\x00", "other"]
    keep(store, make_facts(tries=(), xcoms=(make_xcom("extract", values),)))
    query = Query((Term(Contains("s3://lake/a")), Term(Is("s3://lake/a"), is_negated=True)))
    with store.reading() as session:
        found = session.execute(select(leaf.c.text).where(*conditions(session, query))).scalars()
        assert sorted(found) == ["S3://LAKE/A", "in=s3://lake/a"]
