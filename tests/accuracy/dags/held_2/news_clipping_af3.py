"""Press clippings for the communication department."""

from __future__ import annotations

import pendulum

from airflow.sdk import Asset, chain, dag, task, task_group

CLIPPINGS = Asset("s3://press/clippings")
SOURCES = {
    "dailies": ["https://daily-one.example.org/rss", "https://daily-two.example.org/rss"],
    "weeklies": ["https://weekly.example.org/feed"],
}


@dag(
    schedule="0 6 * * *",
    start_date=pendulum.datetime(2025, 5, 1, tz="Europe/Vienna"),
    catchup=False,
    tags=["press"],
)
def news_clipping():
    @task
    def keywords() -> list[str]:
        return ["heat pump", "district heating"]

    @task
    def fetch(url: str) -> list[dict]:
        import feedparser

        return [{"title": e.title, "link": e.link} for e in feedparser.parse(url).entries]

    @task
    def select(articles: list[list[dict]], words: list[str]) -> list[dict]:
        flat = [article for feed in articles for article in feed]
        return [a for a in flat if any(word in a["title"].lower() for word in words)]

    @task_group
    def clip(urls: list[str], words: list[str]):
        return select(fetch.expand(url=urls), words)

    @task(outlets=[CLIPPINGS])
    def publish(dailies: list[dict], weeklies: list[dict]) -> int:
        return len(dailies) + len(weeklies)

    @task.bash
    def announce(total: int) -> str:
        return f"echo {total} clippings"

    @task
    def archive(ti=None) -> dict:
        total = ti.xcom_pull(task_ids="publish")
        words = ti.xcom_pull(task_ids="keywords")
        return {"total": total, "words": words}

    words = keywords()
    groups = {
        name: clip.override(group_id=f"clip_{name}")(urls, words) for name, urls in SOURCES.items()
    }
    total = publish(**groups)
    chain(announce(total), archive())


news_clipping()
