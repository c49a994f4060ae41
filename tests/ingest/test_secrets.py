# ruff: noqa: E501  # a secret and its place are read best on one line
"""Secrets of many kinds, planted in every place of a log that may hold one: none is kept."""

import json
from collections.abc import Callable
from pathlib import Path
from pprint import pformat
from typing import Any

import pytest

from app.airflow.loglines import kept_lines
from app.airflow.payloads import LogError, LogLine
from app.lineage.analyze import analyze
from app.model.facts import RunFacts, TryLog
from app.store.schema import migrate
from app.store.session import Store
from tests.build import keep, make_run, make_try, make_try_key
from tests.masked import log_from

WORD = "Zq7hunter2Xw9"

#: How a secret stands in a text, with the part of it that must not be kept.
SECRETS = {
    "password in an option": (f"run --password={WORD} --n=1", WORD),
    "password as the next argument": (f"run --db-password {WORD} --n 1", WORD),
    "variable of a shell": (f"export DB_PASSWORD={WORD}; run", WORD),
    "quoted variable": (f"API_TOKEN='{WORD} and more' run", "and more"),
    "member of JSON": (json.dumps({"user": "me", "client_secret": WORD}), WORD),
    "member of a dict": (str({"user": "me", "api_key": WORD}), WORD),
    "argument in a traceback": (f'    connect(host="db", passwd="{WORD}", port=1)', WORD),
    "header": (f"Authorization: Bearer {WORD}", WORD),
    "basic header": ("{'authorization': 'Basic WnE3aHVudGVyMlh3OQ=='}", "WnE3aHVudGVyMlh3OQ"),
    "cookie": (f"Set-Cookie: session={WORD}; Path=/; Secure", WORD),
    "password of an address": (f"postgresql://me:{WORD}@db:5432/x", WORD),
    "password of an address without user": (f"redis://:{WORD}@cache:6379/0", WORD),
    "token of an address": ("https://Zq7hunter2Xw9Zq7hunter2Xw9@git.example.com/x.git", WORD),
    "signed address of AWS": (f"https://b.s3.amazonaws.com/k?X-Amz-Date=1&X-Amz-Signature={WORD}&x=1", WORD),
    "signed address of Azure": (f"https://a.blob.core.windows.net/c?sv=1&sig={WORD}%3D", WORD),
    "connection string": (f"DefaultEndpointsProtocol=https;AccountName=a;AccountKey={WORD}==;", WORD),
    "ODBC": (f"Driver=x;UID=sa;PWD={WORD};", WORD),
    "key of AWS": ("got AKIAZQ7HUNTER2XW9ABC from the profile", "AKIAZQ7HUNTER2XW9ABC"),
    "secret of AWS": (f"aws_secret_access_key = {WORD}/K7+x", "K7+x"),
    "JWT": ("sent eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w", "dozjgNryP4J3jVmNHl0w"),
    "token of GitHub": ("cloning with ghp_Zq7hunter2Xw9Zq7hunter2Xw9Zq7hunter", "Zq7hunter2Xw9"),
    "token of Slack": ("xoxb-1234567890-Zq7hunter2Xw9", "Zq7hunter2Xw9"),
    "hook of Slack": ("https://hooks.slack.com/services/T0/B0/Zq7hunter2Xw9", WORD),
    "key of Google": ("AIzaZq7hunter2Xw9Zq7hunter2Xw9Zq7hunter", "Zq7hunter2Xw9"),
    "PEM": ("-----BEGIN RSA PRIVATE KEY-----\nMIIEZq7hunter2Xw9\nabc\n-----END RSA PRIVATE KEY-----", WORD),
    "curl": (f"curl -u me:{WORD} https://example.com", WORD),
}  # fmt: skip


def pod(text: str) -> dict[str, Any]:
    """A pod with the text in an argument and, under a harmless name, in a variable."""
    env = [{"name": "SETTING", "value": text, "value_from": None}, {"name": "N", "value": "1"}]
    return {"spec": {"containers": [{"args": [text], "env": env, "name": "base"}]}}


#: Where a text stands: as the line of the log, as its exception's words, or within those.
PLACES: dict[str, Callable[[str], LogLine]] = {
    "line": lambda text: LogLine(event=f"[base] {text}"),
    "several lines": lambda text: LogLine(event=f"Traceback:\n  File x\n{text}\nE: failed"),
    "exception": lambda text: LogLine(event="Task failed", error_detail=(LogError("E", text),)),
    "dumped as JSON": lambda text: LogLine(
        event="Exception when attempting to create Namespaced Pod: "
        + json.dumps(pod(text), indent=2).replace("\n", " ")
    ),
    "dumped by Python": lambda text: LogLine(
        error_detail=(
            LogError(
                "AirflowException", f"Pod p returned a failure.\nremote_pod: {pformat(pod(text))}"
            ),
        )
    ),
    "template": lambda text: LogLine(
        event="Exception rendering Jinja template for task 'use', field 'arguments'. Template: "
        + repr(["{{ ti.xcom_pull('make')['key1'] }}", text])
    ),
    "JSON in JSON": lambda text: LogLine(event=json.dumps({"body": json.dumps({"inner": text})})),
    "xcom result": lambda text: LogLine(event=f"xcom result: \n{json.dumps({'note': text})}"),
    "logger": lambda text: LogLine(event="x", logger=text, level=text),
    "exception's name": lambda text: LogLine(error_detail=(LogError(text, "x"),)),
    "cut at the end": lambda text: LogLine(event="y" * (100_000 - len(text) // 2 - 3) + " " + text),
}


def kept(line: LogLine) -> str:
    return repr(log_from(make_try_key(), (line,)))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", SECRETS)
def test_no_secret_is_kept(kind: str, place: str) -> None:
    text, secret = SECRETS[kind]
    assert secret not in kept(PLACES[place](text))


def test_no_secret_reaches_the_file_of_the_store(tmp_path: Path) -> None:
    """With the problems that follow from it: they quote what the log says."""
    lines = tuple(put(text) for text, _ in SECRETS.values() for put in PLACES.values())
    one = make_try(state="failed")
    facts = RunFacts(make_run(), tries=(one,), logs=(log_from(one.key, lines),))
    file = tmp_path / "store.sqlite"
    migrate(f"sqlite:///{file}")
    keep(Store(f"sqlite:///{file}"), facts, analyze(facts))
    stored = b"".join(each.read_bytes() for each in tmp_path.iterdir())
    assert b"Exception when attempting to create Namespaced Pod" in stored
    for kind, (_, secret) in SECRETS.items():
        assert secret.encode() not in stored, kind


def test_what_diagnosis_needs_is_kept() -> None:
    quota = 'pods "p-1" is forbidden: failed quota: q: must specify limits.cpu for: airflow-xcom-sidecar'
    exec_forbidden = (
        'pods "x" is forbidden: User "system:serviceaccount:airflow:worker" cannot get resource'
        ' "pods/exec" in API group "" in the namespace "jobs"'
    )
    for text in (
        quota,
        exec_forbidden,
        "Container 'base': state='TERMINATED', reason='OOMKilled', exit_code=137, message='None'",
        "Exception rendering Jinja template for task 'use', field 'env_vars'. Template: {{ ti.xcom_pull('get_token', key='token')['password'] }}",
        "JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
        'error looking up service account jobs/x: serviceaccount "x" not found',
        'image "docker.io/library/alpine:3.24.2": not found',
        "task-sk-with-a-long-name-and-more-of-it-2026",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "s3://bucket/year=2026/month=11/part-0001.parquet?versionId=3",
    ):  # fmt: skip
        event = log_from(make_try_key(), (LogLine(event=text),)).events[0]
        assert event.text == text


def test_a_dump_keeps_all_but_its_environment() -> None:
    line = PLACES["dumped as JSON"]("s3://bucket/x")
    text = log_from(make_try_key(), (line,)).events[0].text
    dumped = json.loads(text.partition("Namespaced Pod: ")[2])
    (container,) = dumped["spec"]["containers"]
    assert container["args"] == ["s3://bucket/x"]
    assert [each["value"] for each in container["env"]] == ["***", "***"]


def test_the_rest_of_an_endless_line_is_not_kept_without_its_beginning() -> None:
    head = b'{"event": "' + b"x" * 1_000_050 + b" --password="
    pieces = [head, WORD.encode() + b'"}\n{"event": "next"}\n']
    lines = kept_lines(pieces)
    assert [line.event for line in lines][1:] == ["next"]
    assert WORD not in repr(lines)


def test_the_log_of_a_try_is_what_its_lines_are() -> None:
    log = log_from(make_try_key(), (LogLine(event="a"), LogLine(event="b")))
    assert isinstance(log, TryLog)
    assert [event.text for event in log.events] == ["a", "b"]
