"""Where npm's packages are that only tests need."""

import shutil
from pathlib import Path

import hatch_build

ROOT = Path(__file__).parents[2]


def node_package(name: str, scratch: Path) -> Path:
    """The folder of a package: the checkout's, else one fetched by the lock file into `scratch`."""
    here = ROOT / "node_modules" / name
    if here.exists():
        return here
    for file in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / file, scratch)
    hatch_build.run("npm", "ci", *hatch_build.QUIETLY, cwd=scratch)
    return scratch / "node_modules" / name
