"""The web application on a port, until a signal ends it."""

import asyncio
import errno
import logging
import os
import socket
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from app.model.errors import SettingsError

# Seconds that requests under way may take after the signal; streams are ended at once.
_LONGEST_END = 3


def open_port(host: str, port: int) -> socket.socket:
    """A socket that listens there already. Port 0 takes a free one.

    Raises SettingsError, which names the setting: the port is taken or forbidden, the host is
    none of this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise SettingsError(_reason(error, host, port)) from error


def open_some_port(host: str, port: int) -> socket.socket:
    """This port, or a free one when it is taken. Raises SettingsError as open_port does."""
    try:
        return open_port(host, port)
    except SettingsError:
        return open_port(host, 0)


def local_address(host: str, port: int) -> str:
    """How a browser on this machine reaches what listens there."""
    host = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 # not listened on
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(
    app: FastAPI,
    listener: socket.socket,
    *,
    when_ready: Callable[[], None],
    before_end: Callable[[], None],
) -> None:
    """Answers until SIGINT or SIGTERM, which is raised again when all is over.

    `when_ready` is called when it answers; `before_end` when the signal has come, to end what
    would otherwise never end.
    """
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=_LONGEST_END,
        # Who is believed what of a request, app/access says; here everybody on this machine is.
        proxy_headers=False,
    )
    # Its notes about start and end say nothing that the command line does not say better.
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    _Server(config, when_ready, before_end).run(sockets=[listener])


class _Server(uvicorn.Server):
    """uvicorn waits for open streams before it tells the application to end them; this does not."""

    def __init__(
        self,
        config: uvicorn.Config,
        when_ready: Callable[[], None],
        before_end: Callable[[], None],
    ) -> None:
        super().__init__(config)
        self._when_ready = when_ready
        self._before_end = before_end

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._when_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await asyncio.to_thread(self._before_end)
        await super().shutdown(sockets)


def _reason(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is taken: set XCOMTRACE_PORT (or --port) to another one, or to 0"
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"port {port} is not ours to take: set XCOMTRACE_PORT (or --port) above 1023"
    why = os.strerror(error.errno) if error.errno else str(error)
    return f"cannot listen on {host}: {why}; set XCOMTRACE_HOST (or --host)"
