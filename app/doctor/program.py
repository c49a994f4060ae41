"""What runs, and whether all that came with it is there."""

import platform
from collections.abc import Iterator
from pathlib import Path

from app.doctor.finding import Finding, Level
from app.store.schema import migrations_folder
from app.web.assets import STATIC, TEMPLATES

# A file of each folder without which no page is whole.
_NEEDED = (
    "vendor/htmx.min.js",
    "vendor/elk-worker.min.js",
    "vendor/inter-latin-wght-normal.woff2",
    "css/tokens.css",
)


def look_at_program(version: str, *, static: Path = STATIC) -> Iterator[Finding]:
    """`static`: the folder of the files that pages load."""
    line = f"xcomtrace {version}, Python {platform.python_version()}, {platform.platform()}"
    yield Finding(Level.OK, "program", line)
    missing = [name for name in _NEEDED if not (static / name).is_file()]
    if missing:
        yield Finding(
            Level.FAIL,
            "files",
            f"{', '.join(missing)} missing in {static}",
            "Install the wheel again; in a checkout run `make assets`.",
        )
    elif not (TEMPLATES.is_dir() and (migrations_folder() / "versions").is_dir()):
        yield Finding(
            Level.FAIL,
            "files",
            "the templates or the migrations are missing",
            "Install the wheel again: it holds them.",
        )
    else:
        yield Finding(Level.OK, "files", f"templates, static files and migrations: {static.parent}")
