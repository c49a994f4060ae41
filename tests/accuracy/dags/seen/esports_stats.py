"""Match statistics. Plain callables; producers are found in constants, lists, loops and f-strings."""

import itertools
from datetime import datetime

from airflow import DAG

try:
    from airflow.providers.standard.operators.python import PythonOperator
except ImportError:
    from airflow.operators.python import PythonOperator

GAMES = ["dota", "csgo", "lol"]
STAGES = ["groups", "playoffs", "final"]
FETCH = "fetch_{game}_{stage}"
KEYS = ("kills", "duration")
FETCHES = [FETCH.format(game=g, stage=s) for g in GAMES for s in STAGES]


def push(ti, **kwargs):
    for key in KEYS:
        ti.xcom_push(key=key, value=1)
    ti.xcom_push(key=f"{kwargs['game']}_raw", value=[])


def pull_any(ti, key):
    return ti.xcom_pull(key=key)


def pull_from(context, task_id, *keys, **options):
    ti = context["ti"]
    return [ti.xcom_pull(task_ids=task_id, key=key, **options) for key in keys]


def totals(game, **context):
    values = []
    for stage in STAGES:
        task_id = FETCH.format(game=game, stage=stage)
        values.extend(pull_from(context, task_id, *KEYS))
    raw = context["ti"].xcom_pull(FETCH.format(game=game, stage="groups"), key=f"{game}_raw")
    return {"values": values, "raw": raw}


def leaderboard(**context):
    ti = context["ti"]
    boards = {}
    i = 0
    while i < len(GAMES):
        boards[GAMES[i]] = ti.xcom_pull(task_ids="totals_" + GAMES[i])
        i += 1
    everything = ti.xcom_pull(task_ids=FETCHES, key="kills")
    print(everything)
    return boards


def compare(ti):
    for left, right in itertools.combinations(GAMES, 2):
        a = ti.xcom_pull(task_ids="totals_%s" % left)
        b = ti.xcom_pull(task_ids="totals_" + right)
        print(a["values"], b["values"])
    try:
        board = ti.xcom_pull(task_ids="leaderboard")["dota"]
    except (TypeError, KeyError):
        board = None
    return board


def newest(**kwargs):
    """In Airflow 2 any task's newest kills; in Airflow 3 one's own."""
    ti = kwargs["ti"]
    kills = pull_any(ti, "kills")
    value = ti.xcom_pull()
    return kills, value


def tweet(template, ti=None, **kwargs):
    def part(game):
        return ti.xcom_pull(task_ids=f"totals_{game}")["values"]

    parts = [part(g) for g in reversed(GAMES)]
    winner = (lambda t: t.xcom_pull(task_ids="leaderboard"))(ti)
    return template, parts, winner


with DAG("esports_stats", start_date=datetime(2024, 1, 1), schedule="@hourly", catchup=False) as dag:
    board = PythonOperator(task_id="leaderboard", python_callable=leaderboard)
    for game in GAMES:
        total = PythonOperator(task_id=f"totals_{game}", python_callable=totals, op_args=[game])
        for stage in STAGES:
            PythonOperator(
                task_id=FETCH.format(game=game, stage=stage),
                python_callable=push,
                op_kwargs={"game": game, "stage": stage},
            ) >> total
        total >> board
    versus = PythonOperator(task_id="compare", python_callable=compare)
    late = PythonOperator(task_id="newest", python_callable=newest)
    post = PythonOperator(
        task_id="tweet",
        python_callable=tweet,
        op_kwargs={"template": "{{ ti.xcom_pull(task_ids='compare', key='return_value') }}"},
    )
    board >> versus >> late >> post
