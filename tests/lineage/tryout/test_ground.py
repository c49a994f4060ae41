from app.lineage.tryout.ground import WrittenTemplate, ground_of, written_templates
from tests.lineage.scenario import HEAD, Scenario

SOURCE = """
with DAG("geo_tiles"):
    KubernetesPodOperator(task_id="use", arguments=["x", "{{ ds }}"], env_vars={"A": "{{ a }}"},
        startup_timeout_seconds="{{ no_field }}", image="{{ b }}" if stage else "{{ c }}")
"""


def test_the_templates_of_a_task_are_listed_by_their_fields() -> None:
    ground = ground_of(Scenario(SOURCE, got={"use": {}}).facts())
    line = HEAD.count("\n") + 3
    assert written_templates(ground, "use") == (
        WrittenTemplate("arguments[1]", "{{ ds }}", line),
        WrittenTemplate("env_vars.A", "{{ a }}", line),
        WrittenTemplate("image", "{{ b }}", line + 1),
    )


def test_a_task_that_the_source_does_not_show_has_none() -> None:
    assert written_templates(ground_of(Scenario(got={"use": {}}).facts()), "use") == ()
