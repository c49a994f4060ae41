import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from app.model.facts import Run
from app.model.ids import RunKey
from app.store.changes import latest_change
from app.store.deployments import ensure_deployment
from app.store.runs import write_runs
from app.store.session import Store
from app.web.hub import Hub, Listener

Messages = AsyncIterator[bytes]


def change(store: Store, *run_ids: str) -> None:
    with store.writing() as session:
        pk = ensure_deployment(session, name="default", url="http://airflow.test")
        runs = [Run(RunKey("d", run_id), "running") for run_id in run_ids]
        write_runs(session, deployment_pk=pk, runs=runs)


def latest(store: Store) -> int:
    with store.reading() as session:
        return latest_change(session)


def listening(
    store: Store,
    script: Callable[[Hub, Messages], Awaitable[None]],
    *,
    after: int | None = None,
    period: float = 0.02,
) -> None:
    """Run the script with a hub that looks often and the messages of one listener."""

    async def run() -> None:
        hub = Hub(store, period=period)
        hub.start()
        listener = Listener()
        await asyncio.to_thread(hub.join, listener, after=after)
        try:
            async with asyncio.timeout(20):
                await script(hub, listener.messages(ping_seconds=0.2))
        finally:
            hub.leave(listener)
            await asyncio.to_thread(hub.stop)

    asyncio.run(run())


async def next_event(messages: Messages) -> bytes:
    """The next message that is neither the greeting nor a ping."""
    async for message in messages:
        if message.startswith((b"id:", b"event:")):
            return message
    return b""


def test_a_change_of_this_process_is_told_at_once(empty_store: Store) -> None:
    async def script(_hub: Hub, messages: Messages) -> None:
        await asyncio.to_thread(change, empty_store, "r1")
        assert b'"run_id": "r1"' in await next_event(messages)
        await asyncio.to_thread(change, empty_store, "r2")
        assert b'"run_id": "r2"' in await next_event(messages)

    listening(empty_store, script, period=600)


def test_a_change_is_told_by_its_number_and_ids(empty_store: Store) -> None:
    async def script(_hub: Hub, messages: Messages) -> None:
        await asyncio.to_thread(change, empty_store, "r1")
        number = latest(empty_store)
        expected = (
            f"id: {number}\nevent: change\n"
            'data: {"deployment": "default", "dag_id": "d", "run_id": "r1"}\n\n'
        )
        while (event := await next_event(messages)) != expected.encode():
            assert event.startswith(b"id:")

    listening(empty_store, script)


def test_who_comes_back_is_told_what_it_missed(empty_store: Store) -> None:
    change(empty_store, "r1")
    seen = latest(empty_store)
    change(empty_store, "r2")

    async def script(_hub: Hub, messages: Messages) -> None:
        assert b'"run_id": "r2"' in await next_event(messages)

    listening(empty_store, script, after=seen)


def test_who_missed_too_much_is_told_to_load_anew(empty_store: Store) -> None:
    change(empty_store, *(f"r{number}" for number in range(100)))

    async def script(_hub: Hub, messages: Messages) -> None:
        assert await next_event(messages) == b"event: resync\ndata: {}\n\n"

    listening(empty_store, script, after=0)


def test_a_listener_too_slow_for_its_queue_is_told_to_load_anew() -> None:
    async def run() -> list[bytes]:
        listener = Listener()
        for number in range(200):
            listener.tell(b"id: %d" % number)
        listener.tell(None)
        return [message async for message in listener.messages()]

    messages = asyncio.run(run())
    assert b"event: resync\ndata: {}\n\n" in messages
    assert len(messages) < 80


def test_silence_is_filled_with_pings(empty_store: Store) -> None:
    async def script(_hub: Hub, messages: Messages) -> None:
        assert [await anext(messages) for _ in range(3)] == [
            b"retry: 2000\n\n",
            b": ping\n\n",
            b": ping\n\n",
        ]

    listening(empty_store, script)


def test_streams_end_when_the_hub_stops(empty_store: Store) -> None:
    async def script(hub: Hub, messages: Messages) -> None:
        await asyncio.to_thread(hub.stop)
        assert await next_event(messages) == b""

    listening(empty_store, script)


def test_who_joins_a_stopped_hub_is_told_the_end(empty_store: Store) -> None:
    async def run() -> list[bytes]:
        hub = Hub(empty_store)
        hub.stop()
        listener = Listener()
        hub.join(listener)
        return [message async for message in listener.messages()]

    assert asyncio.run(run()) == [b"retry: 2000\n\n"]
