"""What is searched: texts cut at random from stored values, and the terms that people write."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from app.query.text import quoted
from app.refresh.visits import Visit


@dataclass(frozen=True, slots=True)
class Asking:
    """Searches of one kind, which names their limit."""

    name: str
    searches: tuple[str, ...]
    kind: str = "substring"


def askings(visits: Sequence[Visit], many: int) -> Iterator[Asking]:
    """Searches for values of these runs, so many of each kind."""
    random = Random(5)  # noqa: S311 # the same searches each time
    texts = [one for one in _texts(visits) if len(one) >= 10]  # to be cut from
    hashes = [one for one in texts if re.fullmatch("[0-9a-f]{32,64}", one)]
    paths = [one for one in texts if one.startswith("s3://")]

    def some(make: Callable[[], str]) -> tuple[str, ...]:
        return tuple(make() for _ in range(many))

    def cut(pool: Sequence[str], length: int) -> str:
        text = random.choice(pool)
        at = random.randrange(len(text) - length + 1)
        return quoted(text[at : at + length])

    yield Asking("10 characters of a value", some(lambda: cut(texts, 10)))
    yield Asking("6 characters of a value", some(lambda: cut(texts, 6)))
    yield Asking("8 characters of a hash", some(lambda: cut(hashes, 8)))
    yield Asking("12 characters that are nowhere", some(lambda: f"{random.getrandbits(48):012x}"))
    yield Asking("a very common word", ("parquet", "acme-lake", "PART-", "example.com", "--day"))
    yield Asking("a part of a path with punctuation", some(lambda: _directory(random, paths)))
    yield Asking("a value, exactly", some(lambda: quoted(random.choice(texts), '"')), "exact")
    yield Asking("a beginning", some(lambda: _beginning(random, paths)), "exact")
    yield Asking("a name and its value", some(lambda: _named(random, visits)), "exact")
    yield Asking("a number under a name", some(lambda: _number(random)), "number")
    yield Asking("a date under a name", some(lambda: _date(random)), "number")
    yield Asking(
        "a regular expression with a text in it", some(lambda: _pattern(random, paths)), "regex"
    )
    yield Asking(
        "a word in one DAG, in the environment", some(lambda: _scoped(random, visits)), "scoped"
    )


def _texts(visits: Sequence[Visit]) -> Iterator[str]:
    for visit in visits:
        for xcom in visit.xcoms:
            yield from (value for _, value in _scalars(xcom.value) if isinstance(value, str))


def _scalars(value: Any, name: str = "return_value") -> Iterator[tuple[str, Any]]:
    """Every scalar with the last name of its path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _scalars(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _scalars(inner, name)
    else:
        yield name, value


def _directory(random: Random, paths: Sequence[str]) -> str:
    """`/dt=2026-11-20/part-0`: few trigrams of letters, many of what leaves have in common."""
    path = random.choice(paths)
    at = path.index("/dt=")
    return quoted(path[at : at + random.randrange(6, 24)])


def _beginning(random: Random, paths: Sequence[str]) -> str:
    path = random.choice(paths)
    return path[: random.randrange(len(path) // 2, len(path))] + "*"


def _named(random: Random, visits: Sequence[Visit]) -> str:
    names = [
        (name, value)
        for name, value in _scalars(random.choice(random.choice(visits).xcoms).value)
        if isinstance(value, str)
    ]
    name, value = random.choice(names)
    return f"{name}={quoted(value, chr(34))}"


def _number(random: Random) -> str:
    ways = (
        f"rows>{900_000 + random.randrange(99_900)}",
        f"auc<={0.5 + random.random() / 10:.4f}",
        f"rows={random.randrange(10**6)}",
        f"amount>={9_000 + random.randrange(999)}",
    )
    return random.choice(ways)


def _date(random: Random) -> str:
    day = f"2026-{random.randrange(9, 12):02}-{random.randrange(14, 29)}"
    return random.choice([f"day>={day}", f"created_at<{day}T{random.randrange(24):02}:30"])


def _pattern(random: Random, paths: Sequence[str]) -> str:
    part = re.search(r"part-\d{3}", random.choice(paths))
    digits = part[0] if part else "part-000"
    return random.choice(
        [rf"re:/{digits}\d+-[0-9a-f]+\.parquet/", rf"re:/{digits}.*[ab]{{2}}\.parquet$/"]
    )


def _scoped(random: Random, visits: Sequence[Visit]) -> str:
    dag_id = random.choice(visits).run.key.dag_id
    return f"dag:{dag_id} in:env {random.randrange(1000):03}"
