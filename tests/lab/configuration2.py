"""What the lab tells an Airflow 2, beside what both versions are told."""

import json
import shutil
from pathlib import Path

from tests.lab.configuration import (
    HERE,
    Addresses,
    connection_extra,
    kubeconfig,
    machine,
    secret,
    write,
)
from tests.lab.metadata import Metadata

#: They are copied, so that a test may change one.
DAGS_2 = HERE / "dags2"


def airflow2_environ(
    state: Path, python: Path, addresses: Addresses, metadata: Metadata
) -> dict[str, str]:
    """The environment of every process of Airflow 2; writes the files that it names."""
    home = state / "airflow"
    (home / "config").mkdir(parents=True, exist_ok=True)
    shutil.copytree(DAGS_2, dags_folder(state), dirs_exist_ok=True)
    write(state / "kubeconfig", json.dumps(kubeconfig(addresses)))
    write(
        home / "config" / "airflow_local_settings.py",
        (HERE / "inside2" / "airflow_local_settings.py").read_text(),
    )
    return {
        **machine(python),
        **_core(state, metadata),
        **_webserver(addresses),
        **_pace(),
        "AIRFLOW_CONN_KUBERNETES_DEFAULT": json.dumps(
            {"conn_type": "kubernetes", "extra": connection_extra(state)}
        ),
    }


def dags_folder(state: Path) -> Path:
    return state / "dags"


def _core(state: Path, metadata: Metadata) -> dict[str, str]:
    # With SQLite Airflow 2 takes one task at a time, in the scheduler's own process.
    is_sqlite = metadata.url.startswith("sqlite")
    return {
        "AIRFLOW_HOME": str(state / "airflow"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags_folder(state)),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__EXECUTOR": "SequentialExecutor" if is_sqlite else "LocalExecutor",
        "AIRFLOW__CORE__FERNET_KEY": secret("fernet"),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": metadata.url,
        "AIRFLOW__DATABASE__LOAD_DEFAULT_CONNECTIONS": "False",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(state / "airflow" / "logs"),
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    }


def _webserver(addresses: Addresses) -> dict[str, str]:
    return {
        # Airflow adds the session of its own pages to it by itself.
        "AIRFLOW__API__AUTH_BACKENDS": "airflow.api.auth.backend.basic_auth",
        "AIRFLOW__WEBSERVER__BASE_URL": addresses.airflow_url,
        "AIRFLOW__WEBSERVER__SECRET_KEY": secret("webserver"),
        "AIRFLOW__WEBSERVER__WORKERS": "1",
        "AIRFLOW__WEBSERVER__ENABLE_PROXY_FIX": "False",
    }


def _pace() -> dict[str, str]:
    """Short waits, as for Airflow 3."""
    return {
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__MIN_SERIALIZED_DAG_UPDATE_INTERVAL": "1",
        "AIRFLOW__CORE__MIN_SERIALIZED_DAG_FETCH_INTERVAL": "1",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.3",
        "AIRFLOW__SCHEDULER__PARSING_PROCESSES": "1",
        "AIRFLOW__SCHEDULER__MIN_FILE_PROCESS_INTERVAL": "3600",
    }
