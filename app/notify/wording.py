"""News put into a message; pure.

Values, logs and sources were masked before they were stored. Of them a message carries what a
reader needs to recognise the mistake, cut short: the template and its correction.
"""

from collections.abc import Sequence
from datetime import datetime

from app.model.values import Json
from app.notify.webhook import Style
from app.store.outbox import News

#: Problems that one message lists; Slack takes 50 blocks.
MOST_LISTED = 20
# Characters of a title, template or correction.
_ROOM = 400
# Characters that Slack takes in a block.
_BLOCK = 3000


def wording(
    style: Style, news: Sequence[News], *, uid: str, at: datetime, public_url: str | None
) -> Json:
    """The body of a message about all of these, the first ones listed."""
    if style is Style.SLACK:
        return _slack(news, public_url)
    return {
        "id": uid,
        "at": at.isoformat(),
        "problems": [_item(one, public_url) for one in news[:MOST_LISTED]],
        "more": max(len(news) - MOST_LISTED, 0),
    }


def _item(news: News, public_url: str | None) -> Json:
    one, suggestion = news.group.latest, news.problem.suggestion
    return {
        "event": news.what,
        "group": news.group.pk,
        "cause": one.cause,
        "problem": one.pk,
        "deployment": one.deployment,
        "dag_id": one.run.dag_id,
        "run_id": one.run.run_id,
        "task_id": one.task_id,
        "field": one.field,
        "kind": one.kind,
        "severity": one.severity,
        "silent": one.silent,
        "title": _cut(one.title),
        "template": _cut(_template(news)),
        "suggestion": _cut(suggestion.text) if suggestion else None,
        "replacement": _cut(suggestion.replacement or "") or None if suggestion else None,
        "victims": news.victims,
        "first_at": news.group.first_at.isoformat(),
        "runs": news.group.runs,
        "link": _link(news, public_url),
    }


def _slack(news: Sequence[News], public_url: str | None) -> Json:
    left = len(news) - MOST_LISTED
    blocks: list[Json] = [_section(_slack_row(one, public_url)) for one in news[:MOST_LISTED]]
    if left > 0:
        blocks.append(_section(f"and {left} more"))
    return {"text": _escaped(_summary(news)), "blocks": blocks}


def _summary(news: Sequence[News]) -> str:
    """What a notification shows: the problem itself when it is one."""
    if len(news) == 1:
        one = news[0].group.latest
        return f"{_event(news[0])}: {_cut(one.title)} ({one.run.dag_id})"
    return f"{len(news)} problems are new or came back"


def _slack_row(news: News, public_url: str | None) -> str:
    one, suggestion = news.group.latest, news.problem.suggestion
    link = _link(news, public_url)
    title = f"*{_escaped(_cut(one.title))}*"
    template = _template(news)
    lines = (
        f"{_event(news)}: {f'<{link}|{title}>' if link else title}",
        _code(template) if template else "",
        _escaped(_cut(suggestion.text)) if suggestion else "",
        _code(suggestion.replacement) if suggestion and suggestion.replacement else "",
        _escaped(" · ".join(_place(news))),
    )
    return "\n".join(filter(None, lines))


def _place(news: News) -> tuple[str, ...]:
    one = news.group.latest
    victims = f"{news.victims} more tasks harmed" if news.victims > 1 else "1 more task harmed"
    return (
        f"{one.deployment} / {one.run.dag_id} / {one.task_id}",
        one.kind,
        *(("silent: the task is green",) if one.silent else ()),
        *((victims,) if news.victims else ()),
    )


def _event(news: News) -> str:
    return "Came back" if news.what == "returned" else "New"


def _template(news: News) -> str:
    pull = news.problem.pull
    return (pull.template if pull else None) or news.problem.airflow_said


def _link(news: News, public_url: str | None) -> str | None:
    return f"{public_url}/problems/{news.group.latest.pk}" if public_url else None


def _section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:_BLOCK]}}


def _code(text: str) -> str:
    # Nothing escapes a backtick in Slack.
    return f"`{_escaped(_cut(text)).replace('`', chr(0x2BC))}`"


def _escaped(text: str) -> str:
    """So that no text of a DAG is a link, or calls a channel."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _ROOM else f"{line[: _ROOM - 1]}…"
