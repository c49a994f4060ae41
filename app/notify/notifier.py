"""When messages are made of news and sent, and what becomes of those that fail."""

import logging
import random
import secrets
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from app.model.errors import XcomtraceError
from app.notify.sending import Refusal, Sender
from app.notify.webhook import Webhook
from app.notify.wording import wording
from app.store.outbox import (
    Draft,
    Message,
    News,
    give_up_others,
    has_news,
    note_failed,
    note_sent,
    read_due,
    take_news,
    write_messages,
)
from app.store.session import Store

log = logging.getLogger(__name__)

# What a pass finds is told together, and what the next pass takes back is not told at all.
_SETTLES = timedelta(seconds=10)
_EVERY_SECONDS = 5.0
# Messages that a webhook is sent in one round.
_AT_ONCE = 20
# Waits between the tries of one message double up to an hour: it is given up after some three.
_FIRST_WAIT = 10.0
_LONGEST_WAIT = 3600.0
MOST_TRIES = 12


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Notifier:
    """Rounds in a thread of its own, until it is stopped.

    A message is written down before it is sent and crossed out after it was taken: whoever is
    killed in between sends it again, with the id that it had.
    """

    def __init__(  # noqa: PLR0913 - what main wires, and what tests hold still
        self,
        store: Store,
        webhooks: Sequence[Webhook],
        sender: Sender,
        *,
        public_url: str | None = None,
        now: Callable[[], datetime] = _utc_now,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._store = store
        self._webhooks = tuple(webhooks)
        self._sender = sender
        self._public_url = public_url
        self._now = now
        self._jitter = jitter
        self._stop = threading.Event()
        self._rests: dict[str, datetime] = {}  # Until when, by the webhook's name.
        self._told: str | None = None
        self._thread = threading.Thread(target=self._run, name="notifier", daemon=True)

    def start(self) -> None:
        self.give_up_others()
        self._thread.start()

    def stop(self, *, seconds: float = 2.0) -> None:
        """End; a message under way that is not crossed out in time goes out again."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(seconds)
        self._sender.close()

    def one_round(self) -> None:
        """Messages of all news that settled, and every message whose time has come."""
        self._draft()
        for webhook in self._webhooks:
            self._send(webhook)

    def round(self) -> None:
        """One round, whatever becomes of it: what hinders it is told once."""
        try:
            self.one_round()
            self._told = None
        except XcomtraceError as error:
            if self._told != str(error):
                log.warning("Notifications wait: %s", error)
            self._told = str(error)
        except Exception:
            # The edge of a round: what nobody foresaw must not end the notifications.
            log.exception("A round of notifications failed")

    def _run(self) -> None:
        while not self._stop.wait(_EVERY_SECONDS):
            self.round()

    def give_up_others(self) -> None:
        """What waits for webhooks that are no longer set is given up, and told once."""
        names = [webhook.name for webhook in self._webhooks]
        with self._store.writing() as session:
            number = give_up_others(session, webhooks=names)
        if number:
            log.warning("%d messages waited for webhooks that are no longer set", number)

    def _draft(self) -> None:
        """Without any webhook too: what nobody wanted to know is not told to one set later."""
        now = self._now()
        settled = now - _SETTLES
        with self._store.reading() as session:
            if not has_news(session, before=settled):
                return
        with self._store.writing() as session:
            news = take_news(session, before=settled, now=now)
            drafts = [self._drafted(webhook, news, now) for webhook in self._webhooks]
            write_messages(session, [one for one in drafts if one is not None], at=now)

    def _drafted(self, webhook: Webhook, news: Sequence[News], now: datetime) -> Draft | None:
        wanted = [one for one in news if webhook.wants(one)]
        if not wanted:
            return None
        uid = secrets.token_hex(16)
        body = wording(webhook.style, wanted, uid=uid, at=now, public_url=self._public_url)
        return Draft(uid, webhook.name, body)

    def _send(self, webhook: Webhook) -> None:
        """Its messages, until it refuses one: then it is left alone for as long as that one."""
        now = self._now()
        if now < self._rests.get(webhook.name, now):
            return
        with self._store.reading() as session:
            due = read_due(session, webhook=webhook.name, now=now, most=_AT_ONCE)
        for message in due:
            if self._stop.is_set():
                return
            refusal = self._sender.send(webhook, message.uid, message.body)
            if refusal is not None:
                self._refused(message, refusal)
                return
            with self._store.writing() as session:
                note_sent(session, message, at=self._now())

    def _refused(self, message: Message, refusal: Refusal) -> None:
        wait = min(_FIRST_WAIT * 2.0**message.tries, _LONGEST_WAIT) * (0.5 + self._jitter() / 2)
        again = self._now() + timedelta(seconds=max(wait, refusal.retry_after))
        self._rests[message.webhook] = again
        is_last = message.tries + 1 >= MOST_TRIES
        if message.tries == 0 or is_last:
            then = "it is given up" if is_last else "it is tried again"
            log.warning("Webhook %s took no message, %s: %s", message.webhook, then, refusal.error)
        with self._store.writing() as session:
            note_failed(
                session, message, error=refusal.error, next_try_at=None if is_last else again
            )
