"""One pass of the data's way: Airflow → airflow → ingest → store → lineage → store.

`Mirror.refresh` is the pass, readable from top to bottom; the other modules are its steps.
"""

from app.refresh.chosen import ChosenDags
from app.refresh.limits import Limits
from app.refresh.mirror import Mirror
from app.refresh.report import PassReport

__all__ = ["ChosenDags", "Limits", "Mirror", "PassReport"]
