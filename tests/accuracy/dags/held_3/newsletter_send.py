import datetime as dt

from airflow.decorators import dag, task
from airflow.operators.bash import BashOperator
from airflow.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.providers.smtp.operators.smtp import EmailOperator

SEGMENTS = ["readers", "subscribers"]


@task
def select_recipients(segment: str):
    return {"segment": segment, "addresses": ["a@example.org", "b@example.org"], "size": 2}


@task
def choose_articles(limit: int = 5):
    return ["article-%d" % i for i in range(limit)]


@task
def render_mail(articles, recipients):
    return {"subject": f"News for {recipients['segment']}", "html": "<br>".join(articles)}


@task(trigger_rule="all_done")
def log_sizes(ti=None):
    for segment in SEGMENTS:
        chosen = ti.xcom_pull(task_ids=f"select_{segment}")
        print(segment, chosen["size"] if chosen else "failed")


@dag(
    dag_id="newsletter_send",
    start_date=dt.datetime(2023, 11, 1),
    schedule="0 5 * * 4",
    catchup=False,
)
def newsletter():
    articles = choose_articles(limit=7)
    done = log_sizes()
    for segment in SEGMENTS:
        recipients = select_recipients.override(task_id=f"select_{segment}")(segment)
        mail = render_mail.override(task_id=f"render_{segment}")(articles, recipients)
        send = EmailOperator(
            task_id=f"send_{segment}",
            to=recipients["addresses"],
            subject=f"{{{{ ti.xcom_pull(task_ids='render_{segment}')['subject'] }}}}",
            html_content=mail["html"],
        )
        count = BashOperator(
            task_id=f"count_{segment}",
            bash_command=f"statsd-send newsletter.{segment} {recipients['size']}",
        )
        send >> count >> done

    TriggerDagRunOperator(
        task_id="trigger_archive",
        trigger_dag_id="newsletter_archive",
        conf={"articles": articles, "issue": "{{ ds_nodash }}"},
    ) << done


newsletter()
