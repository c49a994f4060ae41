"""Where a graph's cards stand, kept by the hash of its structure."""

from datetime import UTC, datetime

from sqlalchemy import select

from app.model.values import Json
from app.store import tables as t
from app.store.session import ReadSession, WriteSession
from app.store.upsert import upsert


def read_layout(session: ReadSession, structure_hash: str) -> Json:
    """The stored layout, or None when this structure was never placed."""
    layout: Json = session.scalar(
        select(t.layout.c.body).where(t.layout.c.structure_hash == structure_hash)
    )
    return layout


def write_layout(session: WriteSession, structure_hash: str, layout: Json) -> None:
    row = {"structure_hash": structure_hash, "body": layout}
    upsert(
        session,
        t.layout,
        [{**row, "created_at": datetime.now(UTC)}],
        unique=["structure_hash"],
        returning="structure_hash",
    )
