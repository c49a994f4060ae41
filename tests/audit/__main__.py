"""`python -m tests.audit`: whether a requirement of ours is known to be vulnerable."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from tests.audit.judging import judged

ROOT = Path(__file__).parents[2]
FILES = ("requirements.txt", "requirements-dev.txt", "requirements-node.txt")
SERVICES = ("pypi", "osv")
OPTIONS = ("--require-hashes", "--disable-pip", "--progress-spinner=off", "--format=json")
# Seconds; without a network some names are looked up for long.
LONGEST = 120


def report(file: str) -> dict[str, Any]:
    """Of the first service that knows any of the file's requirements; else that none does."""
    told: dict[str, Any] = {"dependencies": []}
    for service in SERVICES:
        told = asked(file, service) or told
        if any("skip_reason" not in one for one in told["dependencies"]):
            return told
    return told


def asked(file: str, service: str) -> dict[str, Any] | None:
    program = Path(sys.executable).with_name("pip-audit")
    asks = (f"--vulnerability-service={service}", f"--requirement={file}")
    command = [str(program), *OPTIONS, *asks]
    try:
        done = subprocess.run(  # noqa: S603 # a program of our own environment
            command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=LONGEST
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        return None
    return answer


if __name__ == "__main__":
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    exceptions: dict[str, str] = project["tool"]["xcomtrace"]["vulnerabilities-taken"]
    verdict = judged([report(file) for file in FILES], exceptions)
    sys.stdout.write("\n".join(verdict.lines) + "\n")
    sys.exit(not verdict.ok)
