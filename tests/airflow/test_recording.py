"""What is kept of a recorded exchange."""

import json
from dataclasses import replace
from pathlib import Path

from tests.airflow.recording.exchanges import Exchange, question, read, write
from tests.airflow.recording.neutral import TOKEN, neutral

TOLD = Exchange(1, "GET", "/api/v2/dags", "", 200, {"Content-Type": "application/json"}, "{}")


def test_names_of_this_machine_are_replaced_where_they_are_whole_words() -> None:
    kept = neutral(
        replace(TOLD, body='{"hostname": "vm", "pod": "a-jvme8", "b": "vm-1"}'), {"vm": "w"}
    )
    assert kept.body == '{"hostname": "w", "pod": "a-jvme8", "b": "vm-1"}'


def test_no_token_is_kept() -> None:
    signed_in = replace(
        TOLD,
        method="POST",
        path="/auth/token",
        sent='{"password": "p"}',
        body='{"access_token": "t"}',
    )
    kept = neutral(signed_in, {})
    assert (kept.sent, json.loads(kept.body)) == ("", {"access_token": TOKEN})


def test_no_session_is_kept() -> None:
    headers = {"Content-Type": "text/html", "Set-Cookie": "session=s; Path=/"}
    form = '<form><input type="hidden" name="csrf_token" value="c"></form>'
    kept = neutral(replace(TOLD, path="/login/?next=x", headers=headers, body=form), {})
    assert kept.headers["Set-Cookie"].startswith(f"session={TOKEN};")
    assert 'value="c"' not in kept.body
    assert 'name="password"' in kept.body


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    long = replace(TOLD, body='{"a": "\u2028é\\n"}')
    told = [TOLD, long, replace(long, turn=2), replace(TOLD, body="")]
    write(tmp_path, told)
    assert read(tmp_path) == told


def test_the_same_is_asked_at_another_time() -> None:
    at = "/api/v2/dags/~/dagRuns?limit=1&updated_at_gte="
    assert question("GET", f"{at}2026", "") == question("GET", f"{at}2027", "")
    assert question("GET", f"{at}2026", "") != question("GET", f"{at}2026&state=queued", "")
