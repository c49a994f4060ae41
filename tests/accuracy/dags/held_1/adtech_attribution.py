"""Attribution jobs, generated from job specs (platform team, do not edit by hand - edit JOBS)."""
import dataclasses
import typing as t
from dataclasses import dataclass, field
from datetime import datetime

from airflow.decorators import task
from airflow.models import DAG
from airflow.models.baseoperator import chain
from airflow.operators.empty import EmptyOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

NAMESPACE = "attribution"
DEFAULT_IMAGE = "gcr.io/adtech-prod/attribution:2024.11"


@dataclass(frozen=True)
class Input:
    """Where a job's environment variable comes from."""

    job: str
    field: t.Optional[str] = None
    key: str = "return_value"

    def render(self) -> str:
        expr = f"ti.xcom_pull(task_ids='{self.job}', key='{self.key}')"
        if self.field is not None:
            expr = f"{expr}['{self.field}']"
        return "{{ " + expr + " }}"


@dataclass(frozen=True)
class Job:
    name: str
    module: str
    inputs: t.Dict[str, Input] = field(default_factory=dict)
    flags: t.Tuple[str, ...] = ()
    image: str = DEFAULT_IMAGE
    pushes: bool = True

    @property
    def task_id(self) -> str:
        return self.name.replace("-", "_")

    def with_flags(self, *flags: str) -> "Job":
        return dataclasses.replace(self, flags=self.flags + flags)


IMPRESSIONS = Job("load-impressions", "attribution.load", flags=("--kind=impressions",))
CLICKS = dataclasses.replace(IMPRESSIONS, name="load-clicks", flags=("--kind=clicks",))
SESSIONS = Job(
    "sessionize",
    "attribution.sessions",
    inputs={
        "IMPRESSIONS_PATH": Input(IMPRESSIONS.task_id, "path"),
        "CLICKS_PATH": Input(CLICKS.task_id, "path"),
        "CLICKS_ROWS": Input("load_clicks", "rows"),
    },
)
MODELS = [
    Job(
        f"model-{kind}",
        f"attribution.models.{kind}",
        inputs={"SESSIONS": Input(SESSIONS.task_id, "path"), "LOOKBACK": Input(job=SESSIONS.task_id, field="lookback_days")},
    ).with_flags(f"--half-life={days}", "--strict")
    for kind, days in {"last_touch": 1, "time_decay": 7, "shapley": 30}.items()
]
REPORT = Job(
    "report",
    "attribution.report",
    inputs={m.task_id.upper(): Input(m.task_id, key="return_value") for m in MODELS},
    pushes=False,
)
JOBS: t.List[Job] = [IMPRESSIONS, CLICKS, SESSIONS, *MODELS, REPORT]


def build(job: Job, dag: DAG, common_env: t.Mapping[str, str]) -> KubernetesPodOperator:
    env = dict(common_env)
    for variable, source in job.inputs.items():
        env[variable] = source.render()
    return KubernetesPodOperator(
        task_id=job.task_id,
        name=job.name,
        namespace=NAMESPACE,
        image=job.image,
        cmds=["python", "-m", job.module],
        arguments=list(job.flags),
        env_vars=env,
        labels={"job": job.name, "team": "attribution"},
        do_xcom_push=job.pushes,
        dag=dag,
    )


dag = DAG("attribution_daily", start_date=datetime(2024, 6, 1), schedule="@daily", catchup=False)
common = {"ENV": "prod", "RUN_ID": "{{ run_id }}"}
tasks = {job.task_id: build(job, dag, common) for job in JOBS}
done = EmptyOperator(task_id="done", dag=dag)


@task(dag=dag)
def compare_models(results, report, **context):
    shares = context["ti"].xcom_pull(task_ids=[m.task_id for m in MODELS], key="return_value")
    sessions = context["ti"].xcom_pull(task_ids=SESSIONS.task_id)["rows"]
    return {name: (result, share, sessions) for (name, result), share in zip(results.items(), shares)}


compare_models({m.name: tasks[m.task_id].output for m in MODELS}, report=tasks[REPORT.name].output) >> done

for job in JOBS:
    for source in {i.job for i in job.inputs.values()}:
        tasks[source].set_downstream(tasks[job.task_id])
chain(tasks["report"], done)
