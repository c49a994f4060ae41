"""What a task instance got and gave as tables of paths and values, and as JSON; pure."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from app.lineage.fields import address, every_leaf
from app.model.facts import Try, XCom
from app.model.leaves import address_in
from app.model.masks import MASK
from app.model.values import Json, Path
from app.web import links, text
from app.web.fields import fields_of
from app.web.run_words import kind_of

# Rows of one XCom.
_MOST_ROWS = 300


@dataclass(frozen=True, slots=True)
class LeafRow:
    address: str
    href: str  # The page of the value; empty where there is none.
    kind: str
    value: text.Preview
    copied: str  # The whole text; empty where it is masked, or too long to lie in a page twice.
    is_masked: bool


@dataclass(frozen=True, slots=True)
class LeafTable:
    name: str  # The XCom's key; empty of fields.
    rows: tuple[LeafRow, ...]
    rest: str  # How many rows there are beyond these.
    is_cut: bool = False  # Only the beginning of the value is kept.


@dataclass(frozen=True, slots=True)
class JsonText:
    name: str
    text: str
    size: str
    copied: str  # Empty where the text is not whole.
    rest: str


def got_table(attempt: Try, deployment: str) -> LeafTable:
    """The rendered fields, each leaf with its address."""
    at = attempt.key
    rows = tuple(
        _row(
            field.address,
            field.text,
            links.got_value(
                deployment=deployment,
                instance=at.instance,
                try_number=at.try_number,
                field=field.template_field,
                path=field.path,
            ),
            kind="",
        )
        for field in fields_of(attempt.rendered or {})
    )
    return LeafTable("", rows, "")


def gave_tables(xcoms: Iterable[XCom], deployment: str) -> tuple[LeafTable, ...]:
    return tuple(_given(xcom, deployment) for xcom in xcoms)


def _given(xcom: XCom, deployment: str) -> LeafTable:
    at = xcom.at
    whole = address_in(at, deployment)
    leaves = _leaves(xcom)
    rows = tuple(
        _row(address(at.key, path), leaf, links.value_in(whole, path), kind=_kind(leaf))
        for path, leaf in islice(leaves, _MOST_ROWS)
    )
    more = sum(1 for _ in leaves)
    rest = text.count(more, "more leaf", "more leaves") if more else ""
    return LeafTable(at.key, rows, rest, is_cut=xcom.truncated)


def _leaves(xcom: XCom) -> Iterator[tuple[Path, Json]]:
    """A value that is not kept whole is one leaf: its beginning."""
    return iter([((), xcom.value)]) if xcom.truncated else every_leaf(xcom.value)


def _kind(leaf: Json) -> str:
    """The text 14 and the number are told apart by it."""
    return kind_of(leaf).partition(" ")[0] if not isinstance(leaf, bool) else "boolean"


def _row(name: str, value: Json, href: str, *, kind: str) -> LeafRow:
    is_masked = value == MASK
    return LeafRow(
        address=name,
        href=href,
        kind="" if is_masked else kind,
        value=text.preview(value),
        copied="" if is_masked else text.copied(value),
        is_masked=is_masked,
    )


def got_json(attempt: Try) -> JsonText | None:
    """The rendered fields; None where they were not seen."""
    return None if attempt.rendered is None else json_text("", dict(attempt.rendered))


def gave_json(xcoms: Iterable[XCom]) -> tuple[JsonText, ...]:
    return tuple(_beginning(one) if one.truncated else _whole(one) for one in xcoms)


def _whole(xcom: XCom) -> JsonText:
    return json_text(xcom.at.key, xcom.value, size=xcom.size)


def _beginning(xcom: XCom) -> JsonText:
    """What is kept of it is the beginning of its JSON, and no JSON itself."""
    kept = xcom.value if isinstance(xcom.value, str) else text.value_text(xcom.value)
    digest = f"; SHA-256 of the whole {xcom.sha256}" if xcom.sha256 else ""
    rest = f"Only the beginning is kept here{digest}"
    return JsonText(xcom.at.key, kept, text.size(xcom.size), "", rest)


def json_text(name: str, value: Json, *, size: int | None = None) -> JsonText:
    """Every number with all its digits: none of them passes through a browser's arithmetic."""
    whole = json.dumps(value, ensure_ascii=False, indent=2)
    shown, rest = text.beginning(whole)
    told = text.size(len(whole.encode(errors="backslashreplace")) if size is None else size)
    return JsonText(name, shown, told, "" if rest else whole, rest)
