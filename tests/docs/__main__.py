"""`python -m tests.docs`: whether docs/problems.md says what the code says; `--write` makes it."""

import argparse
import sys

from tests.docs.problems import PAGE, problems_page

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.docs", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write docs/problems.md anew")
    if parser.parse_args().write:
        PAGE.write_text(problems_page())
    sys.exit(PAGE.read_text() != problems_page())
