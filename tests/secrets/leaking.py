"""A fake Airflow that tells secrets wherever it tells anything: each place has its own."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pprint import pformat
from typing import Any

from tests.airflow.fake import FakeAirflow
from tests.secrets.planted import Planted, planted

DAG_ID = "leaking"
TASKS = ("again", "make", "use", "fail", "bad")
#: Each place with the dice that its secrets come from.
PLACES = {
    "xcom": 11,
    "argument": 12,
    "variable": 13,
    "log": 14,
    "source": 15,
    "conf": 16,
    "dump": 17,
}

#: Values that nobody would hide, by place.
HARMLESS = {
    "xcom": "s3://lake-eu/etl/kw7391zqmxa/part-0007.parquet",
    "number": "4815162342",
    "argument": "kw2207zqmxb/plain-argument",
    "variable": "kw8813zqmxc",
    "log": "kw5521zqmxd",
    "source": "kw6604zqmxe",
    "conf": "kw9137zqmxf",
}


@dataclass(frozen=True)
class Leak:
    place: str
    kind: str
    secret: str


def leaks() -> list[Leak]:
    """Every part that must be found nowhere."""
    return [
        Leak(place, one.kind, secret)
        for place, seed in PLACES.items()
        for one in planted(seed)
        for secret in one.secrets
    ]


def fill(airflow: FakeAirflow) -> None:
    """Two runs, of which the second's pods fail."""
    # Webhooks are told of what is new.
    airflow.now = now = datetime.now(UTC)
    airflow.add_dag(DAG_ID, source(), TASKS)
    for run_id, state in (("r1", "success"), ("r2", "failed")):
        run = airflow.add_run(DAG_ID, run_id, state=state, conf=_conf(), run_after=now, end=now)
        run.task("make").push("return_value", _value()).push("list", _flags("xcom"))
        run.task("again").push("return_value", {"x": [planted(PLACES["xcom"])[0].secrets[0]]})
        run.task("use", rendered=_fields(), start=airflow.stamp(), end=airflow.stamp())
        if state == "failed":
            run.task("fail", rendered=_fields()).fails(*_log())
            run.task("bad").fails(_bad_template())


def source() -> str:
    """A DAG file with a real pull, and secrets in literals, comments and calls."""
    notes = "\n".join(
        f"NOTE_{at} = {one.text!r}" for at, one in enumerate(planted(PLACES["source"]))
    )
    return f'''"""A DAG that leaks."""

{notes}
HARMLESS = "{HARMLESS["source"]}"
with DAG("{DAG_ID}"):
    make = KubernetesPodOperator(task_id="make")
    use = KubernetesPodOperator(
        task_id="use",
        arguments=[
            "--in={{{{ ti.xcom_pull(task_ids='make')['path'] }}}}",
            "{{{{ ti.xcom_pull(task_ids='make')['db']['password'] }}}}",
        ],
        env_vars={{"PASSWORD_IN": "{{{{ ti.xcom_pull(task_ids='make')['db']['password'] }}}}"}},
    )
    bad = KubernetesPodOperator(
        task_id="bad", arguments=["{{{{ ti.xcom_pull(task_ids='mkae')['path'] }}}}"]
    )
    make >> use >> fail >> bad
'''


def _value() -> dict[str, Any]:
    texts = planted(PLACES["xcom"])
    return {
        "path": HARMLESS["xcom"],
        "count": int(HARMLESS["number"]),
        "db": {"user": "etl", "password": texts[0].secrets[0]},
        "notes": {one.kind: one.text for one in texts},
        "deep": [{"deeper": [one.text]} for one in texts],
        "json": json.dumps({"inner": json.dumps([one.text for one in texts])}),
        "repr": str([{"text": one.text} for one in texts]),
        "parsed": [json.loads(one.text) for one in texts if one.text.startswith("{")],
        "env": [{"name": "DB_PASSWORD", "value": texts[0].secrets[0]}],
    }


def _flags(place: str) -> list[str]:
    texts = planted(PLACES[place])
    return [
        *(item for one in texts for item in ("--note", one.text)),
        *(f"--text={one.text}" for one in texts),
        "--password",
        texts[0].secrets[0],
    ]


def _fields() -> dict[str, Any]:
    texts = planted(PLACES["variable"])
    variables = [{"name": f"SETTING_{at}", "value": one.text} for at, one in enumerate(texts)]
    password = planted(PLACES["xcom"])[0].secrets[0]
    return {
        # The password stands where no name tells of it, too.
        "arguments": [
            f"--in={HARMLESS['xcom']}",
            password,
            f"--with={password}",
            f"sh -c 'login {password};run'",
            HARMLESS["argument"],
            *_flags("argument"),
        ],
        "env_vars": [
            *variables,
            {"name": "PASSWORD_IN", "value": password},
            {"name": "PATH_IN", "value": HARMLESS["xcom"]},
            {"name": "PLAIN", "value": HARMLESS["variable"]},
        ],
    }


def _conf() -> dict[str, Any]:
    notes = {one.kind: one.text for one in planted(PLACES["conf"])}
    return {"notes": notes, "harmless": HARMLESS["conf"]}


def _log() -> list[dict[str, Any]]:
    texts = planted(PLACES["log"])
    return [
        *({"event": f"[base] {one.text}", "level": "info"} for one in texts),
        {"event": f"[base] etl {planted(PLACES['xcom'])[0].secrets[0]} was used", "level": "info"},
        {"event": f"[base] {HARMLESS['log']}", "level": "info"},
        *(_failed(f"Pod p returned a failure: {one.text}") for one in texts),
        *(_failed(_dump(one)) for one in planted(PLACES["dump"])),
        *(_refused(one) for one in planted(PLACES["dump"])),
    ]


def _failed(words: str) -> dict[str, Any]:
    error = {"exc_type": "AirflowException", "exc_value": words}
    return {"event": "Task failed with exception", "level": "error", "error_detail": [error]}


def _bad_template() -> dict[str, Any]:
    texts = [one.text for one in planted(PLACES["log"])]
    template = ["{{ ti.xcom_pull(task_ids='mkae')['path'] }}", *texts]
    error = {"exc_type": "UndefinedError", "exc_value": "'None' has no attribute 'path'"}
    words = "Exception rendering Jinja template for task 'bad', field 'arguments'. Template: "
    return {"event": f"{words}{template!r}", "level": "error", "error_detail": [error]}


def _dump(one: Planted) -> str:
    return f"Pod p returned a failure.\nremote_pod: {pformat(_pod(one))}"


def _refused(one: Planted) -> dict[str, Any]:
    return {"event": f"Namespaced Pod: {json.dumps(_pod(one))}", "level": "error"}


def _pod(one: Planted) -> dict[str, Any]:
    env = [{"name": "SETTING", "value": one.text, "value_from": None}]
    return {"spec": {"containers": [{"args": [one.text], "env": env, "name": "base"}]}}
