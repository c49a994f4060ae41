"""The scripts are type-checked: their JSDoc is the contract, tsc holds them to it."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def tsc(tmp_path: Path) -> Path:
    """TypeScript's compiler: the checkout's, else one fetched by the lock file."""
    here = ROOT / "node_modules" / ".bin" / "tsc"
    if here.exists():
        return here
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed, so there is no tsc to check the scripts with")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / name, tmp_path)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)  # noqa: S603 - npm found on PATH, fixed arguments
    return tmp_path / "node_modules" / ".bin" / "tsc"


def test_the_scripts_have_no_type_errors(tsc: Path) -> None:
    command = [str(tsc), "--project", str(ROOT / "tsconfig.json")]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    assert checked.returncode == 0, checked.stdout
