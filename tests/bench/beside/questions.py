"""What a person asks of a run: this field's value, and which key of which task it came from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    dag_id: str
    task_id: str
    field: str  # As xcomtrace names it.
    producer: str
    key: str  # Of the producer's return.json.

    @property
    def name(self) -> str:
        return f"{self.field} of {self.task_id}"

    @property
    def template(self) -> str:
        """What stands in the DAG's source, and nowhere else in Airflow's pages."""
        return f"xcom_pull('{self.producer}')['{self.key}']"


@dataclass(frozen=True, slots=True)
class Asked:
    """The question of a run, and the answer by which it is known that a page shows it."""

    question: Question
    run_id: str
    value: str


QUESTIONS = (
    # An env var of its own, in a DAG of seven tasks.
    Question("orders_export", "load_orders", "env_vars.SRC", "export_orders", "path"),
    # A part of an argument, in a DAG of thirteen tasks and a mapped one.
    Question("geo_tiles_daily", "extract_tiles", "arguments[0]", "plan_area", "grid_uri"),
)
