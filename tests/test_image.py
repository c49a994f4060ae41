"""The image's steps as far as a plain shell goes through them; `.ci/image-steps` says how far."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.timeout(900)
def test_the_images_steps_make_a_dashboard_that_works() -> None:
    done = subprocess.run(  # noqa: S603 # our own script
        [ROOT / ".ci" / "image-steps"],
        env=os.environ | {"PYTHON": sys.executable},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    served = [line for line in done.stdout.splitlines() if line.startswith("serves ")]
    assert any("vendor/htmx.min.js" in line for line in served)
    assert any("css/" in line for line in served)
    assert done.stdout.endswith("the image's steps work\n")
