"""Lab values of the brew house, per recipe. The recipes are configured below."""

from __future__ import annotations

from datetime import datetime, timedelta

from airflow import DAG
from airflow.operators.python import PythonOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator

RECIPES = {
    "lager": {"yeast": "W34", "sensors": ["gravity"], "days": 28},
    "stout": {"yeast": "S04", "sensors": ["temperature", "gravity", "colour"], "days": 14},
    "alcohol_free": {"yeast": "LA01", "sensors": ["gravity"], "days": 7, "pasteurise": True},
}

POD_DEFAULTS = {
    "namespace": "brewery",
    "image": "brewery/lab:12",
    "do_xcom_push": True,
    "get_logs": True,
    "startup_timeout_seconds": 240,
}


def pull(task_id: str, *keys: str) -> str:
    """A template that reads a task's result."""
    steps = "".join(f"['{key}']" for key in keys)
    return "{{ ti.xcom_pull(task_ids='" + task_id + "')" + steps + " }}"


def quality(recipe: str, sensors: list[str], ti=None):
    values = {sensor: ti.xcom_pull(task_ids=f"{recipe}__{sensor}")["mean"] for sensor in sensors}
    return {"recipe": recipe, "values": values, "released": all(values.values())}


def release_note(tanks: dict, ti=None):
    lines = [f"{len(tanks)} tanks"]
    for recipe, config in RECIPES.items():
        result = ti.xcom_pull(task_ids=f"{recipe}__quality")
        lines.append(f"{recipe} ({config['days']} days): {result['released']}")
    return "\n".join(lines)


with DAG(
    dag_id="beer_brewery_batches",
    start_date=datetime(2024, 1, 1),
    schedule=timedelta(hours=6),
    catchup=False,
) as dag:
    tanks = KubernetesPodOperator(task_id="tanks", name="tanks", arguments=["tanks"], **POD_DEFAULTS)

    save = SQLExecuteQueryOperator(
        task_id="save_releases",
        conn_id="brewery",
        sql=[
            f"INSERT INTO release VALUES ('{recipe}', '{pull(f'{recipe}__quality', 'released')}')"
            for recipe in RECIPES
        ],
    )

    note = PythonOperator(
        task_id="release_note", python_callable=release_note, op_kwargs={"tanks": tanks.output}
    )
    save >> note

    for recipe, config in RECIPES.items():
        check = PythonOperator(
            task_id=f"{recipe}__quality",
            python_callable=quality,
            op_kwargs={"recipe": recipe, "sensors": config["sensors"]},
        )

        for sensor in config["sensors"]:
            measure = KubernetesPodOperator(
                task_id=f"{recipe}__{sensor}",
                name=f"{recipe}-{sensor}".replace("_", "-"),
                arguments=["measure", "--sensor", sensor, "--tank", pull("tanks", recipe, "number")],
                env_vars={
                    "YEAST": config["yeast"],
                    **{
                        f"LIMIT_{bound.upper()}": pull("tanks", recipe, "limits", bound)
                        for bound in ("low", "high")
                    },
                },
                **POD_DEFAULTS,
            )
            tanks >> measure >> check

        if config.get("pasteurise"):
            pasteurise = KubernetesPodOperator(
                task_id=f"{recipe}__pasteurise",
                name="pasteurise",
                arguments=["pasteurise", pull(check.task_id, "values", "gravity"), pull("tanks", recipe, "number")],
                **POD_DEFAULTS,
            )
            check >> pasteurise >> save
        else:
            check >> save
