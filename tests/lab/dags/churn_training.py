"""A model is trained on nothing and nobody notices: the pull lacks its TaskGroup's prefix."""

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG, TaskGroup

POD = {"namespace": "ml", "startup_check_interval_seconds": 0.3}


def register(model_uri: str, auc: float) -> str:
    return f"{model_uri} registered with auc {auc}"


with DAG("churn_training", schedule=None, default_args=POD, tags=["showcase", "ml"]):
    with TaskGroup("features") as features:
        collect = KubernetesPodOperator(
            task_id="collect",
            image="registry.ml/features:7.1",
            arguments=["collect"],
            env_vars={"DAY": "{{ ds }}"},
            do_xcom_push=True,
        )
        prepare = KubernetesPodOperator(
            task_id="prepare",
            image="registry.ml/features:7.1",
            arguments=["prepare", "{{ ti.xcom_pull('features.collect')['events_uri'] }}"],
            env_vars={"DAY": "{{ ds }}"},
            do_xcom_push=True,
            multiple_outputs=True,
        )
        collect >> prepare

    train_model = KubernetesPodOperator(
        task_id="train_model",
        image="registry.ml/trainer:3.8",
        arguments=[
            "fit",
            "--objective=churn",
            "--epochs=12",
            "--columns={{ ti.xcom_pull('features.prepare')['columns'] }}",
            "--features={{ ti.xcom_pull('prepare', key='feature_uri') }}",
        ],
        env_vars={"DAY": "{{ ds }}"},
        do_xcom_push=True,
    )
    evaluate = KubernetesPodOperator(
        task_id="evaluate",
        image="registry.ml/evaluator:3.8",
        env_vars={
            "DAY": "{{ ds }}",
            "MODEL": "{{ ti.xcom_pull('train_model')['model_uri'] }}",
        },
        do_xcom_push=True,
    )
    register_model = PythonOperator(
        task_id="register_model",
        python_callable=register,
        op_kwargs={
            "model_uri": "{{ ti.xcom_pull('train_model')['model_uri'] }}",
            "auc": "{{ ti.xcom_pull('train_model')['auc'] }}",
        },
    )

    features >> train_model >> evaluate >> register_model
