"""Ways in which a FakeAirflow can misbehave: `airflow.fails(path, fault, times=…)`."""

import threading
import time

from tests.airflow.serving import Fault, Handler


def status(code: int, **headers: str) -> Fault:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: handler.send(code, {"detail": "no"}, headers=named)


def page(code: int = 200) -> Fault:
    """A web page, as a sign-in or a proxy answers."""
    return lambda handler: handler.send(code, b"<html>Sign in</html>", kind="text/html")


def text(data: bytes) -> Fault:
    return lambda handler: handler.send(200, data)


def half(data: bytes = b'{"dag_runs": [') -> Fault:
    """Announce more than is sent, and hang up."""

    def fault(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(data) + 1000))
        handler.end_headers()
        handler.wfile.write(data)
        handler.wfile.flush()
        handler.close_connection = True

    return fault


def hang_up(handler: Handler) -> None:
    """Close the connection without a word."""
    handler.close_connection = True


def late(seconds: float) -> Fault:
    """The right answer, after a while."""

    def fault(handler: Handler) -> None:
        time.sleep(seconds)
        handler.answer()

    return fault


def with_others(others: threading.Barrier) -> Fault:
    """The right answer, once as many requests as the barrier has parties are under way."""

    def fault(handler: Handler) -> None:
        others.wait(timeout=10)
        handler.answer()

    return fault
