"""Transcribes new episodes.

unresolvable: publish.bash_command
"""
import os
from datetime import datetime

from airflow.decorators import dag, task
from airflow.operators.bash import BashOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

SUMMARY_TASK = os.environ.get("SUMMARY_TASK")


@dag(start_date=datetime(2024, 8, 1), schedule="@daily", catchup=False, tags=["podcast"])
def podcast_transcripts():
    @task
    def new_episodes() -> list[str]:
        return ["https://cdn.example.com/1.mp3"]

    @task
    def to_arguments(episodes: list[str]) -> list[list[str]]:
        return [["--url", url, "--model", "large"] for url in episodes]

    @task
    def collect(texts, ti=None) -> dict:
        episodes = ti.xcom_pull(task_ids="new_episodes")
        print(f"{len(episodes)} episodes")
        texts = list(texts)
        return {"count": len(texts), "first": texts[0]}

    @task
    def summarise(collected: dict) -> str:
        return collected["first"][:200]

    @task
    def chapters(collected: dict, summary: str, **context):
        arguments = context["ti"].xcom_pull(task_ids="to_arguments")
        return [collected["first"], summary, len(arguments)]

    episodes = new_episodes()

    transcribe = KubernetesPodOperator.partial(
        task_id="transcribe",
        name="transcribe",
        image="pods/whisper:1",
        do_xcom_push=True,
        env_vars={"EPISODES": "{{ ti.xcom_pull(task_ids='new_episodes') | length }}"},
    ).expand(arguments=to_arguments(episodes))

    collected = collect(transcribe.output)
    summary = summarise(collected)
    chapters(collected, summary=summary)

    index = BashOperator(
        task_id="index",
        bash_command="index --count {{ ti.xcom_pull(task_ids='collect')['count'] }}",
        env={"SUMMARY": summary, "PATH": "/usr/bin"},
    )
    publish = BashOperator(
        task_id="publish",
        bash_command=f"publish '{{{{ ti.xcom_pull(task_ids='{SUMMARY_TASK}') }}}}'",
    )
    index >> publish


podcast_transcripts()
