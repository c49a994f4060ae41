"""Which database this is, and whether it has what searching needs."""

from dataclasses import dataclass

from sqlalchemy import text

from app.store.session import ReadSession


@dataclass(frozen=True, slots=True)
class DatabaseVersion:
    database: str  # "SQLite 3.40.1"
    #: What finds groups of three characters: "FTS5", "pg_trgm 1.6"; None when there is nothing.
    trigrams: str | None


def read_version(session: ReadSession) -> DatabaseVersion:
    if session.dialect.name == "postgresql":
        server = session.scalar(text("SHOW server_version"))
        asked = text("SELECT extversion FROM pg_extension WHERE extname = 'pg_trgm'")
        extension = session.scalar(asked)
        return DatabaseVersion(f"PostgreSQL {server}", extension and f"pg_trgm {extension}")
    library = session.scalar(text("SELECT sqlite_version()"))
    has_fts = session.scalar(text("SELECT sqlite_compileoption_used('ENABLE_FTS5')"))
    return DatabaseVersion(f"SQLite {library}", "FTS5" if has_fts else None)
