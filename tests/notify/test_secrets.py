"""A secret in a log reaches neither a webhook nor our own log."""

import logging
from zlib import crc32

import pytest

from app.airflow.payloads import LogError, LogLine
from app.lineage.analyze import analyze
from app.model.facts import RunFacts
from app.model.ids import RunKey
from app.notify.notifier import Notifier
from app.notify.sending import Sender
from app.notify.webhook import Style, Webhook
from app.store import tables as t
from app.store.deployments import ensure_deployment
from app.store.session import Store
from tests.build import RUN, START, after, keep, make_run, make_try
from tests.ingest.test_secrets import PLACES, SECRETS
from tests.masked import log_from
from tests.notify.receiving import Receiver


def leaking(text: str) -> tuple[LogLine, ...]:
    """The log of a pod that failed after it had printed the text."""
    failed = LogError("AirflowException", "Pod p-1 returned a failure.")
    return (
        *(put(text) for place, put in PLACES.items() if place != "template"),
        LogLine(event=f"[base] {text}"),
        LogLine(event="Task failed with exception", error_detail=(failed,)),
    )


def rendering(text: str) -> tuple[LogLine, ...]:
    """The log of a template that failed, by a task id of its own, and holds the text."""
    line = PLACES["template"](text)
    task_id = f"'gone_{crc32(text.encode())}'"
    return (LogLine(event=(line.event or "").replace("'make'", task_id)),)


def run_of(number: int, kinds: list[str]) -> RunFacts:
    """A run in which two tasks for each of these kinds fail."""
    key = RunKey(RUN.dag_id, f"r{number}")
    run = make_run(key, run_after=after(number), start=after(number), end=after(50 + number))
    pairs = [
        (make_try(f"t{at}-{log_of.__name__}-{number}", run=key, state="failed"), log_of)
        for at in range(len(kinds))
        for log_of in (leaking, rendering)
    ]
    texts = [SECRETS[kind][0] for kind in kinds for _ in range(2)]
    logs = [
        log_from(one.key, log_of(text)) for (one, log_of), text in zip(pairs, texts, strict=True)
    ]
    return RunFacts(run, tries=tuple(one for one, _ in pairs), logs=tuple(logs))


def test_no_secret_reaches_a_webhook_or_our_log(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with store.writing() as session:
        ensure_deployment(session, name="default", url="http://airflow.test")
        session.execute(t.deployment.update().values(began_at=START, backfill_done=True))
    with Receiver() as receiver:
        hooks = [Webhook(style.value, receiver.url, style=style) for style in Style]
        notifier = Notifier(store, hooks, Sender("1"), now=lambda: after(400))
        kinds = list(SECRETS)
        # A message lists some twenty problems.
        for number in range(0, len(kinds), 9):
            facts = run_of(number, kinds[number : number + 9])
            keep(store, facts, analyze(facts))
            notifier.one_round()
        notifier.stop()
        told = b"\n".join(message.body for message in receiver.received)
    # What each pod printed last stands in its message, and what each template says.
    assert told.count(b"Pod p returned a failure") >= len(SECRETS)
    assert told.count(b"xcom_pull") >= len(SECRETS)
    for kind, (_, secret) in SECRETS.items():
        assert secret.encode() not in told, kind
        assert secret not in caplog.text, kind
