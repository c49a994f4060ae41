"""A corpus of parliamentary speeches (Airflow 3): mapping, zipping and concatenating of XComArgs."""

from __future__ import annotations

from datetime import datetime

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import chain, dag, task, task_group

IMAGE = "registry.local/nlp/speech:4"
LANGS = ("de", "fr")


@task
def sessions(parliament: str):
    return [f"{parliament}-{n}" for n in range(2)]


@task.kubernetes(
    image=IMAGE,
    name="ner",
    namespace="nlp",
    env_vars={"LEXICON": "{{ ti.xcom_pull(task_ids='lexicon')['uri'] }}"},
    do_xcom_push=True,
)
def recognise(pair, lang):
    return {"pair": pair, "lang": lang}


@task(multiple_outputs=True)
def speakers(ids: list):
    return {"names": [], "parties": {}}


@dag(schedule="@weekly", start_date=datetime(2024, 1, 1), catchup=False)
def nlp_corpus():
    lexicon = BashOperator(task_id="lexicon", bash_command="lexicon --all")
    lower = sessions.override(task_id="bundestag")("bundestag")
    upper = sessions.override(task_id="senat")("senat")
    people = speakers(lower)

    both = lower.concat(upper)
    entities = recognise.partial(lang=people["names"]).expand(pair=lower.zip(upper, fillvalue=""))
    clean = KubernetesPodOperator.partial(
        task_id="clean",
        name="clean",
        image=IMAGE,
        env_vars={"NAMES": "{{ ti.xcom_pull(task_ids='speakers', key='names') | join(';') }}"},
        do_xcom_push=True,
    ).expand(arguments=both.map(lambda s: ["--session", s]))

    @task_group(group_id="lang")
    def per_language(lang: str, source):
        @task
        def tag(text, lang):
            return {"tags": text, "lang": lang}

        tagged = tag(source, lang)
        stats = KubernetesPodOperator(
            task_id="stats",
            name="stats",
            image=IMAGE,
            arguments=["--lang", lang, "{{ ti.xcom_pull(task_ids='lang.tag')['tags'] }}"],
        )
        chain(tagged, stats)
        return tagged

    @task_group
    def plain(lang):
        KubernetesPodOperator(
            task_id="model",
            name="model",
            image=IMAGE,
            arguments=[lang, "{{ ti.xcom_pull('lexicon')['%s'] }}" % lang],
        )

    tagged = per_language.partial(source=people["parties"]).expand(lang=list(LANGS))
    for lang in LANGS:
        plain.override(group_id=f"train_{lang}")(lang)

    @task.branch
    def next_step(tags, count: int, ti=None):
        if ti.xcom_pull(task_ids="clean", map_indexes=0):
            return "corpus"
        return None

    corpus = BashOperator(
        task_id="corpus",
        bash_command=f"corpus --lexicon {lexicon.output} --parties '{people['parties']}'",
        env={"FIRST": "{{ ti.xcom_pull('clean', map_indexes=0)['text'] }}"},
    )
    chain(entities, next_step(tagged, count=len(LANGS)), corpus)
    clean >> corpus


nlp_corpus()
