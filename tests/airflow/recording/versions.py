"""The versions that are recorded, and an environment of its own for each."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.lab.environment import Airflow, NoUv, running_python

_POD = "apache-airflow-providers-cncf-kubernetes"
_FOR_3 = (_POD, "apache-airflow-providers-standard", "asyncpg", "psycopg2-binary")
_PYTHONS_2 = ("python3.11", "python3.10")
_FOR_2 = (_POD, "apache-airflow-providers-fab", "sqlalchemy<2", "psycopg2-binary")


@dataclass(frozen=True, slots=True)
class Version:
    """An Airflow with what there was beside it when it came out."""

    number: str
    until: str  # The day after which nothing it is installed with came out.
    pythons: tuple[str, ...] = ("python3.12", "python3.11")  # By preference.
    beside: tuple[str, ...] = _FOR_3

    @property
    def is_2(self) -> bool:
        return self.number.startswith("2.")


VERSIONS: Mapping[str, Version] = {
    one.number: one
    for one in (
        Version("2.9.3", "2024-07-20", _PYTHONS_2, _FOR_2),
        Version("2.10.5", "2025-02-12", _PYTHONS_2, _FOR_2),
        Version("3.0.6", "2025-08-30"),
        Version("3.1.8", "2026-03-12"),
        # The last that gives no cursors.
        Version("3.2.1", "2026-04-23"),
        Version("3.2.2", "2026-05-30"),
    )
}


def installed(version: Version, folder: Path) -> Path:
    """The interpreter of an environment with this Airflow; made in the folder when it is missing.

    Raises:
        NoPythonForAirflow: none that it runs on is on PATH.
        NoUv: uv, which makes it, is not there.
    """
    home = folder / version.number
    python = home / "bin" / "python"
    if not python.exists():
        unfinished = folder / f"{version.number}.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        interpreter = running_python(Airflow(version.number, Path(), version.pythons))
        _uv("venv", "--relocatable", "--python", interpreter, str(unfinished))
        _uv(
            *("pip", "install", "--python", str(unfinished / "bin" / "python")),
            *("--exclude-newer", version.until, "--compile-bytecode"),
            *(f"apache-airflow=={version.number}", *version.beside),
        )
        unfinished.rename(home)
    return python


def _uv(*arguments: str) -> None:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    program = shutil.which("uv", path=path)
    if program is None:
        raise NoUv("the environments of recordings are made with uv: pip install uv")
    subprocess.run([program, "--quiet", *arguments], check=True)  # noqa: S603 # our own arguments
