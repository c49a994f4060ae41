"""The scripts are type-checked: their JSDoc is the contract, tsc holds them to it."""

from pathlib import Path

import hatch_build
from tests.browser.node import ROOT, node_package


def test_the_scripts_have_no_type_errors(tmp_path: Path) -> None:
    compiler = node_package("typescript", tmp_path) / "bin" / "tsc"
    # It ends the program, with what is wrong on standard output, where a type does not fit.
    hatch_build.run("node", str(compiler), "--project", str(ROOT), cwd=ROOT)
