"""Files that no Airflow has seen; above all, that those that are right raise nothing."""

from collections import Counter
from pathlib import Path

from app.lineage.before.files import dags_of, file_problems
from tests.lineage.scenario import HEAD

FOLDER = Path(__file__).parents[2]
#: The files of the accuracy tests that hold mistakes, meant or not: templates whose braces
#: `.format` ate, pulls that name no task, a filter that Jinja lacks, pods that push nothing since
#: do_xcom_push is off by default.
MISTAKES = {
    "held_1/adtech_attribution.py": {"push_disabled": 1},
    "held_1/genome_alignment.py": {"push_disabled": 1},
    "held_1/insurance_claims_triage.py": {"template_error": 1},
    "held_1/supply_chain_forecast.py": {"braces_lost": 1},
    "held_2/voter_rolls.py": {"no_task_ids": 1},
    "seen/municipal_open_data.py": {"push_disabled": 11},
    "seen/shipping_customs.py": {"braces_lost": 2},
    "seen/video_transcode.py": {"no_task_ids": 1},
}


def kinds(source: str, others: dict[str, frozenset[str]] | None = None) -> list[str]:
    return [one.kind.value for one in file_problems(source, "dag.py", others or {})]


def test_files_raise_a_problem_only_where_they_hold_a_mistake() -> None:
    folder = FOLDER / "accuracy" / "dags"
    files = sorted(folder.rglob("*.py"))
    assert len(files) > 150
    found = {
        str(file.relative_to(folder)): dict(Counter(kinds(file.read_text()))) for file in files
    }
    assert {name: ones for name, ones in found.items() if ones} == MISTAKES


def test_tasks_that_only_look_like_mistakes_raise_nothing() -> None:
    assert kinds((FOLDER / "lab" / "dags" / "healthy_suspects.py").read_text()) == []


TWO = """
with DAG("one"):
    KubernetesPodOperator(task_id="use", arguments=["{{ ti.xcom_pull('PULLED') }}"])
    KubernetesPodOperator(task_id="make", do_xcom_push=True)
with DAG("two"):
    KubernetesPodOperator(task_id="other", do_xcom_push=True)
"""


def test_every_dag_of_a_file_has_its_own_tasks() -> None:
    assert dags_of(HEAD + TWO, "dag.py") == {
        "one": frozenset({"use", "make"}),
        "two": frozenset({"other"}),
    }
    assert kinds(HEAD + TWO.replace("PULLED", "make")) == []
    assert kinds(HEAD + TWO.replace("PULLED", "mkae")) == ["unknown_task"]


def test_a_task_that_nobody_could_have_meant_may_be_made_elsewhere() -> None:
    assert kinds(HEAD + TWO.replace("PULLED", "qqqqqqqqq")) == []


def test_where_tasks_have_open_ids_any_name_may_be_one_of_them() -> None:
    more = '    KubernetesPodOperator(task_id=f"load_{unknown}")\n'
    source = HEAD + TWO.replace("PULLED", "mkae").replace(
        'with DAG("two")', f'{more}with DAG("two")'
    )
    assert dags_of(source, "dag.py")["one"] == frozenset()
    assert kinds(source) == []


def test_pulls_from_dags_of_other_files_are_checked_where_those_are_known() -> None:
    source = HEAD + TWO.replace("'PULLED'", "'gvie', dag_id='far'")
    assert kinds(source, {"far": frozenset({"give"})}) == ["unknown_task"]
    assert kinds(source, {"near": frozenset({"give"})}) == []
    assert kinds(source) == []


def test_a_file_that_is_no_python_has_no_dags() -> None:
    assert dags_of("no Python", "dag.py") == {}
    assert kinds("no Python") == []
