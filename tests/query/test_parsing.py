from datetime import UTC, datetime

import pytest

from app.query.parsing import parse
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
from tests.query.words import NOW

READ: dict[str, list[Condition]] = {
    "": [],
    "  ": [],
    "parquet": [Contains("parquet")],
    "два слова": [Contains("два"), Contains("слова")],
    "表\u3000格": [Contains("表"), Contains("格")],
    "'two words'": [Contains("two words")],
    r"'it\'s \\ \n\u0041'": [Contains("it's \\ \nA")],
    "it's": [Contains("it's")],
    '{"a":1}': [Contains('{"a":1}')],
    '"s3://lake/a b"': [Is("s3://lake/a b")],
    '""': [Is("")],
    "s3://lake/*": [Begins("s3://lake/")],
    '"two words"*': [Begins("two words")],
    # A colon, a slash or an equals sign alone does not make a term of another kind.
    "s3://lake/dt=2026-11-20/a.parquet": [Contains("s3://lake/dt=2026-11-20/a.parquet")],
    "https://x.io/?v=1&x=2": [Contains("https://x.io/?v=1&x=2")],
    "v=1&x=2": [Contains("v=1&x=2")],
    "/dt=20": [Contains("/dt=20")],
    "year=2026/month=11/part-0": [Contains("year=2026/month=11/part-0")],
    "dt=2026-11-20/part-0.parquet": [Contains("dt=2026-11-20/part-0.parquet")],
    "12:30": [Contains("12:30")],
    "sha256:9f86": [Contains("sha256:9f86")],
    "tag:v1": [Contains("tag:v1")],
    "in://x": [Contains("in://x")],
    "path:result.*.uri": [At(("result", "*", "uri"))],
    "path:rows[3].uri": [At(("rows", "3", "uri"))],
    "path:rows[*].uri": [At(("rows", "*", "uri"))],
    "path:[0].uri": [At(("0", "uri"))],
    "path:**.uri": [At(("**", "uri"))],
    "path:result['two words'].\"a.b\"": [At(("result", "two words", "a.b"))],
    "path:таблица.a-b=c": [At(("таблица", "a-b=c"))],
    "rows>1000": [Compared(("rows",), Sign.MORE, 1000.0)],
    "rows>=1e3": [Compared(("rows",), Sign.AT_LEAST, 1000.0)],
    "a.b[3]<-1.5": [Compared(("a", "b", "3"), Sign.LESS, -1.5)],
    "['two words']<=2": [Compared(("two words",), Sign.AT_MOST, 2.0)],
    "day>=2026-11-01": [Compared(("day",), Sign.AT_LEAST, datetime(2026, 11, 1, tzinfo=UTC))],
    "at<'2026-11-01 12:30'": [
        Compared(("at",), Sign.LESS, datetime(2026, 11, 1, 12, 30, tzinfo=UTC))
    ],
    'uri="x y"': [Compared(("uri",), Sign.EQUAL, "x y")],
    'uri=""': [Compared(("uri",), Sign.EQUAL, "")],
    "uri=s3://lake/dt=20?v=1": [Compared(("uri",), Sign.EQUAL, "s3://lake/dt=20?v=1")],
    "uri!=x": [Compared(("uri",), Sign.UNEQUAL, "x")],
    "prefix=raw/orders": [Compared(("prefix",), Sign.EQUAL, "raw/orders")],
    "a=b": [Compared(("a",), Sign.EQUAL, "b")],
    "rows=10": [Compared(("rows",), Sign.EQUAL, 10.0)],
    'rows="10"': [Compared(("rows",), Sign.EQUAL, "10")],
    "id=007": [Compared(("id",), Sign.EQUAL, "007")],
    "id=12345678901234567": [Compared(("id",), Sign.EQUAL, "12345678901234567")],
    "dt=2026-11-20": [Compared(("dt",), Sign.EQUAL, "2026-11-20")],
    "uri=s3://lake/*": [At(("**", "uri")), Begins("s3://lake/")],
    'uri="a b"*': [At(("**", "uri")), Begins("a b")],
    "**.uri='part'": [At(("**", "uri")), Contains("part")],
    "a->b": [Contains("a->b")],
    "dag:geo_*": [Named(Scope.DAG, "geo_*")],
    "DAG:geo": [Named(Scope.DAG, "geo")],
    "task:load": [Named(Scope.TASK, "load")],
    "run:manual__2026-11-20T12:30:00+00:00": [
        Named(Scope.RUN, "manual__2026-11-20T12:30:00+00:00")
    ],
    "state:failed": [Named(Scope.STATE, "failed")],
    "state:a_new_one": [Named(Scope.STATE, "a_new_one")],
    "deployment:'my team'": [Named(Scope.DEPLOYMENT, "my team")],
    "key:return_value": [Named(Scope.KEY, "return_value")],
    "since:7d": [Since(datetime(2026, 11, 19, 3, 30, tzinfo=UTC))],
    "since:2w": [Since(datetime(2026, 11, 12, 3, 30, tzinfo=UTC))],
    "since:1y": [Since(datetime(2025, 11, 26, 3, 30, tzinfo=UTC))],
    "since:2026-11-01 '12:30'": [Since(datetime(2026, 11, 1, tzinfo=UTC)), Contains("12:30")],
    "since:2026-11-01 12:30-x": [Since(datetime(2026, 11, 1, tzinfo=UTC)), Contains("12:30-x")],
    "since:24h": [Since(datetime(2026, 11, 25, 3, 30, tzinfo=UTC))],
    "until:30m": [Until(datetime(2026, 11, 26, 3, 0, tzinfo=UTC))],
    "since:today": [Since(datetime(2026, 11, 26, tzinfo=UTC))],
    "until:yesterday": [Until(datetime(2026, 11, 25, tzinfo=UTC))],
    "since:2026-11-01T12:30+02:00": [Since(datetime(2026, 11, 1, 10, 30, tzinfo=UTC))],
    "in:xcom": [In(Within.XCOM)],
    "in:args": [In(Within.ARGS)],
    "in:env": [In(Within.ENV)],
    r"re:/part-\d+/": [Matches(r"part-\d+", "part-")],
    r"re:/part-\d+/i x": [Matches(r"(?i)part-\d+", "part-"), Contains("x")],
    "re:/s3://lake/a b/": [Matches("s3://lake/a b", "s3://lake/a b")],
    r"re:/lake\/ x/": [Matches("lake/ x", "lake/ x")],
    r"re:/\d+/ run:x": [Matches(r"\d+", ""), Named(Scope.RUN, "x")],
    r"dag:x since:today re:/\d+/": [
        Named(Scope.DAG, "x"), Since(datetime(2026, 11, 26, tzinfo=UTC)), Matches(r"\d+", ""),
    ],
}  # fmt: skip


@pytest.mark.parametrize(("text", "conditions"), READ.items())
def test_a_search_is_read_into_terms(text: str, conditions: list[Condition]) -> None:
    assert parse(text, now=NOW) == Query(tuple(map(Term, conditions)))


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("-parquet", [Term(Contains("parquet"), is_negated=True)]),
        ("-'-x'", [Term(Contains("-x"), is_negated=True)]),
        ("-dag:x", [Term(Named(Scope.DAG, "x"), is_negated=True)]),
        ("-rows>5", [Term(Compared(("rows",), Sign.MORE, 5.0), is_negated=True)]),
        ("uri!=s3://*", [Term(At(("**", "uri"))), Term(Begins("s3://"), is_negated=True)]),
        ("-in:env in:xcom", [Term(In(Within.ENV), is_negated=True), Term(In(Within.XCOM))]),
        ("in:env in:env", [Term(In(Within.ENV)), Term(In(Within.ENV))]),
        ("--date=5", [Term(Contains("--date=5"))]),
        ("->", [Term(Contains("->"))]),
        ("- x", [Term(Contains("-")), Term(Contains("x"))]),
    ],
)
def test_a_minus_turns_a_term_around(text: str, terms: list[Term]) -> None:
    assert parse(text, now=NOW) == Query(tuple(terms))
