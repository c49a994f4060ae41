"""Makes the tables of Airflow 2 and its users: `prepare.py '{"admin": "password"}'`.

Runs in Airflow's environment, instead of three of its commands: each loads all of Airflow anew.
"""

import json
import sys

from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder
from airflow.utils.db import upgradedb

ROLES = {"admin": "Admin", "viewer": "Viewer"}

upgradedb()
with get_application_builder() as builder:
    builder.sm.sync_roles()
    for name, password in json.loads(sys.argv[1]).items():
        role = builder.sm.find_role(ROLES[name])
        if builder.sm.find_user(name) is None:
            builder.sm.add_user(name, name, name, f"{name}@lab.example", role, password)
