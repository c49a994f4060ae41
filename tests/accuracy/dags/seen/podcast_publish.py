"""Publishes podcast episodes. Uses Python rather than Airflow to keep things short."""

import contextlib
import functools
from datetime import datetime

from airflow import DAG
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

try:
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.providers.standard.operators.python import PythonOperator
except ImportError:
    from airflow.operators.bash import BashOperator
    from airflow.operators.python import PythonOperator

try:
    from airflow.sdk import TaskGroup
except ImportError:
    from airflow.utils.task_group import TaskGroup

PLATFORMS = {"apple": "rss", "spotify": "api", "youtube": "video"}
by_name = {}


def logged(function):
    """Logs what a callable returns."""

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        result = function(*args, **kwargs)
        print(function.__name__, result)
        return result

    return wrapper


def needs(source, key="return_value"):
    """Hands a callable the XCom of another task."""

    def decorator(function):
        @functools.wraps(function)
        def wrapper(ti, **kwargs):
            return function(ti.xcom_pull(task_ids=source, key=key), **kwargs)

        return wrapper

    return decorator


def python_task(task_id=None, **options):
    """Our own @task, from the days before Airflow had one."""

    def decorator(function):
        by_name[function.__name__] = PythonOperator(
            task_id=task_id or function.__name__, python_callable=function, **options
        )
        return function

    return decorator


@contextlib.contextmanager
def chained_group(name):
    with TaskGroup(name) as group:
        yield lambda task_id: f"{group.group_id}.{task_id}"


def kind_template(platform, kind, audio):
    match kind:
        case "rss":
            return "{{ ti.xcom_pull('" + audio + "')['mp3'] }}"
        case "video":
            return "{{ ti.xcom_pull('artwork')['png'] }}+{{ ti.xcom_pull('" + audio + "')['wav'] }}"
        case _:
            return "{{ ti.xcom_pull('%s')['%s'] }}" % (audio, kind)


def counter(prefix):
    number = 0

    def next_id():
        nonlocal number
        number += 1
        return f"{prefix}_{number}"

    return next_id


with DAG("podcast_publish", start_date=datetime(2024, 1, 1), schedule=None, catchup=False) as dag:

    @python_task()
    @logged
    def fetch_notes(ti, **_):
        return ti.xcom_pull(task_ids="artwork")["title"]

    @python_task("write_chapters", op_kwargs={"style": "{{ ti.xcom_pull('fetch_notes')['style'] }}"})
    def chapters(ti, style):
        notes = ti.xcom_pull(task_ids="fetch_notes")
        return [notes, style]

    @python_task()
    @needs("audio.master", key="loudness")
    def check_loudness(loudness, **_):
        return loudness

    artwork = BashOperator(task_id="artwork", bash_command="artwork {{ ds }}")

    with chained_group("audio") as member:
        next_id = counter("cut")
        cuts = [
            KubernetesPodOperator(
                task_id=next_id(),
                name="cut",
                image="images.local/pod/cut:1",
                arguments=[speaker, "{{ ti.xcom_pull('write_chapters')[0] }}"],
                do_xcom_push=True,
            )
            for speaker in ("host", "guest")
        ]
        master = KubernetesPodOperator(
            task_id="master",
            name="master",
            image="images.local/pod/master:1",
            arguments=["{{ ti.xcom_pull('" + member(f"cut_{n}") + "')['wav'] }}" for n in range(1, len(cuts) + 1)],
            do_xcom_push=True,
        )
        cuts >> master

    with TaskGroup("publish", default_args={"retries": 5}) as publish:
        for platform, kind in PLATFORMS.items():
            BashOperator(
                task_id=platform,
                bash_command=f"publish-{kind} {kind_template(platform, kind, master.task_id)}",
                env={
                    "CHAPTERS": "{{ ti.xcom_pull(task_ids='write_chapters') | tojson }}",
                    "PREVIOUS": "{{ ti.xcom_pull(task_ids=task.task_id, include_prior_dates=True)['id'] }}",
                },
            )

    if (links := [c.task_id for c in publish.children.values()]) and len(links) > 1:
        announce = BashOperator(
            task_id="announce",
            bash_command="toot " + " ".join("{{ ti.xcom_pull(task_ids='publish.%s')['link'] }}" % p for p in PLATFORMS),
        )
    else:
        announce = BashOperator(task_id="announce", bash_command="true")

    artwork >> by_name["fetch_notes"] >> by_name["chapters"] >> cuts
    master >> by_name["check_loudness"] >> publish >> announce
