"""Messages on their way; what becomes news is tested with the causes."""

from datetime import timedelta

from app.store.outbox import (
    Draft,
    WebhookState,
    give_up_others,
    note_failed,
    note_sent,
    read_due,
    read_webhooks,
    write_messages,
)
from app.store.session import Store
from tests.store.life import hour


def test_messages_come_back_as_they_were_when_their_time_has_come(store: Store) -> None:
    drafts = [Draft("u1", "a", {"x": ["\ud800", None]}), Draft("u2", "a", 1), Draft("u3", "b", 2)]
    with store.writing() as session:
        write_messages(session, drafts, at=hour(2))
        assert read_due(session, webhook="a", now=hour(1), most=9) == ()
        due = read_due(session, webhook="a", now=hour(2), most=9)
    assert [(one.uid, one.body, one.tries) for one in due] == [
        ("u1", {"x": ["\ud800", None]}, 0),
        ("u2", 1, 0),
    ]


def test_a_message_waits_for_its_next_try_until_it_is_sent(store: Store) -> None:
    with store.writing() as session:
        write_messages(session, [Draft("u1", "a", {})], at=hour(1))
        (first,) = read_due(session, webhook="a", now=hour(1), most=9)
        note_failed(session, first, error="it answers 500", next_try_at=hour(3))
        assert read_due(session, webhook="a", now=hour(2), most=9) == ()
        assert read_webhooks(session) == (WebhookState("a", 1, 0, None, "it answers 500"),)
        (again,) = read_due(session, webhook="a", now=hour(3), most=9)
        assert again.tries == 1
        note_sent(session, again, at=hour(3))
        assert read_webhooks(session) == (WebhookState("a", 0, 0, hour(3), None),)


def test_what_waits_for_others_is_given_up(store: Store) -> None:
    with store.writing() as session:
        write_messages(session, [Draft("u1", "a", {}), Draft("u2", "b", {})], at=hour(1))
        assert give_up_others(session, webhooks=["a"]) == 1
        assert give_up_others(session, webhooks=["a"]) == 0
        states = read_webhooks(session)
    assert [(one.name, one.waiting, one.given_up) for one in states] == [("a", 1, 0), ("b", 0, 1)]


def test_what_ended_long_ago_is_forgotten(store: Store) -> None:
    with store.writing() as session:
        write_messages(session, [Draft("u1", "a", {}), Draft("u2", "a", {})], at=hour(1))
        first, _ = read_due(session, webhook="a", now=hour(1), most=9)
        note_sent(session, first, at=hour(1))
        write_messages(session, [Draft("u3", "a", {})], at=hour(1) + timedelta(days=8))
        due = read_due(session, webhook="a", now=hour(1) + timedelta(days=8), most=9)
        (state,) = read_webhooks(session)
    assert [one.uid for one in due] == ["u2", "u3"]
    assert state.last_sent is None
