"""A replay that listens on a loopback port while a block runs."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

# Seconds that requests under way may take to end.
_LONGEST_END = 5.0


@contextmanager
def listening(app: FastAPI) -> Iterator[str]:
    """The address at which the application answers on this machine; it ends with the block.

    Raises OSError when no port can be had.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listener]}, name="replay", daemon=True
        )
        thread.start()
        try:
            # It listens already: a request that comes early waits in the socket's queue.
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(_LONGEST_END)
