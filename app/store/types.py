"""Column types that behave alike on SQLite and PostgreSQL, and lose nothing that Airflow sends."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC datetimes to the microsecond; SQLite forgets the zone, so it is put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        _ = dialect
        return None if value is None else value.replace(tzinfo=UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        # PostgreSQL's are aware; without the wrapping, as AnyText's.
        if dialect.name == "sqlite":
            return super().result_processor(dialect, coltype)
        return _in_utc


def _in_utc(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


# The last private-use character of Unicode: so rare in real text that escaping costs nothing.
ESCAPE = "\U0010fffd"
_UNSAFE = re.compile(f"[\0\ud800-\udfff{ESCAPE}]")
_ESCAPED = re.compile(f"{ESCAPE}([0-9a-f]{{6}})")


class AnyText(TypeDecorator[str]):
    """Text that comes back as it went in, whatever it holds.

    PostgreSQL refuses NUL and neither store takes a lone surrogate; JSON, and so Airflow, allows
    both. Each is stored as an escape character and its number, in six hexadecimal digits.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        _ = dialect
        return None if value is None else as_stored(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        _ = dialect
        return self.read(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        # The same without the wrapping, which takes longer than all else of it, for each text.
        _ = dialect, coltype
        return self.read

    @staticmethod
    def read(value: str | None) -> str | None:
        """The text as it went in, from what is stored."""
        if value is None or ESCAPE not in value:
            return value
        return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), value)


def as_stored(text: str) -> str:
    """The text as a column of AnyText holds it."""
    return _UNSAFE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    return f"{ESCAPE}{ord(match[0]):06x}"


class JsonText(TypeDecorator[Any]):
    r"""JSON as text on both stores.

    PostgreSQL's jsonb would lose key order, NaN and the escape of NUL, which real XComs contain.
    Escaped to ASCII, because a lone surrogate is legal in JSON and not in a database's text.
    JSON's null and SQL's NULL are one: None.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        _ = dialect
        return None if value is None else json.dumps(value, default=_plain)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        _ = dialect
        return self.read(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        # Without the wrapping, as AnyText's.
        _ = dialect, coltype
        return self.read

    @staticmethod
    def read(value: str | None) -> Any:
        """The value that the stored text is of."""
        return None if value is None else json.loads(value)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"not JSON: {type(value).__name__}")
