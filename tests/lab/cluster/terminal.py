"""exec over a websocket, in Kubernetes' channels v4 and v5.

A frame's first byte is its channel: 0 stdin, 1 stdout, 2 stderr, 3 the Status at the end. In v5 the
client may close a channel with 255 and its number.
https://kubernetes.io/docs/reference/using-api/api-concepts/ and KEP-4006.
"""

import asyncio
import contextlib
import json
from collections.abc import Sequence

from starlette.websockets import WebSocket, WebSocketDisconnect

from tests.lab.cluster.containers import Container, enter
from tests.lab.cluster.status import Json

PROTOCOLS = ("v5.channel.k8s.io", "v4.channel.k8s.io")
STDIN, STDOUT, STDERR, STATUS, CLOSE = 0, 1, 2, 3, 255
CHUNK = 65_536


async def run_in(
    container: Container, command: Sequence[str], socket: WebSocket, *, stdin: bool
) -> None:
    """Runs the command in the container and carries its streams until it has ended."""
    process = await asyncio.create_subprocess_exec(
        *(*enter(container.init_pid), *command),
        stdin=asyncio.subprocess.PIPE if stdin else asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    await socket.accept(subprotocol=chosen_protocol(socket.scope["subprotocols"]))
    listening = asyncio.create_task(_listen(socket, process))
    try:
        await asyncio.gather(
            _carry(process.stdout, STDOUT, socket), _carry(process.stderr, STDERR, socket)
        )
        code = await process.wait()
        await socket.send_bytes(bytes([STATUS]) + json.dumps(_ending(code)).encode())
        await socket.close()
    except (WebSocketDisconnect, RuntimeError):
        # The client left first: nobody waits for the answer.
        _kill(process)
    finally:
        listening.cancel()


def chosen_protocol(offered: Sequence[str]) -> str | None:
    return next((name for name in PROTOCOLS if name in offered), None)


async def _carry(stream: asyncio.StreamReader | None, channel: int, socket: WebSocket) -> None:
    while stream is not None and (chunk := await stream.read(CHUNK)):
        await socket.send_bytes(bytes([channel]) + chunk)


async def _listen(socket: WebSocket, process: asyncio.subprocess.Process) -> None:
    """Hands stdin frames to the process; ends it when the client goes away."""
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            _kill(process)
            return
        frame = message.get("bytes") or (message.get("text") or "").encode()
        if frame and process.stdin is not None:
            await _take(frame, process.stdin)


async def _take(frame: bytes, stdin: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        if frame[0] == STDIN:
            stdin.write(frame[1:])
            await stdin.drain()
        elif frame[:2] == bytes([CLOSE, STDIN]):
            stdin.close()


def _kill(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()


def _ending(code: int) -> Json:
    if code == 0:
        return {"metadata": {}, "status": "Success"}
    shown = code if code > 0 else 128 - code
    return {
        "metadata": {},
        "status": "Failure",
        "message": f"command terminated with non-zero exit code: exit status {shown}",
        "reason": "NonZeroExitCode",
        "details": {"causes": [{"reason": "ExitCode", "message": str(shown)}]},
    }
