"""Transcripts of new episodes."""

import json
from datetime import datetime, timedelta

from airflow import DAG
from airflow.decorators import task
from airflow.models.param import Param
from airflow.operators.bash import BashOperator
from airflow.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

FEED = "{{ (ti.xcom_pull(task_ids='read_feed') or {}).get('title', 'untitled') }}"

REQUEST = {
    "episode": "{{ ti.xcom_pull(task_ids='read_feed')['episodes'][0]['guid'] }}",
    "transcript": "{{ ti.xcom_pull(task_ids=params.engine)['text_path'] }}",
    "meta": {"feed": FEED, "language": "{{ params.language }}"},
}

with DAG(
    "podcast_transcripts",
    schedule="@hourly",
    start_date=datetime(2024, 2, 2),
    catchup=False,
    default_args={"retries": 1, "retry_delay": timedelta(minutes=4)},
    params={"engine": Param("whisper", type="string"), "language": "en"},
) as dag:

    @task
    def read_feed():
        return {"title": "Data at night", "episodes": [{"guid": "1", "url": "https://pod.example.org/1.mp3"}]}

    @task
    def chapters(feed, transcript):
        return [{"start": 0, "title": feed["title"], "words": transcript["words"]}]

    feed = read_feed()

    download = BashOperator(
        task_id="download",
        bash_command="""
        {% set feed = ti.xcom_pull(task_ids='read_feed') %}
        {% for episode in feed.episodes %}
        wget -q "{{ episode.url }}" -O /tmp/{{ episode.guid }}.mp3
        {% endfor %}
        {% if params.language == 'en' %}
        echo "{{ feed.title }}"
        {% else %}
        echo "{{ feed['titles'][0] }}"
        {% endif %}
        """,
    )

    transcribe = KubernetesPodOperator(
        task_id="whisper",
        name="whisper",
        namespace="media",
        image="media/whisper:large",
        arguments=[
            "--model",
            "large-v3",
            "--audio={{ ti.xcom_pull(task_ids='download') }}",
            "--prompt={{ ti.xcom_pull(task_ids='read_feed')['title'] | default('') | truncate(40) }}",
        ],
        do_xcom_push=True,
    )

    parts = chapters(feed, transcribe.output)

    publish = BashOperator(
        task_id="publish",
        bash_command="publish --request '" + json.dumps(REQUEST) + "'",
        env={"CHAPTERS": "{{ ti.xcom_pull(task_ids='chapters') | map(attribute='title') | join(';') }}"},
    )

    inform = TriggerDagRunOperator(
        task_id="inform",
        trigger_dag_id="newsletter",
        conf={
            "subject": "New: " + FEED,
            "words": "{% set first = ti.xcom_pull(task_ids='chapters')[0] %}{{ first.words }} ({{ first['start'] }} s)",
            "key": "{{ ti.xcom_pull(key='pod_name', task_ids=params.engine) }}",
        },
    )

    download >> transcribe
    parts >> publish >> inform
