from datetime import datetime

from airflow.decorators import dag, task
from airflow.operators.bash import BashOperator


@dag(schedule="@monthly", start_date=datetime(2024, 1, 1), catchup=False, tags=["rating"])
def chess_ratings():
    download = BashOperator(
        task_id="download",
        bash_command="wget -qO /tmp/games.pgn https://games.example.org/{{ ds_nodash }}.pgn && echo /tmp/games.pgn",
    )

    @task
    def parse_games(path: str):
        games = []
        with open(path) as pgn:
            for line in pgn:
                if line.startswith("[Result"):
                    games.append(line.split('"')[1])
        return games

    @task
    def previous_ratings(ti=None):
        last = ti.xcom_pull(task_ids="rate", include_prior_dates=True)
        return last or {}

    @task
    def rate(games, before, k=20):
        return {player: old + k for player, old in before.items()}

    @task
    def top(ratings, n):
        return sorted(ratings, key=ratings.get, reverse=True)[:n]

    @task
    def publish(ti=None, ds=None):
        games = ti.xcom_pull(task_ids="parse_games")
        best = ti.xcom_pull(task_ids="top_ten")
        women = ti.xcom_pull(task_ids="top_three")
        print(ds, len(games), best, women)

    @task.short_circuit
    def changed(ratings, before):
        return ratings != before

    games = parse_games(download.output)
    before = previous_ratings()
    ratings = rate(games, before, k=16)
    best = top.override(task_id="top_ten")(ratings, 10)
    podium = top.override(task_id="top_three")(ratings, n=3)
    [best, podium, changed(ratings, before=before)] >> publish()


chess_ratings()
