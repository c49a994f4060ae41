"""Data management of clinical trials: one chain of pods per site.

unresolvable: sites.*.encrypt.env_vars.KEY_ID
"""
from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import datetime

from airflow import DAG
from airflow.operators.python import PythonOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.utils.task_group import TaskGroup
from kubernetes.client import models as k8s

KEY_TASK = os.getenv("KEY_TASK", "fetch_key")


@dataclass(frozen=True)
class Site:
    code: str
    country: str
    forms: tuple[str, ...] = ("visit", "adverse")
    extra_env: dict[str, str] = field(default_factory=dict)

    @property
    def group_id(self) -> str:
        return f"{self.country}_{self.code}".lower()

    def task(self, name: str) -> str:
        return f"sites.{self.group_id}.{name}"


SITES = [
    Site("BER1", "DE"),
    Site("VIE2", "AT", forms=("visit",)),
    Site("ZRH1", "CH", extra_env={"CONSENT": "{{ ti.xcom_pull(task_ids='consents')['ch'] }}"}),
]

DEFAULT_ENV = {"TRIAL": "T-2041", "STAGE": "prod"}


def env_list(variables: dict[str, str]) -> list[k8s.V1EnvVar]:
    return [k8s.V1EnvVar(name=name, value=value) for name, value in {**DEFAULT_ENV, **variables}.items()]


def consents():
    return {"de": "c-1", "at": "c-2", "ch": "c-3"}


def monitor(ti, sites: list[str]):
    report = {}
    for task_id in sites:
        report[task_id] = ti.xcom_pull(task_ids=task_id)
    return report


def sign_off(site: Site, validated, **context):
    exported = context["ti"].xcom_pull(task_ids=site.task("export"))
    agreed = context["ti"].xcom_pull(task_ids="consents")[site.country.lower()]
    return {"site": site.code, "run": exported["run"], "consent": agreed, "rows": validated["rows"]}


def step(site: Site, name: str, arguments: list[str], **env: str) -> KubernetesPodOperator:
    return KubernetesPodOperator(
        task_id=name,
        name=f"{site.group_id}-{name}".replace("_", "-"),
        image=f"trials/{name}:3",
        arguments=arguments,
        env_vars=env_list(env | site.extra_env),
        do_xcom_push=True,
    )


with DAG("clinical_trials", start_date=datetime(2024, 1, 8), schedule="@weekly", catchup=False) as dag:
    agreed = PythonOperator(task_id="consents", python_callable=consents)
    watch = PythonOperator(
        task_id="monitor",
        python_callable=monitor,
        op_kwargs={"sites": [site.task("validate") for site in SITES]},
    )

    with TaskGroup("sites"):
        for site in SITES:
            with TaskGroup(site.group_id):
                export = step(site, "export", ["--site", site.code, "--forms", ",".join(site.forms)])
                validate = step(
                    site,
                    "validate",
                    [arg for form in site.forms for arg in ("--" + form, f"{{{{ ti.xcom_pull(task_ids='{site.task('export')}')['{form}'] }}}}")],
                    RUN=f"{{{{ ti.xcom_pull(task_ids='{site.task('export')}')['run']['id'] }}}}",
                )
                encrypt = step(
                    site,
                    "encrypt",
                    ["--in", validate.output],
                    KEY_ID="{{ ti.xcom_pull(task_ids='%s')['key'] }}" % KEY_TASK,
                )
                signed = PythonOperator(
                    task_id="sign_off", python_callable=sign_off, op_args=[site, validate.output]
                )
                agreed >> export >> validate >> signed >> encrypt
                validate >> watch
