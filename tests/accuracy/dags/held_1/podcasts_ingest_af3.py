"""Podcast feeds: fetch, transcribe, chapter, publish. Dynamic mapping all the way."""
from pendulum import datetime

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import Asset, dag, task, task_group

EPISODES = Asset("s3://podcasts/episodes")
FEEDS = ["https://a.example/rss", "https://b.example/rss"]
LANGS = {"en": "large-v3", "sv": "kb-whisper"}


@dag(schedule="@hourly", start_date=datetime(2025, 2, 1, tz="UTC"), catchup=False)
def podcasts_ingest():
    @task
    def fetch(feed):
        return [{"guid": "1", "url": feed, "lang": "en"}]

    @task
    def flatten(batches):
        return [e for batch in batches for e in batch]

    @task
    def only(lang, episodes):
        return [e for e in episodes if e["lang"] == lang]

    fetched = fetch.expand(feed=FEEDS)
    episodes = flatten(fetched)

    @task_group
    def per_episode(episode):
        @task(outlets=[EPISODES])
        def save(e):
            return e["guid"]

        @task
        def announce(guid, ti=None):
            everything = ti.xcom_pull(task_ids="flatten")
            return guid in {e["guid"] for e in everything}

        return announce(save(episode))

    announced = per_episode.expand(episode=episodes)

    transcripts = {}
    for lang, model in LANGS.items():
        selected = only.override(task_id=f"only_{lang}")(lang, episodes)
        transcripts[lang] = KubernetesPodOperator.partial(
            task_id=f"transcribe_{lang}",
            name=f"transcribe-{lang}",
            image=f"asr:{model}",
            namespace="asr",
            arguments=["--model", model, "--glossary", "{{ ti.xcom_pull(task_ids='glossary')['" + lang + "'] }}"],
            do_xcom_push=True,
        ).expand(env_vars=selected.map(lambda e: {"URL": e["url"], "GUID": e["guid"]}))

    @task
    def glossary():
        return {k: f"/glossary/{k}.txt" for k in LANGS}

    g = glossary()
    g >> list(transcripts.values())

    @task
    def chapters(transcript, episode):
        return {"chapters": []}

    chapters.expand_kwargs(
        transcripts["en"].output.zip(episodes).map(lambda pair: {"transcript": pair[0], "episode": pair[1]})
    )

    @task
    def report(en, sv, flags, **context):
        missing = context["ti"].xcom_pull(task_ids="only_sv")
        return len(en) + len(sv) + len(missing)

    report(transcripts["en"].output, sv=transcripts["sv"].output, flags=announced) >> EmptyOperator(task_id="done")


podcasts_ingest()
