"""Which interpreter Airflow's environment is built with."""

from pathlib import Path

import pytest

from tests.lab.environment import (
    REQUIREMENTS,
    NoPythonForAirflow,
    environment_home,
    running_python,
)


def make_program(folder: Path, name: str, status: int) -> str:
    program = folder / name
    program.write_text(f"#!/bin/sh\nexit {status}\n")
    program.chmod(0o755)
    return str(program)


def test_a_shim_that_refuses_is_passed_over(tmp_path: Path) -> None:
    make_program(tmp_path, "python3.12", 127)
    works = make_program(tmp_path, "python3.11", 0)
    assert running_python(str(tmp_path)) == works


def test_a_machine_without_any_python_for_airflow_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(NoPythonForAirflow, match=r"python3\.12"):
        running_python(str(tmp_path))


def test_the_environment_is_never_ours() -> None:
    assert not environment_home().is_relative_to(Path(__file__).parents[2])


def test_every_requirement_is_pinned_by_hash_and_names_no_address() -> None:
    text = REQUIREMENTS.read_text()
    assert "://" not in text
    blocks = [block for block in text.split("\n") if block and not block.startswith((" ", "#"))]
    assert all("==" in block and block.endswith("\\") for block in blocks)
