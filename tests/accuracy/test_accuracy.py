"""What the engine claims of the corpus, held against what the real Airflow sees in it."""

from pathlib import Path

import pytest

from app.flows import claims
from tests.accuracy.__main__ import measured, python_files, total
from tests.accuracy.truth import AIRFLOWS
from tests.lab.environment import NoPythonForAirflow, airflow_python

CORPUS = Path(__file__).with_name("dags")
#: The bars of docs/accuracy.md for DAG files.
RECALL, PRECISION = 0.95, 0.98


@pytest.mark.airflow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("airflow", AIRFLOWS)
@pytest.mark.parametrize("half", sorted(path.name for path in CORPUS.iterdir() if path.is_dir()))
def test_the_claims_are_those_of_airflow(half: str, airflow: str) -> None:
    try:
        airflow_python(AIRFLOWS[airflow])
    except NoPythonForAirflow as error:
        pytest.skip(str(error))
    found = measured(python_files([CORPUS / half]), [airflow], claims)
    assert sum(each.score is not None for each in found) > len(found) / 2, "hardly any was imported"
    score = total(found)
    assert (score.recall() or 0) >= RECALL, score.missed[:20]
    assert (score.precision() or 0) >= PRECISION, score.false[:20]
