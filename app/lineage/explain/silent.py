"""What is wrong with the values a try got, whether or not Airflow says so."""

from collections.abc import Iterator

from app.lineage.explain.braces import brace_problems
from app.lineage.explain.got import Got
from app.lineage.explain.non_strings import non_string_problems
from app.lineage.explain.reprs import repr_problems
from app.lineage.explain.rewritten import rewritten_problems
from app.lineage.explain.sequences import sequence_problems
from app.lineage.explain.stale import stale_problems
from app.lineage.explain.vanished import vanished_problems
from app.model.findings import Problem


def value_problems(got: Got) -> Iterator[Problem]:
    """Values of a kind or form that their place cannot take, and those that are not the run's."""
    yield from non_string_problems(got)
    yield from repr_problems(got)
    yield from sequence_problems(got)
    yield from brace_problems(got)
    yield from stale_problems(got)
    yield from rewritten_problems(got)
    yield from vanished_problems(got)
