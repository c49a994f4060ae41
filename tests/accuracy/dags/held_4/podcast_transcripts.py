import json
from datetime import datetime

from airflow.decorators import dag, task
from airflow.operators.bash import BashOperator


@dag(
    dag_id="podcast_transcripts",
    start_date=datetime(2024, 4, 1),
    schedule="@hourly",
    catchup=False,
    default_args={"retries": 1},
)
def podcasts():
    @task
    def new_episodes() -> dict:
        return {"feed": "radio", "episodes": [{"id": "e1", "url": "https://cdn.example/e1.mp3"}]}

    @task.short_circuit
    def any_new(found: dict) -> bool:
        return bool(found["episodes"])

    @task.bash
    def fetch(found: dict) -> str:
        return "wget -q " + found["episodes"][0]["url"]

    @task.kubernetes(
        image="whisper:large-v3",
        namespace="ml",
        in_cluster=True,
        do_xcom_push=True,
        env_vars={"FEED": "{{ ti.xcom_pull(task_ids='new_episodes')['feed'] }}"},
    )
    def transcribe(found, language):
        return {"text": "...", "language": language, "minutes": 31}

    @task.kubernetes(image="summarizer:2", namespace="ml", in_cluster=True, do_xcom_push=True)
    def summarize(transcript, max_words=120):
        return {"summary": transcript["text"][:max_words]}

    @task.branch
    def route(ti=None):
        transcript = ti.xcom_pull(task_ids="transcribe")
        if transcript["minutes"] > 60:
            return "long_form"
        return "short_form"

    @task
    def publish(summary: dict, transcript: dict, **context):
        feed = context["ti"].xcom_pull(task_ids="new_episodes")["feed"]
        print(feed, json.dumps(summary), transcript["language"])

    found = new_episodes()
    go = any_new(found)
    audio = fetch(found)
    text = transcribe(found, language="pt")
    short = summarize(text)
    routed = route()
    go >> audio >> text

    long_form = BashOperator(
        task_id="long_form",
        bash_command="chapters --minutes {{ ti.xcom_pull(task_ids='transcribe')['minutes'] }} --audio {{ ti.xcom_pull(task_ids='fetch') }}",
    )
    short_form = BashOperator(
        task_id="short_form",
        bash_command="echo $SUMMARY",
        env={"SUMMARY": "{{ ti.xcom_pull(task_ids='summarize')['summary'] }}", "AUDIO": audio},
    )
    short >> routed >> [long_form, short_form]
    [long_form, short_form] >> publish(short, text)


podcasts()
