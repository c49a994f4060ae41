"""Claims intake. Everything goes through a few helper functions, some of them rather flexible."""

from datetime import datetime, timedelta

from airflow import DAG
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from kubernetes.client import models as k8s

try:
    from airflow.providers.standard.operators.bash import BashOperator
except ImportError:
    from airflow.operators.bash import BashOperator

default_args = {
    "owner": "claims",
    "retries": 1,
    "retry_delay": timedelta(minutes=1),
    "image": "registry.local/claims/base:1.9",
    "namespace": "claims",
    # Every pod gets the intake's batch unless it brings its own variables.
    "env_vars": {"BATCH": "{{ ti.xcom_pull(task_ids='intake')['batch'] }}"},
}

dag = DAG(
    dag_id="insurance_claims",
    default_args=default_args,
    start_date=datetime(2024, 4, 1),
    schedule="*/30 * * * *",
    catchup=False,
)


def xcom(task_id, /, *path, key=None, default=None, dag_id=None):
    args = ["'%s'" % task_id]
    if dag_id is not None:
        args.append(f"dag_id='{dag_id}'")
    if key:
        args.append(f"key='{key}'")
    if default is not None:
        args.append("default=%r" % default)
    subscript = "".join("[%r]" % step for step in path)
    return "{{ ti.xcom_pull(" + ", ".join(args) + ")" + subscript + " }}"


def make_pod(task_id, *arguments, upstream=(), env=None, xcom_push=True, **overrides):
    settings = dict(
        task_id=task_id,
        name=task_id.replace("_", "-"),
        arguments=list(arguments),
        do_xcom_push=xcom_push,
        dag=dag,
    )
    if env:
        settings["env_vars"] = [k8s.V1EnvVar(name=name, value=value) for name, value in env.items()]
    settings.update(overrides)
    pod = KubernetesPodOperator(**settings)
    for other in upstream:
        other >> pod
    return pod


def with_options(command, options, **more):
    merged = {**options, **more}
    return " ".join([command] + [f"--{k.replace('_', '-')} {v}" for k, v in merged.items()])


def bash(task_id, command, options=None, *, dag=dag, **kwargs):
    return BashOperator(
        task_id=task_id, bash_command=with_options(command, options or {}, **kwargs), dag=dag
    )


intake = make_pod("intake", "--since", "{{ data_interval_start }}", env={"MODE": "full"})
ocr = make_pod(
    "ocr",
    "--documents",
    xcom("intake", "documents"),
    "--first",
    xcom("intake", "documents", 0, "id"),
    upstream=[intake],
)
classify = make_pod(
    "classify",
    *["--text", xcom("ocr", "text")],
    upstream=(ocr,),
    env={"LANG_HINT": xcom("ocr", "lang", default="en"), "POD": xcom("ocr", key="pod_name")},
)

common = ["--claim", xcom("intake", "claim_id")]
detectors = []
for kind in ("motor", "home", "travel"):
    extra = {} if kind != "home" else {"labels": {"surveyor": xcom("classify", "surveyor")}}
    detectors.append(
        make_pod(
            f"fraud_{kind}",
            *common,
            "--score",
            xcom("classify", "scores", kind),
            upstream=[classify],
            **extra,
        )
    )

decide = make_pod(
    task_id="decide",
    upstream=detectors,
    arguments=["--policy", xcom("publish", "version", dag_id="policy_rules")],
    env={d.task_id.upper(): xcom(d.task_id, "verdict") for d in detectors},
)

letter = bash(
    "letter",
    "letter",
    {"claim": xcom("intake", "claim_id"), "verdict": xcom("decide", "verdict", "text")},
    reply_to="claims@insurer.local",
    reason=xcom("decide", "reasons", -1),
)
pay = bash("pay", command="pay", amount=xcom("decide", "amount"), **{"iban": xcom("intake", "payee", "iban")})
decide >> letter
decide >> pay

KubernetesPodOperator(
    **{"task_id": "archive", "name": "archive"},
    **{"arguments": [xcom("letter"), *common], "dag": dag},
)
