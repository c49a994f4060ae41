"""Listings of a real estate portal: XComArgs in all their forms, between classic operators."""

from datetime import datetime

from airflow import DAG
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

try:
    from airflow.sdk import XComArg, chain
except ImportError:
    from airflow.models.baseoperator import chain
    from airflow.models.xcom_arg import XComArg

try:
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.providers.standard.operators.python import PythonOperator
    from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
except ImportError:
    from airflow.operators.bash import BashOperator
    from airflow.operators.python import PythonOperator
    from airflow.operators.trigger_dagrun import TriggerDagRunOperator

IMAGE = "registry.local/estate:3"
PORTALS = ["immo", "casa", "hemnet"]


def crawl(portal, **_):
    return [{"portal": portal, "price": 1}]


def dedupe(listings, *, limit=None):
    return {"unique": listings, "dropped": limit}


def push_many(ti):
    ti.xcom_push(key="median", value=1)
    ti.xcom_push(key="by_city", value={})


with DAG(
    dag_id="realestate_listings",
    start_date=datetime(2024, 1, 1),
    schedule="@daily",
    catchup=False,
) as dag:
    crawls = {
        portal: PythonOperator(task_id=f"crawl_{portal}", python_callable=crawl, op_args=[portal])
        for portal in PORTALS
    }
    unique = PythonOperator(
        task_id="dedupe",
        python_callable=dedupe,
        op_args=[[c.output for c in crawls.values()]],
        op_kwargs={"limit": XComArg(crawls["immo"], key="limit")},
    )
    statistics = PythonOperator(task_id="statistics", python_callable=push_many)
    stats = statistics.output

    geocode = KubernetesPodOperator(
        task_id="geocode",
        name="geocode",
        image=IMAGE,
        arguments=["--listings", unique.output, "--city", f"{stats['by_city']}"],
        env_vars={"MEDIAN": stats["median"], "PORTALS": ",".join(PORTALS)},
        do_xcom_push=True,
    )
    # The key pod_name is pushed whatever do_xcom_push says.
    cleanup = BashOperator(
        task_id="cleanup",
        bash_command="kubectl delete pod " + str(geocode.output["pod_name"]) + f" -n {geocode.output['pod_namespace']}",
    )
    valuations = [
        KubernetesPodOperator(
            task_id=f"value_{kind}",
            name=f"value-{kind}",
            image=IMAGE,
            arguments=[geocode.output, kind],
            labels={"median": "{{ ti.xcom_pull('statistics', key='median') }}"},
            do_xcom_push=True,
        )
        for kind in ("flat", "house")
    ]
    flat, house = valuations
    outputs = {v.task_id: v.output for v in valuations}
    by_name = {"geo": geocode.output, **outputs}
    for number, (name, value) in enumerate(sorted(by_name.items())):
        check = PythonOperator(
            task_id=f"check_{number}_{name}",
            python_callable=isinstance,
            op_args=[value, {"against": [by_name[n] for n in by_name if n != name]}],
            templates_dict={"stats": stats, "name": name},
        )
        check.set_upstream(valuations)
    first, *rest = [v.output for v in valuations]

    notify = BashOperator(
        task_id="notify",
        bash_command=f"notify --flat '{flat.output}' --house '{house.output}'",
        env={"FIRST": first, "REST": "%s" % rest[0], "SUM": "{} / {}".format(first, stats["median"])},
    )
    trigger = TriggerDagRunOperator(
        task_id="trigger_newsletter",
        trigger_dag_id="newsletter",
        conf={"values": [first, *rest], "geo": {"path": XComArg(geocode)}, "n": "{{ ti.xcom_pull('dedupe')['unique'] | length }}"},
    )
    export = PythonOperator(
        task_id="export",
        python_callable=lambda **kw: None,
        op_kwargs=dict(zip(PORTALS, (c.output["rows"] for c in crawls.values())), flat=flat.output),
    )
    PythonOperator.partial(task_id="per_listing", python_callable=print).expand(
        op_args=unique.output.map(lambda row: [row])
    )
    KubernetesPodOperator.partial(task_id="photo", name="photo", image=IMAGE).expand(
        arguments=crawls["casa"].output, env_vars=[{"UNIQUE": unique.output}]
    )

    chain(list(crawls.values()), unique, statistics, geocode, [flat, house], notify, [trigger, export, cleanup])
