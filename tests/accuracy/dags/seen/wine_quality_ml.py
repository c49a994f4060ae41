"""Trains and compares models of wine quality; all of it plain Python callables.

unresolvable: promote.python_callable
"""

import json
import logging
from datetime import datetime, timedelta

from airflow import DAG

try:
    from airflow.sdk import get_current_context
except ImportError:
    from airflow.operators.python import get_current_context

try:
    from airflow.providers.standard.operators.python import (
        BranchPythonOperator,
        PythonOperator,
        ShortCircuitOperator,
    )
except ImportError:
    from airflow.operators.python import BranchPythonOperator, PythonOperator, ShortCircuitOperator

logger = logging.getLogger("airflow.task")

MODELS = {"ridge": {"alpha": 0.1}, "forest": {"trees": 300}, "boost": {"rounds": 500}, "svm": {"c": 2.0}}
METRIC_KEY = "rmse"


def load(**_):
    return {"rows": 6497, "path": "/data/wine.parquet"}


def read_split(ti, part="train"):
    """Used by several callables: ``ti.xcom_pull(task_ids="never_called")`` is not made here."""
    split = ti.xcom_pull(task_ids="split_data", key=part)
    return split["path"]


def split_data():
    context = get_current_context()
    data = context["ti"].xcom_pull(task_ids="load_data")
    # An earlier split of the same data is used again, as long as nobody cleared it.
    earlier = context["ti"].xcom_pull("split_data", key="train", include_prior_dates=True)
    print(earlier)
    for part in ("train", "test"):
        context["ti"].xcom_push(key=part, value={"path": data["path"] + "." + part})


def train(name, ti=None, **hyper):
    path = read_split(ti)
    logger.info("training %s on %s with %s", name, path, hyper)
    ti.xcom_push(key="model", value=f"/models/{name}.pkl")


class Evaluator:
    key = "model"

    def __init__(self, name):
        self.name = name
        self.source = f"train_{name}"

    def __call__(self, **context):
        return self.evaluate(context["ti"])

    def evaluate(self, ti):
        model = ti.xcom_pull(task_ids=self.source, key=self.key)
        test = read_split(ti, part="test")
        ti.xcom_push(key=METRIC_KEY, value=0.5)
        return {"model": model, "test": test}

    def explain(self, ti, **_):
        result = self._own(ti)
        rivals = [ti.xcom_pull(task_ids=f"evaluate_{m}", key=METRIC_KEY) for m in MODELS if m != self.name]
        print(rivals)
        print(result["model"])

    def _own(self, ti):
        return ti.xcom_pull(task_ids="evaluate_" + self.name)


def best(**context):
    ti = context["task_instance"]
    scores = {m: ti.xcom_pull(task_ids=f"evaluate_{m}", key=METRIC_KEY) for m in MODELS}
    return min(scores, key=lambda m: scores[m] if isinstance(scores[m], float) else 0.0)


def good_enough(ti, threshold):
    winner = ti.xcom_pull(task_ids="pick_best")
    return winner is not None and threshold > 0


def promote(name, **kwargs):
    ti = kwargs.get("ti")
    winner = ti.xcom_pull(task_ids="pick_best")
    # The winner is known in the run only, so is the task whose model is pulled.
    model = ti.xcom_pull(task_ids=f"train_{winner}", key="model")
    return json.dumps({name: str(model)})


def choose(ti):
    decision = ti.xcom_pull(task_ids="gate", key="return_value")
    return "announce" if decision else "retrain"


def on_failure(context):
    failed = context["ti"].xcom_pull(task_ids="load_data")
    logger.error("failed with %s", failed)


with DAG(
    "wine_quality_ml",
    start_date=datetime(2024, 1, 1),
    schedule=timedelta(days=7),
    catchup=False,
) as dag:
    load_data = PythonOperator(task_id="load_data", python_callable=load)
    split = PythonOperator(task_id="split_data", python_callable=split_data, on_failure_callback=on_failure)
    load_data >> split

    pick = PythonOperator(task_id="pick_best", python_callable=best)
    for model, hyper in MODELS.items():
        training = PythonOperator(
            task_id=f"train_{model}",
            python_callable=train,
            op_kwargs={"name": model, **hyper},
        )
        evaluator = Evaluator(model)
        evaluation = PythonOperator(task_id=f"evaluate_{model}", python_callable=evaluator)
        explain = PythonOperator(task_id=f"explain_{model}", python_callable=evaluator.explain)
        split >> training >> evaluation >> [pick, explain]

    gate = ShortCircuitOperator(
        task_id="gate",
        python_callable=good_enough,
        op_kwargs={"threshold": 0.7},
    )
    promotion = PythonOperator(
        task_id="promote",
        python_callable=promote,
        op_args=["{{ ti.xcom_pull(task_ids='pick_best') }}"],
    )
    chosen = BranchPythonOperator(task_id="choose", python_callable=choose)
    announce = PythonOperator(
        task_id="announce",
        python_callable=lambda **ctx: print(
            ctx["ti"].xcom_pull(task_ids="promote"), ctx["ti"].xcom_pull(task_ids="pick_best")
        ),
    )
    retrain = PythonOperator(
        task_id="retrain",
        python_callable=lambda rows, why: print(rows, why),
        op_kwargs={"rows": load_data.output["rows"], "why": {"gate": [gate.output]}},
    )
    pick >> gate >> promotion >> chosen >> [announce, retrain]
