import hmac
from collections.abc import Iterator

import pytest

from app.notify.sending import Refusal, Sender
from app.notify.webhook import Webhook
from tests.notify.receiving import Receiver


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def sender() -> Iterator[Sender]:
    sender = Sender("1.2.3")
    yield sender
    sender.close()


def test_a_message_is_posted_with_its_id(receiver: Receiver, sender: Sender) -> None:
    assert sender.send(Webhook("hook", receiver.url), "u1", {"text": "ä"}) is None
    (one,) = receiver.received
    assert one.json == {"text": "ä"}
    assert one.headers["Content-Type"] == "application/json"
    assert one.headers["X-Xcomtrace-Delivery"] == "u1"
    assert one.headers["User-Agent"] == "xcomtrace/1.2.3"
    assert "X-Xcomtrace-Signature" not in one.headers


def test_a_secret_signs_what_is_sent(receiver: Receiver, sender: Sender) -> None:
    sender.send(Webhook("hook", receiver.url, secret="s3"), "u1", {"a": 1})
    (one,) = receiver.received
    signature = hmac.new(b"s3", one.body, "sha256").hexdigest()
    assert one.headers["X-Xcomtrace-Signature"] == f"sha256={signature}"


@pytest.mark.parametrize(
    ("fault", "refusal"),
    [
        (500, Refusal("it answers 500")),
        ((429, {"Retry-After": "30"}), Refusal("it answers 429", 30.0)),
        ((429, {"Retry-After": "999999999"}), Refusal("it answers 429", 3600.0)),
        ((503, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}), Refusal("it answers 503")),
        # Followed, it would take the message to another address.
        ((302, {"Location": "http://127.0.0.1:1/"}), Refusal("it answers 302")),
    ],
)
def test_whatever_is_no_success_is_a_refusal(
    receiver: Receiver, sender: Sender, fault: object, refusal: Refusal
) -> None:
    receiver.faults.append(fault)
    assert sender.send(Webhook("hook", receiver.url), "u1", {}) == refusal


def test_a_webhook_that_hangs_is_left_in_time(receiver: Receiver) -> None:
    receiver.faults.append("hang")
    sender = Sender("1", seconds=0.2)
    refusal = sender.send(Webhook("hook", receiver.url), "u1", {})
    assert refusal == Refusal("it does not answer in time")
    sender.close()


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("http://127.0.0.1:1/53CR3T", "there is no connection"),
        ("http://does-not-exist.invalid/53CR3T", "its name is not known"),
        ("http://[53CR3T", "the connection broke off (LocationParseError)"),
    ],
)
def test_no_refusal_names_the_address(sender: Sender, url: str, error: str) -> None:
    assert sender.send(Webhook("hook", url), "u1", {}) == Refusal(error)
