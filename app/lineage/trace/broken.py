"""A pull that did not deliver, before anybody asked why."""

from dataclasses import dataclass

from app.lineage.template.reads import Origin
from app.model.findings import Consumer


@dataclass(frozen=True, slots=True)
class Broken:
    """A place that wanted a value and got none. `origin` None: the template itself is wrong."""

    consumer: Consumer
    origin: Origin | None
    template: str | None = None
    line: int | None = None
    is_silent: bool = False  # The text None, or null, went in and Airflow says green.
    shown: str = "None"  # What stands in the field in place of the value.
    airflow_said: str = ""
