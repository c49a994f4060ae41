"""Makes the tables of an Airflow 3 with FAB, its users and DAGs: `prepare.py '{"admin": "…"}'`.

Runs in Airflow's environment, instead of its commands and a dag-processor: each loads it all anew.
"""

import json
import sys

from airflow.dag_processing.bundles.manager import DagBundlesManager
from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db
from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder
from airflow.utils.db import initdb

ROLES = {
    "admin": "Admin",
    "viewer": "Viewer",
    "some_dags": "SomeDags",
    "no_xcoms": "NoXComs",
    "nobody": "Public",
}
# What a viewer may do beside reading DAGs and XComs.
_READS = ("DAG Runs", "DAG Versions", "Task Instances", "Task Logs", "DAG Code", "Website")
_SOME = ("DAG:alone", "DAG:shared", "XComs")
_OWN = [
    {"role": "SomeDags", "perms": [("can_read", one) for one in (*_SOME, *_READS)]},
    {"role": "NoXComs", "perms": [("can_read", one) for one in ("DAGs", *_READS)]},
]

initdb()
bundles = DagBundlesManager()
bundles.sync_bundles_to_db()
for bundle in bundles.get_all_dag_bundles():
    bundle.initialize()
    bag = DagBag(bundle.path, bundle_path=bundle.path, bundle_name=bundle.name)
    sync_bag_to_db(bag, bundle.name, bundle_version=None)
with get_application_builder() as builder:
    builder.sm.sync_roles()
    builder.sm.bulk_sync_roles(_OWN)
    for name, password in json.loads(sys.argv[1]).items():
        role = builder.sm.find_role(ROLES[name])
        builder.sm.add_user(name, name, name, f"{name}@lab.example", role, password)
