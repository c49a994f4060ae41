"""Article recommender: embeddings in a pod, candidates and ranking in the worker."""
from datetime import datetime

from airflow.decorators import dag, task
from airflow.operators.empty import EmptyOperator

K8S = {
    "image": "europe-docker.pkg.dev/daily/ml/embed:5",
    "namespace": "ml",
    "in_cluster": True,
    "do_xcom_push": True,
}
SECTIONS = ("politics", "sports", "culture")


@task
def articles(day: str):
    return {"ids": [1, 2, 3], "day": day, "by_section": dict.fromkeys(SECTIONS, [])}


@task.kubernetes(name="embed", env_vars={"ARTICLES": "{{ ti.xcom_pull(task_ids='articles')['ids'] | tojson }}"}, **K8S)
def embed(batch, dim=256):
    return {"vectors": "/vec.npy", "dim": dim, "n": len(batch["ids"])}


@task.kubernetes(
    image=K8S["image"],
    namespace="ml",
    name="cluster",
    env_vars={"VECTORS": "{{ ti.xcom_pull(task_ids='embed')['vectors'] }}", "K": "40"},
    labels={"day": "{{ ti.xcom_pull(task_ids='articles').day }}"},
)
def cluster():
    return {"labels": [0, 1, 1]}


@task.branch(task_id="enough_articles")
def enough(arts, minimum=3):
    return "candidates" if len(arts["ids"]) >= minimum else "fallback"


@task(multiple_outputs=True)
def candidates(vectors, clusters, arts):
    return {"head": [1], "tail": [2, 3], **{s: [] for s in SECTIONS}}


@task.sensor(poke_interval=30, timeout=300, mode="reschedule")
def vectors_visible(meta, ti=None):
    size = ti.xcom_pull(task_ids="embed", key="return_value")["n"]
    return size == meta["n"]


@task.bash(retries=2)
def push_to_cdn(vectors, ti=None):
    labels = ti.xcom_pull(task_ids="cluster")
    return f"cdn push {vectors['vectors']} --labels {len(labels['labels'])}"


@task.short_circuit
def changed_enough(labels, threshold: float = 0.1, **context):
    before = context["ti"].xcom_pull(task_ids="cluster", include_prior_dates=True)
    return before != labels or threshold == 0


@task(trigger_rule="none_failed_min_one_success")
def publish(ranked, ti=None, **context):
    day = ti.xcom_pull(task_ids="articles")["day"]
    decision = context["task_instance"].xcom_pull(task_ids="enough_articles")
    print(day, decision, ranked)


@dag(start_date=datetime(2024, 9, 1), schedule="*/20 * * * *", catchup=False, default_args={"owner": "reco"})
def newspaper_recommender():
    arts = articles(day="{{ ds }}")
    vec = embed(arts, dim=384)
    clu = cluster()
    vec >> clu
    vectors_visible(vec) >> clu
    changed_enough(clu, threshold=0.2) >> push_to_cdn(vec)
    branch = enough(arts)
    fallback = EmptyOperator(task_id="fallback")
    cand = candidates(vec, clu, arts=arts)
    branch >> [cand, fallback]

    @task
    def rank(items, section="head"):
        return sorted(items)

    ranked = [rank(cand["head"])]
    for section in SECTIONS:
        ranked.append(rank.override(task_id=f"rank_{section}")(items=cand[section], section=section))
    publish(ranked)
    fallback >> publish.override(task_id="publish_fallback")({"default": clu})


newspaper_recommender()
