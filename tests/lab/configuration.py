"""What the lab tells Airflow: everything by environment variables, nothing on the machine."""

import base64
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from tests.lab.metadata import Metadata

HERE = Path(__file__).parent
DAGS = HERE / "dags"
# Airflow's name of the bundle of DAGS, and of the one that tests write DAG files into.
DAGS_BUNDLE, ADDED_BUNDLE = "dags-folder", "added"

# Known on purpose: the lab listens on loopback and holds nothing of anybody.
PASSWORDS = {"admin": "admin-of-the-lab", "viewer": "viewer-of-the-lab"}


@dataclass(frozen=True, slots=True)
class Addresses:
    """The two ports the lab answers on."""

    airflow: int
    cluster: int

    @property
    def airflow_url(self) -> str:
        return f"http://127.0.0.1:{self.airflow}"

    @property
    def cluster_url(self) -> str:
        return f"http://127.0.0.1:{self.cluster}"


def airflow_environ(
    state: Path, python: Path, addresses: Addresses, metadata: Metadata
) -> dict[str, str]:
    """The environment of every Airflow process; writes the files that it names."""
    home = state / "airflow"
    (home / "config").mkdir(parents=True, exist_ok=True)
    passwords = write(home / "passwords.json", json.dumps(PASSWORDS))
    write(state / "kubeconfig", json.dumps(kubeconfig(addresses)))
    added_dags(state).mkdir(exist_ok=True)
    write(
        home / "config" / "airflow_local_settings.py",
        (HERE / "inside" / "airflow_local_settings.py").read_text(),
    )
    return {
        **machine(python),
        **_core(home, addresses, passwords),
        **_pace(),
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps(_bundles(state)),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": metadata.url,
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": metadata.async_url,
        "AIRFLOW_CONN_KUBERNETES_DEFAULT": json.dumps(
            {"conn_type": "kubernetes", "extra": connection_extra(state)}
        ),
    }


def connection_extra(state: Path) -> dict[str, object]:
    """What a Kubernetes connection to the lab's cluster has to say."""
    return {"kube_config_path": str(state / "kubeconfig"), "namespace": "default"}


def added_dags(state: Path) -> Path:
    """The folder into which tests write DAG files; Airflow looks into it all the time."""
    return state / "added"


def machine(python: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("HOME", "LANG", "TZ") if name in os.environ}
    return kept | {
        "PATH": f"{python.parent}:{os.environ['PATH']}",
        "PYTHONUNBUFFERED": "1",
        # A proxy of the machine must not stand between Airflow and loopback.
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
    }


def _core(home: Path, addresses: Addresses, passwords: Path) -> dict[str, str]:
    users = ",".join(f"{name}:{name}" for name in PASSWORDS)
    return {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__FERNET_KEY": secret("fernet"),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": users,
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(passwords),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{addresses.airflow_url}/execution/",
        "AIRFLOW__API__BASE_URL": addresses.airflow_url,
        "AIRFLOW__API__SECRET_KEY": secret("api"),
        "AIRFLOW__API_AUTH__JWT_SECRET": secret("jwt"),
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    }


def _pace() -> dict[str, str]:
    """Short waits: the lab's DAGs should be over in minutes on two busy cores."""
    return {
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.3",
        "AIRFLOW__SCHEDULER__TRIGGERER_JOB_HEARTBEAT_SEC": "5",
        "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES": "1",
        # A file that changes is read at once all the same.
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "3600",
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "20",
        "AIRFLOW__DAG_PROCESSOR__BUNDLE_REFRESH_CHECK_INTERVAL": "1",
    }


def _bundles(state: Path) -> list[dict[str, object]]:
    local = "airflow.dag_processing.bundles.local.LocalDagBundle"
    added = {"path": str(added_dags(state)), "refresh_interval": 1}
    return [
        {"name": DAGS_BUNDLE, "classpath": local, "kwargs": {}},
        {"name": ADDED_BUNDLE, "classpath": local, "kwargs": added},
    ]


def kubeconfig(addresses: Addresses) -> dict[str, object]:
    """A kubeconfig, as JSON, which YAML readers read too."""
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "lab", "cluster": {"server": addresses.cluster_url}}],
        "users": [{"name": "airflow", "user": {}}],
        "contexts": [{"name": "lab", "context": {"cluster": "lab", "user": "airflow"}}],
        "current-context": "lab",
    }


def secret(purpose: str) -> str:
    """The same 32 bytes in every process and after a restart, so that a kept state still opens."""
    digest = hashlib.sha256(f"xcomtrace lab {purpose}".encode()).digest()
    return base64.urlsafe_b64encode(digest).decode()


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path
