"""A line of Python code with its mistake put right, where no template is wrong."""

from app.lineage.explain.case import Case
from app.lineage.template.tokens import quoted

#: Characters of a line that is corrected.
_LONGEST = 500


def line_with(case: Case, wrong: str, right: str) -> list[str]:
    """The line of the DAG's source that pulls, with the right text for the wrong one.

    Nothing when the wrong one does not stand in it exactly once.
    """
    number, lines = case.broken.line, (case.index.facts.source or "").splitlines()
    if case.broken.template is not None or not number or number > len(lines):
        return []
    line = lines[number - 1].strip()
    found = [quote for quote in "'\"" for _ in range(line.count(f"{quote}{wrong}{quote}"))]
    if len(found) != 1 or len(line) > _LONGEST:
        return []
    (quote,) = found
    return [line.replace(f"{quote}{wrong}{quote}", quoted(right, quote))]
