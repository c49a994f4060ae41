import json
from collections.abc import Sequence
from typing import Any

from app.notify.webhook import Style
from app.notify.wording import MOST_LISTED, wording
from app.store.outbox import News
from app.web import links
from tests.build import START
from tests.notify.news import RIGHT, TEMPLATE, make_news

PUBLIC = "https://xcomtrace.test"


def json_of(news: Sequence[News], public_url: str | None = PUBLIC) -> Any:
    return wording(Style.JSON, news, uid="u1", at=START, public_url=public_url)


def slack_of(news: Sequence[News], public_url: str | None = PUBLIC) -> Any:
    return wording(Style.SLACK, news, uid="u1", at=START, public_url=public_url)


def rows(message: Any) -> list[str]:
    return [block["text"]["text"] for block in message["blocks"]]


def test_our_json_tells_what_is_wrong_and_how_to_mend_it() -> None:
    message = json_of([make_news(victims=2)])
    assert (message["id"], message["at"], message["more"]) == ("u1", START.isoformat(), 0)
    (problem,) = message["problems"]
    assert (problem["event"], problem["kind"], problem["victims"]) == ("new", "unknown_task", 2)
    assert (problem["template"], problem["replacement"]) == (TEMPLATE, RIGHT)
    assert problem["suggestion"] == "did you mean extract?"
    assert problem["link"] == f"{PUBLIC}{links.problem(7)}"


def test_without_a_public_address_there_is_no_link() -> None:
    assert json_of([make_news()], None)["problems"][0]["link"] is None
    assert "<" not in rows(slack_of([make_news()], None))[0]


def test_slack_is_told_in_blocks_with_a_line_for_the_notification() -> None:
    message = slack_of([make_news(what="returned", silent=True, victims=1)])
    assert message["text"] == "Came back: load reads a task that does not exist (geo_daily)"
    assert rows(message)[0] == (
        f"Came back: <{PUBLIC}/problems/7|*load reads a task that does not exist*>\n"
        f"`{TEMPLATE}`\ndid you mean extract?\n`{RIGHT}`\n"
        "prod-eu / geo_daily / load · unknown_task · silent: the task is green"
        " · 1 more task harmed"
    )


def test_many_are_told_together_the_first_of_them_by_name() -> None:
    many = [make_news() for _ in range(MOST_LISTED + 5)]
    ours, slack = json_of(many), slack_of(many)
    assert (len(ours["problems"]), ours["more"]) == (MOST_LISTED, 5)
    assert slack["text"] == "25 problems are new or came back"
    assert rows(slack)[-1] == "and 5 more"
    assert len(slack["blocks"]) == MOST_LISTED + 1


def test_no_text_of_a_dag_calls_a_channel_or_breaks_out_of_its_code() -> None:
    row = rows(slack_of([make_news(title="<!channel> & co", template="`<@U1>`")]))[0]
    assert "&lt;!channel&gt; &amp; co" in row
    assert "<@U1>" not in row
    assert row.count("`") == 4


def test_messages_stay_within_what_slack_takes() -> None:
    long = make_news(title="<" * 9000, template="<" * 9000)
    assert len(rows(slack_of([long]))[0]) == 3000
    assert len(json.dumps(json_of([long]))) < 3000
