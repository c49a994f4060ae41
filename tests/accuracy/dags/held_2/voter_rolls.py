"""Consistency of the voter rolls between the municipalities and the canton."""
import functools
import logging
from datetime import datetime, timedelta

from airflow import DAG
from airflow.models.baseoperator import chain
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator, ShortCircuitOperator
from airflow.providers.smtp.operators.smtp import EmailOperator

log = logging.getLogger(__name__)

PULL = "{{{{ ti.xcom_pull(task_ids='{task}', key='{key}') }}}}"
MUNICIPALITIES = dict(zip(["aarau", "baden", "brugg"], [4001, 4021, 4095]))


def timed(function):
    """Logs how long a task's function took."""

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        started = datetime.now()
        result = function(*args, **kwargs)
        log.info("%s took %s", function.__name__, datetime.now() - started)
        return result

    return wrapper


@timed
def fetch(number, **context):
    context["ti"].xcom_push(key="roll", value=f"/rolls/{number}.csv")
    context["ti"].xcom_push(key="voters", value=1000)


@timed
def compare(name, against, **context):
    ti = context["ti"]
    ours = ti.xcom_pull(task_ids=f"fetch_{name}", key="roll")
    theirs = ti.xcom_pull(task_ids=against, key="roll")
    return {"missing": [], "files": [ours, theirs]}


def differences(ti, minimum):
    found = ti.xcom_pull(task_ids=[f"compare_{name}" for name in sorted(MUNICIPALITIES)])
    return sum(len(each["missing"]) for each in found) >= minimum


def total_of(names, ti):
    return sum(ti.xcom_pull(task_ids=f"fetch_{name}", key="voters") for name in names)


def protocol(results, voters, ti):
    for name, result in zip(MUNICIPALITIES, results):
        log.info("%s: %s of %s", name, len(result["missing"]), ti.xcom_pull(f"fetch_{name}", key="voters"))
    return f"{voters} voters"


with DAG(
    "voter_rolls",
    schedule="0 0 1 */3 *",
    start_date=datetime(2023, 1, 1),
    catchup=False,
    default_args={"owner": "elections", "retries": 1, "retry_delay": timedelta(hours=2)},
) as dag:
    canton = PythonOperator(task_id="fetch_canton", python_callable=fetch, op_args=["canton"])

    total = PythonOperator(
        task_id="total",
        python_callable=functools.partial(total_of, list(MUNICIPALITIES)),
    )

    different = ShortCircuitOperator(
        task_id="differences",
        python_callable=differences,
        op_kwargs={"minimum": 1},
    )

    compares = []
    for name, number in MUNICIPALITIES.items():
        fetched = PythonOperator(
            task_id=f"fetch_{name}", python_callable=fetch, op_kwargs={"number": number}
        )
        compared = PythonOperator(
            task_id=f"compare_{name}",
            python_callable=compare,
            op_kwargs=dict(name=name, against=canton.task_id),
        )
        count = BashOperator(
            task_id=f"count_{name}",
            bash_command="test $(wc -l < {roll}) -eq {voters}".format(
                roll=PULL.format(task=fetched.task_id, key="roll"),
                voters=PULL.format(task=fetched.task_id, key="voters"),
            ),
        )
        [fetched, canton] >> compared
        fetched >> [count, total]
        compares.append(compared)

    letter = EmailOperator(
        task_id="letter",
        to="{{ ti.xcom_pull(key='recipients') }}",
        from_email="rolls@canton.example.org",
        subject="Differences in the rolls",
        html_content="".join(
            f"<li>{name}: {PULL.format(task=f'compare_{name}', key='return_value')}</li>" for name in MUNICIPALITIES
        )
        + f"<p>{total.output} voters</p>",
    )

    PythonOperator(
        task_id="protocol",
        python_callable=protocol,
        op_kwargs={"results": [compared.output for compared in compares], "voters": total.output},
    )

    chain(compares, different, letter)
