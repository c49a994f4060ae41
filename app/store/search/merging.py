"""SQLite's index of texts made smaller after many leaves were deleted.

A leaf that is deleted leaves a note in the index that it is; only merging parts of it drops both.
SQLite does so by itself as leaves come in, late: in weeks of coming and going the index was seen to
take up to five times what it has to.
"""

from sqlalchemy import text

from app.store.session import WriteSession

_MERGE = text("INSERT INTO leaf_trigram (leaf_trigram, rank) VALUES ('merge', :pages)")
_CHANGES = text("SELECT total_changes()")
# Rows that SQLite changes when there is nothing to merge.
_NOTHING = 2


def merge_texts(session: WriteSession, *, pages: int, is_first: bool) -> bool:
    """Whether there may be more to merge. Merges about so many pages; `is_first`: begins anew."""
    if session.dialect.name != "sqlite":
        return False
    before = session.execute(_CHANGES).scalar_one()
    # SQLite begins to merge all parts into one when the number is negative, else goes on with it.
    session.execute(_MERGE, {"pages": -pages if is_first else pages})
    return bool(session.execute(_CHANGES).scalar_one() - before >= _NOTHING)
