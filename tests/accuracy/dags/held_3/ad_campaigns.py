"""Reports of the advertising platforms.

unresolvable: *.upload.bash_command
unresolvable: dashboards.python_callable
"""
from datetime import datetime
from pathlib import Path

import yaml
from airflow import DAG
from airflow.models import Variable
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from airflow.utils.task_group import TaskGroup

PLATFORMS = {
    "search": {"report": "keywords", "metrics": ["clicks", "cost"], "attribution": True},
    "social": {"report": "posts", "metrics": ["likes"]},
    "video": {"report": "spots", "metrics": ["views", "cost", "completed"]},
}

targets_file = Path(__file__).parent / "targets.yaml"
TARGETS = yaml.safe_load(targets_file.read_text()) if targets_file.exists() else {}
UPLOAD_KEY = Variable.get("ads_upload_key", default_var=None)


class Reports:
    """Builds the group of one platform."""

    def __init__(self, name, config):
        self.name = name
        self.config = config
        self.tasks = {}

    def path(self, task):
        return f"{self.name}.{task}"

    def pull(self, task, step=None, key=None):
        arguments = [f"task_ids='{self.path(task)}'"]
        if key:
            arguments.append(f"key='{key}'")
        inner = "ti.xcom_pull(" + ", ".join(arguments) + ")"
        if step:
            inner += f"['{step}']"
        return "{{ " + inner + " }}"

    def request(self):
        def call(ti, report):
            ti.xcom_push(key="report_id", value=f"{report}-1")
            return {m: 0 for m in self.config["metrics"]}

        return PythonOperator(task_id="request", python_callable=call, op_args=[self.config["report"]])

    def download(self):
        return BashOperator(
            task_id="download",
            bash_command="ads download " + self.pull("request", key="report_id"),
        )

    def attribute(self):
        def call(ti):
            costs = ti.xcom_pull(task_ids=self.path("request"))
            file = ti.xcom_pull(task_ids=self.path("download"))
            return {"file": file, "cost": costs["cost"]}

        return PythonOperator(task_id="attribute", python_callable=call)

    def summarise(self):
        def call(ti, file, prefix=""):
            report_id = ti.xcom_pull(task_ids=prefix + "request", key="report_id")
            return {"file": file, "report": report_id}

        return PythonOperator(
            task_id="summarise",
            python_callable=call,
            op_kwargs={"file": self.tasks["download"].output, "prefix": self.name + "."},
        )

    def build(self):
        with TaskGroup(self.name) as group:
            self.tasks["request"] = self.request()
            self.tasks["download"] = self.download()
            if self.config.get("attribution"):
                self.tasks["attribute"] = self.attribute()
            self.tasks["check"] = BashOperator(
                task_id="check",
                bash_command="check " + " ".join(f"--{m} {self.pull('request', m)}" for m in self.config["metrics"]),
                env={"FILE": self.tasks["download"].output},
            )
            self.tasks["summarise"] = self.summarise()
            self.tasks["upload"] = BashOperator(
                task_id="upload",
                bash_command="upload " + self.pull(TARGETS.get(self.name, "download"), key=UPLOAD_KEY),
            )
            tasks = list(self.tasks.values())
            for first, second in zip(tasks, tasks[1:]):
                first >> second
        return group


def dashboards(ti):
    for name in TARGETS:
        print(ti.xcom_pull(task_ids=f"{name}.upload"))


def spent(ti):
    return sum(
        ti.xcom_pull(task_ids=f"{name}.request")["cost"] for name, c in PLATFORMS.items() if "cost" in c["metrics"]
    )


with DAG("ad_campaigns", start_date=datetime(2024, 1, 1), schedule="@daily", catchup=False) as dag:
    groups = [Reports(name, config).build() for name, config in PLATFORMS.items()]
    groups >> PythonOperator(task_id="spent", python_callable=spent)
    groups >> PythonOperator(task_id="dashboards", python_callable=dashboards)
