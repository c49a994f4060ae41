"""Which interpreter Airflow's environment is built with."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lab.environment import (
    AIRFLOW_2,
    AIRFLOW_3,
    AIRFLOW_3_FAB,
    Airflow,
    NoPythonForAirflow,
    environment_home,
    running_python,
)

each_airflow = pytest.mark.parametrize(
    "airflow", [AIRFLOW_2, AIRFLOW_3, AIRFLOW_3_FAB], ids=lambda airflow: airflow.version
)


def make_program(folder: Path, name: str, status: int) -> str:
    program = folder / name
    program.write_text(f"#!/bin/sh\nexit {status}\n")
    program.chmod(0o755)
    return str(program)


def test_a_shim_that_refuses_is_passed_over(tmp_path: Path) -> None:
    make_program(tmp_path, "python3.12", 127)
    works = make_program(tmp_path, "python3.11", 0)
    assert running_python(AIRFLOW_3, str(tmp_path)) == works


@each_airflow
def test_a_machine_without_any_python_for_airflow_is_told_so(
    airflow: Airflow, tmp_path: Path
) -> None:
    with pytest.raises(NoPythonForAirflow, match=r"needs one of .*python3\.12"):
        running_python(airflow, str(tmp_path))


def test_airflow_2_is_not_built_with_an_interpreter_that_it_refuses(tmp_path: Path) -> None:
    make_program(tmp_path, "python3.13", 0)
    make_program(tmp_path, "python3.14", 0)
    with pytest.raises(NoPythonForAirflow, match=r"Airflow 2\.11\.2 needs"):
        running_python(AIRFLOW_2, str(tmp_path))


@each_airflow
def test_the_environment_is_never_ours(airflow: Airflow) -> None:
    assert not environment_home(airflow).is_relative_to(Path(__file__).parents[2])


def test_processes_that_want_one_environment_at_once_build_it_once(tmp_path: Path) -> None:
    (tmp_path / "nothing.txt").write_text("")
    shim, asked = tmp_path / "python-shim", tmp_path / "asked"
    shim.write_text(f'#!/bin/sh\necho "$1" >> {asked}\nexec {sys.executable} "$@"\n')
    shim.chmod(0o755)
    code = f"""
from pathlib import Path
from tests.lab.environment import Airflow, airflow_python
airflow = Airflow("0", Path({str(tmp_path / "nothing.txt")!r}), ({str(shim)!r},))
assert airflow_python(airflow).exists()
"""
    environ = os.environ | {"XCOMTRACE_CACHE": str(tmp_path / "cache")}
    asking = [subprocess.Popen([sys.executable, "-c", code], env=environ) for _ in range(4)]  # noqa: S603 # our own code
    assert [one.wait(timeout=120) for one in asking] == [0, 0, 0, 0]
    assert asked.read_text().split().count("--version") == 1


def test_each_airflow_has_its_own_environment() -> None:
    assert len({environment_home(one) for one in (AIRFLOW_2, AIRFLOW_3, AIRFLOW_3_FAB)}) == 3


@each_airflow
def test_every_requirement_is_pinned_by_hash_and_names_no_address(airflow: Airflow) -> None:
    text = airflow.requirements.read_text()
    assert "://" not in text
    blocks = [block for block in text.split("\n") if block and not block.startswith((" ", "#"))]
    assert all("==" in block and block.endswith("\\") for block in blocks)
