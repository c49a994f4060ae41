from __future__ import annotations

import pendulum
from airflow.decorators import dag, task, task_group
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

POD = {
    "namespace": "genomics",
    "image": "genomics/pipeline:2024.4",
    "do_xcom_push": True,
}
REFERENCE = "GRCh38"


@dag(
    dag_id="genome_batch",
    start_date=pendulum.datetime(2024, 1, 1, tz="UTC"),
    schedule=None,
    catchup=False,
    max_active_tasks=16,
)
def genome_batch():
    @task
    def samples() -> list[str]:
        return ["S1", "S2"]

    @task
    def to_arguments(names: list[str]) -> list[list[str]]:
        return [["align", "--sample", name, "--reference", REFERENCE] for name in names]

    names = samples()

    index = KubernetesPodOperator(task_id="index_reference", name="index", arguments=["index", REFERENCE], **POD)

    align = KubernetesPodOperator.partial(
        task_id="align",
        name="align",
        env_vars={"INDEX": "{{ ti.xcom_pull(task_ids='index_reference')['index'] }}"},
        **POD,
    ).expand(arguments=to_arguments(names))

    @task
    def call_plan(bams) -> list[dict]:
        return [{"arguments": ["call", b["bam"]], "name": "call"} for b in bams]

    calls = KubernetesPodOperator.partial(task_id="call_variants", **POD).expand_kwargs(call_plan(align.output))

    panels = KubernetesPodOperator.partial(task_id="panels", name="panels", **POD).expand(
        arguments=[
            ["panel", "cardio", "{{ ti.xcom_pull(task_ids='index_reference')['version'] }}"],
            ["panel", "onco", "--db={{ ti.xcom_pull(task_ids='index_reference')['db'] }}"],
        ],
    )

    controls = KubernetesPodOperator.partial(task_id="controls", name="controls", **POD).expand_kwargs(
        [
            {"arguments": ["control", "positive"], "env_vars": {"REF": "{{ ti.xcom_pull('index_reference')['index'] }}"}},
            {"arguments": ["control", "{{ ti.xcom_pull('index_reference')['negative'] }}"]},
        ]
    )

    @task_group
    def reports(title: str):
        @task
        def annotate(vcfs, db: str = "clinvar"):
            return {"vcfs": list(vcfs), "db": db}

        @task
        def render(annotated: dict, title: str) -> str:
            return f"/reports/{title}.pdf"

        return render(annotate(calls.output), title=title)

    pdf = reports("batch")

    archive = KubernetesPodOperator(
        task_id="archive",
        name="archive",
        arguments=["archive", pdf, "--panels", panels.output],
        **POD,
    )
    @task(trigger_rule="all_done")
    def account(ti=None):
        called = ti.xcom_pull(task_ids="call_variants")
        checked = ti.xcom_pull(task_ids="controls")
        report = ti.xcom_pull(task_ids="reports.render")
        print(report, len(list(called)), len(list(checked)))

    archive >> account()
    index >> align
    index >> [panels, controls]
    controls >> archive


genome_batch()
