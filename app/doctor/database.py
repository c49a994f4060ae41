"""Whether the database answers, what it is, whether its schema is ours, and its room."""

from collections.abc import Iterator

from app.doctor.finding import Finding, Level
from app.model.amounts import bytes_told
from app.model.errors import StoreError
from app.store.retention.room import Room, read_room
from app.store.schema import SchemaState, schema_state
from app.store.session import Store
from app.store.versions import DatabaseVersion, read_version

# Bytes that are free on the disk of SQLite's file: below the first somebody should look at it,
# below the second the next pass may find no room.
_LITTLE = 1_000_000_000
_NOTHING = 50_000_000
_SCHEMAS = {
    SchemaState.CURRENT: (Level.OK, ""),
    SchemaState.EMPTY: (Level.WARN, "Run `xcomtrace migrate`; on SQLite the next start does it."),
    SchemaState.OUTDATED: (
        Level.WARN,
        "Run `xcomtrace migrate`; on SQLite the next start does it.",
    ),
    SchemaState.NEWER: (Level.FAIL, "Upgrade this xcomtrace: a newer one has written there."),
}


def look_at_database(store: Store) -> Iterator[Finding]:
    try:
        state = schema_state(store)
        with store.reading() as session:
            version, room = read_version(session), read_room(session)
    except StoreError as error:
        advice = "Look at XCOMTRACE_DATABASE_URL, and whether the database runs and may be reached."
        yield Finding(Level.FAIL, "database", str(error), advice)
        return
    yield _version(version)
    level, advice = _SCHEMAS[state]
    yield Finding(level, "schema", f"it is {state}", advice)
    yield _room(room)


def _version(version: DatabaseVersion) -> Finding:
    if version.trigrams is None:
        advice = "Searching needs it: SQLite with FTS5, or CREATE EXTENSION pg_trgm."
        return Finding(Level.FAIL, "database", f"{version.database} without trigrams", advice)
    return Finding(Level.OK, "database", f"{version.database} with {version.trigrams} answers")


def _room(room: Room) -> Finding:
    line = f"it takes {bytes_told(room.bytes)}"
    if room.left is None:
        return Finding(Level.OK, "room", line)
    line = f"{line}; {bytes_told(room.left)} are free on its disk"
    if room.left >= _LITTLE:
        return Finding(Level.OK, "room", line)
    level = Level.WARN if room.left >= _NOTHING else Level.FAIL
    return Finding(level, "room", line, "Make room, or set XCOMTRACE_RETENTION_BYTES.")
