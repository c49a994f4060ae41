"""A FakeAirflow behind https, with a certificate that nobody signed."""

import ssl
import subprocess
from pathlib import Path

from tests.airflow.fake import FakeAirflow


def certificate(folder: Path) -> tuple[Path, Path]:
    """The files of a new key and its certificate for 127.0.0.1."""
    key, made = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(  # noqa: S603 - openssl with our own arguments
        [  # noqa: S607 - openssl is found on PATH, as everywhere
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1",
            "-keyout", str(key), "-out", str(made), "-subj", "/CN=127.0.0.1",
            "-addext", "subjectAltName=IP:127.0.0.1",
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return key, made


def over_tls(server: FakeAirflow, context: ssl.SSLContext) -> str:
    """The address of the server, which from now on answers in this context alone."""
    assert server._server is not None
    server._server.socket = context.wrap_socket(server._server.socket, server_side=True)
    return server.url.replace("http://", "https://")
