"""Card fraud scoring. Most templates guard themselves against producers that were skipped."""

from datetime import datetime

from airflow import DAG
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from kubernetes.client import models as k8s

try:
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.providers.standard.operators.python import BranchPythonOperator
except ImportError:
    from airflow.operators.bash import BashOperator
    from airflow.operators.python import BranchPythonOperator

IMAGE = "registry.local/fraud:{tag}"


def guarded(task_id, key, default="none"):
    return "{{ (ti.xcom_pull('" + task_id + "') or {}).get('" + key + "', '" + default + "') }}"


def choose_model(**kwargs):
    stats = kwargs["ti"].xcom_pull(task_ids="window_stats") or {}
    challenger = kwargs["ti"].xcom_pull(task_ids="challenger", include_prior_dates=True)
    if stats.get("drift", 0) and challenger:
        return "score_challenger"
    return "score_champion"


with DAG("fraud_scoring", start_date=datetime(2024, 6, 1), schedule="*/5 * * * *", catchup=False) as dag:
    stats = KubernetesPodOperator(
        task_id="window_stats", name="stats", image=IMAGE.format(tag="stats-1"), do_xcom_push=True
    )
    challenger = BashOperator(task_id="challenger", bash_command="model-registry challenger")
    choose = BranchPythonOperator(task_id="choose_model", python_callable=choose_model)

    scores = []
    for model, fallback in {"champion": "0.5", "challenger": "0.9"}.items():
        score = KubernetesPodOperator(
            task_id="score_" + model,
            name="score-" + model,
            image=IMAGE.format(tag=model),
            arguments=[
                "--window",
                "{{ (ti.xcom_pull('window_stats') or {}).get('window', 'none') }}",
                "--threshold={{ ti.xcom_pull('window_stats')['thresholds'].get('" + model + "') or " + fallback + " }}",
                "{{ '--drift' if ti.xcom_pull(task_ids='window_stats')['drift'] > 0.2 else '--no-drift' }}",
                "{{ ti.xcom_pull('window_stats').get('meta', {}).get('owner', {}).get('team', 'unknown') }}",
                "{{ ti.xcom_pull('challenger')['uri'] if ti.xcom_pull('challenger') is mapping else 'n/a' }}",
            ],
            env_vars=[
                k8s.V1EnvVar(name="ROWS", value=guarded("window_stats", "rows", "0")),
                k8s.V1EnvVar(name="EVEN", value="{{ ti.xcom_pull('window_stats')['rows'] % 2 == 0 }}"),
                k8s.V1EnvVar(
                    name="IN_LIST",
                    value="{{ 'x' if 'vip' in ti.xcom_pull('window_stats')['segments'] else 'y' }}",
                ),
                k8s.V1EnvVar(
                    name="SHARE",
                    value="{{ ((ti.xcom_pull('window_stats')['hits'] | int) / (ti.xcom_pull('window_stats')['rows'] | int)) | round(3) }}",
                ),
                k8s.V1EnvVar(name="HOUR", value="{{ ti.xcom_pull('window_stats')['hours'][logical_date.hour] }}"),
                k8s.V1EnvVar(name="SLICE", value="{{ ti.xcom_pull('window_stats')['ids'][:10] | join(',') }}"),
            ],
            do_xcom_push=True,
        )
        choose >> score
        scores.append(score)

    decide = BashOperator(
        task_id="decide",
        trigger_rule="none_failed_min_one_success",
        bash_command="""
        {%- set champion = ti.xcom_pull(task_ids='score_champion') -%}
        {%- set challenger = ti.xcom_pull(task_ids='score_challenger') -%}
        {%- set winner = champion if champion else challenger -%}
        {%- if champion.score is defined %}
        block {{ champion.cards | join(' ') }}
        {%- elif not challenger %}
        echo none
        {%- else %}
        block {{ winner['best'] }}
        {%- endif %}
        """,
        env={
            "EITHER": "{{ ti.xcom_pull('score_champion') or ti.xcom_pull('score_challenger') }}",
            "JSON": "{{ (ti.xcom_pull('challenger') | default('{}', true) | string | length) if ds else '' }}",
            "FORMATTED": "{{ '%s-%s' | format(ti.xcom_pull('score_champion')['a'], ti.xcom_pull('score_challenger')['b']) }}",
            "FROM_DICT": "{{ {'a': ti.xcom_pull('score_champion')['id'], 'b': 2}['a'] }}",
            "CONCAT": "{{ ti.xcom_pull('score_champion')['bucket'] ~ '/' ~ ti.xcom_pull('score_champion')['object'] }}",
        },
    )
    [stats, challenger] >> choose
    scores >> decide
