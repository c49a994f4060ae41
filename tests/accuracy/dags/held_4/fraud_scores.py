"""Card fraud scoring, with the operators of the risk team kept next to the DAG."""
from datetime import datetime, timedelta

from airflow import DAG
from airflow.models.baseoperator import BaseOperator
from airflow.operators.python import PythonOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator


class RiskPod(KubernetesPodOperator):
    """A pod of the risk namespace; `model_uri` may be a template too."""

    template_fields = (*KubernetesPodOperator.template_fields, "model_uri")

    def __init__(self, *, model_uri=None, **kwargs):
        kwargs.setdefault("namespace", "risk")
        kwargs.setdefault("do_xcom_push", True)
        super().__init__(image="risk/scoring:7", **kwargs)
        self.model_uri = model_uri


class ThresholdOperator(BaseOperator):
    template_fields = ("score_column",)

    def __init__(self, source_task, score_column="score", cutoff=0.9, **kwargs):
        super().__init__(**kwargs)
        self.source_task = source_task
        self.score_column = score_column
        self.cutoff = cutoff

    def execute(self, context):
        scores = context["ti"].xcom_pull(task_ids=self.source_task)
        return [s for s in scores["rows"] if s[self.score_column] > self.cutoff]


class AlertOperator(BaseOperator):
    template_fields = ("message", "cases")

    def __init__(self, message, cases, channel="#fraud", **kwargs):
        super().__init__(**kwargs)
        self.message = message
        self.cases = cases
        self.channel = channel

    def execute(self, context):
        print(self.channel, self.message, len(self.cases))


def pick_model(**_):
    return {"uri": "s3://models/fraud/41", "column": "p_fraud"}


def feedback(**context):
    ti = context["ti"]
    alerts = ti.xcom_pull(task_ids="high_risk")
    model = ti.xcom_pull(task_ids="pick_model")
    print("model", model, "raised", len(alerts))


with DAG(
    dag_id="fraud_scores",
    start_date=datetime(2024, 1, 1),
    schedule=timedelta(minutes=30),
    catchup=False,
) as dag:
    model = PythonOperator(task_id="pick_model", python_callable=pick_model)

    score = RiskPod(
        task_id="score",
        name="score",
        model_uri="{{ ti.xcom_pull(task_ids='pick_model')['uri'] }}",
        arguments=["score", "--model", "{{ ti.xcom_pull(task_ids='pick_model')['uri'] }}", "--batch", "{{ ts }}"],
    )
    high = ThresholdOperator(
        task_id="high_risk",
        source_task="score",
        score_column="{{ ti.xcom_pull(task_ids='pick_model')['column'] }}",
    )
    medium = ThresholdOperator(task_id="medium_risk", source_task=score.task_id, cutoff=0.6)
    alert = AlertOperator(
        task_id="alert",
        message="{{ ti.xcom_pull('high_risk') | length }} cards to block, model {{ ti.xcom_pull('pick_model')['uri'] }}",
        cases=high.output,
    )
    queue = AlertOperator(task_id="queue", message="to review", cases=medium.output, channel="#review")
    learn = PythonOperator(task_id="feedback", python_callable=feedback)

    model >> score >> [high, medium]
    [alert, queue] >> learn
