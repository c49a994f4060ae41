"""Everything that a support person would ask, looked up at once: `xcomtrace doctor`.

- `finding` — one thing that was looked at, and how it is.
- `program` — versions, and the files that come with the program.
- `chosen` — the settings in force, secrets hidden.
- `access` — whether something says who may read, and whether the provider of sign-ins answers.
- `database` — whether it answers, what it is, its schema, its room.
- `polling` — whether somebody polls, and how the last passes went.
- `airflows` — whether each Airflow may be read, and what its clock says.
"""

from app.doctor.access import look_at_access
from app.doctor.airflows import look_at_airflow
from app.doctor.chosen import look_at_settings
from app.doctor.database import look_at_database
from app.doctor.finding import Finding, Level
from app.doctor.polling import look_at_polling
from app.doctor.program import look_at_program

__all__ = [
    "Finding",
    "Level",
    "look_at_access",
    "look_at_airflow",
    "look_at_database",
    "look_at_polling",
    "look_at_program",
    "look_at_settings",
]
