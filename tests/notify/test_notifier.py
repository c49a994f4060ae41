"""From a problem in the store to a webhook on loopback, over failures and restarts."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.model.ids import RunKey
from app.notify.notifier import MOST_TRIES, Notifier
from app.notify.sending import Sender
from app.notify.webhook import Style, Webhook
from app.store import tables as t
from app.store.decisions import mute
from app.store.outbox import read_webhooks
from app.store.session import Store
from app.store.tries import write_tries
from tests.build import make_try
from tests.notify.receiving import Receiver
from tests.store.life import Life, begin, broken, hour


@dataclass(slots=True)
class Clock:
    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass(slots=True)
class Scene:
    life: Life
    receiver: Receiver
    clock: Clock
    notifiers: list[Notifier] = field(default_factory=list)

    def notifier(
        self, *webhooks: Webhook, store: Store | None = None, seconds: float = 30
    ) -> Notifier:
        """`seconds`: how long it waits for an answer; short for a webhook that hangs."""
        made = Notifier(
            store or self.life.store,
            webhooks or (Webhook("hook", self.receiver.url),),
            Sender("1", seconds=seconds),
            now=self.clock,
            jitter=lambda: 1.0,
        )
        self.notifiers.append(made)
        return made

    def rounds(self, notifier: Notifier, number: int = 1, *, every: float = 20) -> None:
        for _ in range(number):
            self.clock.forward(every)
            notifier.one_round()

    @property
    def told(self) -> list[list[str]]:
        """`event task` of each problem of each message that was received."""
        return [
            [f"{one['event']} {one['task_id']}" for one in message.json["problems"]]
            for message in self.receiver.received
        ]

    def state(self) -> Any:
        with self.life.store.reading() as session:
            (state,) = read_webhooks(session)
        return state


@pytest.fixture
def scene(store: Store) -> Iterator[Scene]:
    life = begin(store)
    with store.writing() as session:
        session.execute(t.deployment.update().values(began_at=hour(0), backfill_done=True))
    with Receiver() as receiver:
        scene = Scene(life, receiver, Clock(hour(1)))
        yield scene
        for notifier in scene.notifiers:
            notifier.stop()


def test_a_new_problem_is_told_once(scene: Scene) -> None:
    scene.life.run(1, broken())
    notifier = scene.notifier()
    scene.rounds(notifier, 3)
    assert scene.told == [["new load"]]
    assert (scene.state().waiting, scene.state().last_sent) == (0, hour(1) + timedelta(seconds=20))


def test_what_is_found_together_is_told_together_after_it_settled(scene: Scene) -> None:
    scene.life.run(1, broken(), broken("other"))
    notifier = scene.notifier()
    scene.rounds(notifier, every=5)
    assert scene.told == []
    scene.rounds(notifier, every=10)
    assert sorted(scene.told[0]) == ["new load", "new other"]


def test_what_comes_back_is_told_and_what_went_again_is_not(scene: Scene) -> None:
    scene.life.run(1, broken())
    notifier = scene.notifier()
    scene.rounds(notifier)
    scene.life.run(1.1, state="success", at=1)
    scene.life.run(1.2, broken(), at=1)
    scene.rounds(notifier)
    scene.life.run(1.3, state="success", at=1)
    scene.life.run(1.4, broken(), at=1)
    scene.life.run(1.5, state="success", at=1)
    scene.rounds(notifier)
    assert scene.told == [["new load"], ["returned load"]]


@pytest.mark.parametrize(("then", "told"), [("failed", [["new load"]]), ("success", [])])
def test_what_the_next_try_may_mend_is_told_when_it_did_not(
    scene: Scene, then: str, told: list[list[str]]
) -> None:
    scene.life.run(1, broken(), state="running")
    keep_try(scene, 1, "up_for_retry")
    notifier = scene.notifier()
    scene.rounds(notifier)
    keep_try(scene, 2, "running")
    scene.rounds(notifier)
    assert scene.told == []
    keep_try(scene, 2, then)
    if then == "success":
        scene.life.run(1, state="running")
    scene.rounds(notifier, 2)
    assert scene.told == told


def keep_try(scene: Scene, number: int, state: str) -> None:
    """A try of `load` in run 1, as Airflow tells it."""
    one = make_try("load", try_number=number, run=RunKey("d", "r1"), state=state)
    with scene.life.store.writing() as session:
        write_tries(session, deployment_pk=scene.life.deployment_pk, tries=[one])


def test_what_is_muted_is_not_told(scene: Scene) -> None:
    scene.life.run(1, broken())
    with scene.life.store.writing() as session:
        mute(session, 1, reason="", until=None, at=hour(1))
    scene.rounds(scene.notifier())
    assert scene.told == []


def test_each_webhook_is_told_what_it_asked_for_in_its_style(scene: Scene) -> None:
    scene.life.run(1, broken())
    url = scene.receiver.url
    slack, other = Webhook("a", url, Style.SLACK), Webhook("b", url, dags="other")
    scene.rounds(scene.notifier(slack, other))
    (message,) = scene.receiver.received
    assert set(message.json) == {"text", "blocks"}


@pytest.mark.parametrize("fault", [500, 429, "hang"])
def test_a_message_that_is_not_taken_goes_out_again_the_same(scene: Scene, fault: object) -> None:
    scene.life.run(1, broken())
    scene.receiver.faults.extend([fault, fault])
    scene.rounds(scene.notifier(seconds=1 if fault == "hang" else 30), 4)
    first, *others = scene.receiver.received
    assert len(others) == 2
    assert {one.body for one in others} == {first.body}
    assert {one.json["id"] for one in scene.receiver.received} == {
        first.headers["X-Xcomtrace-Delivery"]
    }


def test_waits_grow_and_a_webhook_may_ask_for_longer_ones(scene: Scene) -> None:
    scene.life.run(1, broken())
    scene.receiver.faults.extend([500, 500, (429, {"Retry-After": "300"})])
    notifier = scene.notifier()
    scene.rounds(notifier)
    tried = []
    for _ in range(100):
        scene.rounds(notifier, every=5)
        tried.append(len(scene.receiver.received))
    waits = [tried.index(number) * 5 + 5 for number in (2, 3, 4)]
    assert waits == [10, 30, 330]


def test_a_webhook_that_never_takes_it_is_given_up(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    scene.life.run(1, broken())
    scene.receiver.faults.extend([500] * 99)
    with caplog.at_level(logging.DEBUG):
        scene.rounds(scene.notifier(), 40, every=4000)
    assert len(scene.receiver.received) == MOST_TRIES
    state = scene.state()
    assert (state.waiting, state.given_up, state.error) == (0, 1, "it answers 500")
    lines = [one.getMessage() for one in caplog.records if one.name == "app.notify.notifier"]
    assert lines == [
        "Webhook hook took no message, it is tried again: it answers 500",
        "Webhook hook took no message, it is given up: it answers 500",
    ]


def test_no_line_of_the_log_names_the_address(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    scene.life.run(1, broken())
    gone = Webhook("hook", "http://127.0.0.1:1/53CR3T", secret="h1dd3n")
    with caplog.at_level(logging.INFO):
        scene.rounds(scene.notifier(gone), 3)
    assert "there is no connection" in caplog.text
    assert "53CR3T" not in caplog.text
    assert "h1dd3n" not in caplog.text


def test_a_webhook_that_is_down_does_not_hold_up_the_others(scene: Scene) -> None:
    down = Webhook("a", "http://127.0.0.1:1/")
    notifier = scene.notifier(down, Webhook("b", scene.receiver.url))
    for number, task_id in enumerate(("x", "y", "z")):
        scene.life.run(1 + number / 100, broken(task_id), at=1)
        scene.rounds(notifier)
    assert scene.told == [["new x"], ["new y"], ["new z"]]


def test_a_restart_loses_nothing_and_repeats_what_was_not_crossed_out(scene: Scene) -> None:
    scene.life.run(1, broken())
    scene.receiver.faults.append("hang")
    scene.rounds(scene.notifier(seconds=0.3))
    again = Store(scene.life.store.engine.url.render_as_string(hide_password=False))
    scene.rounds(scene.notifier(store=again), every=30)
    again.close()
    first, second = scene.receiver.received
    assert first.body == second.body
    assert scene.state().waiting == 0


def test_news_from_before_a_restart_is_told_after_it(scene: Scene) -> None:
    scene.life.run(1, broken())
    again = Store(scene.life.store.engine.url.render_as_string(hide_password=False))
    scene.rounds(scene.notifier(store=again))
    again.close()
    assert scene.told == [["new load"]]


def test_what_nobody_wanted_to_know_is_not_told_to_one_who_comes_later(scene: Scene) -> None:
    scene.life.run(1, broken())
    nobody = Notifier(scene.life.store, (), Sender("1"), now=scene.clock)
    scene.rounds(nobody)
    scene.rounds(scene.notifier())
    nobody.stop()
    assert scene.told == []


def test_messages_for_a_webhook_that_is_set_no_more_are_given_up(scene: Scene) -> None:
    scene.life.run(1, broken())
    scene.receiver.faults.append(500)
    scene.rounds(scene.notifier())
    other = scene.notifier(Webhook("other", scene.receiver.url))
    other.start()
    state = scene.state()
    assert (state.waiting, state.given_up, state.error) == (0, 1, "it is no longer set")


def test_a_first_mirror_of_an_old_airflow_tells_nothing(scene: Scene) -> None:
    for number in range(1, 30):
        scene.life.run(-number, broken(f"t{number}"), at=1)
    scene.rounds(scene.notifier())
    assert scene.told == []


def test_hundreds_of_problems_are_one_message(scene: Scene) -> None:
    scene.life.run(1, *(broken(f"t{number}") for number in range(300)))
    scene.rounds(scene.notifier(), 3)
    (message,) = scene.receiver.received
    assert (len(message.json["problems"]), message.json["more"]) == (20, 280)
