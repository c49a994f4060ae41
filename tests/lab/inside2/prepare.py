"""Makes the tables of Airflow 2 and its users: `prepare.py '{"admin": "password"}'`.

Runs in Airflow's environment, instead of three of its commands: each loads all of Airflow anew.
"""

import json
import sys

from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder
from airflow.utils.db import upgradedb

ROLES = {"admin": "Admin", "viewer": "Viewer", "one_dag": "OneDag", "no_xcoms": "NoXComs"}
# What a viewer may do beside reading DAGs; the DAG is one that is there once it is parsed.
_READS = ("DAG Runs", "Task Instances", "Task Logs", "DAG Code", "Website")
_OWN = [
    {
        "role": "OneDag",
        "perms": [("can_read", one) for one in ("DAG:both_flows", "XComs", *_READS)],
    },
    {"role": "NoXComs", "perms": [("can_read", one) for one in ("DAGs", *_READS)]},
]

upgradedb()
with get_application_builder() as builder:
    builder.sm.sync_roles()
    builder.sm.bulk_sync_roles(_OWN)
    for name, password in json.loads(sys.argv[1]).items():
        role = builder.sm.find_role(ROLES[name])
        if builder.sm.find_user(name) is None:
            builder.sm.add_user(name, name, name, f"{name}@lab.example", role, password)
