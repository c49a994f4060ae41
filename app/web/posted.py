"""What readers send us: no more than there can be any use for, and forms only from our own pages.

A page of another site can make a reader's browser send a form here. Browsers say from where it
comes, in Sec-Fetch-Site over HTTPS and in Origin everywhere; a program that says neither is no
browser that somebody could have misled.
"""

from typing import Annotated, TypeAlias
from urllib.parse import parse_qsl, urlsplit

from fastapi import Depends, Request
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Bytes of one request: a template of 100,000 characters, each of them written as `%F0%9F%98%80`.
MOST_BYTES = 1_300_000
#: Fields of one form; ours have a handful.
_MOST_FIELDS = 50
_OWN = frozenset({"same-origin", "none"})
_FORM = "application/x-www-form-urlencoded"


class BodyLimit:
    """Refuses bodies that are too long, before anybody holds them in memory. Plain ASGI."""

    def __init__(self, app: ASGIApp, most: int = MOST_BYTES) -> None:
        self._app, self._most = app, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        seen = 0

        async def receive_some() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._most:
                raise HTTPException(413, f"At most {self._most:,} bytes are taken")
            return message

        await self._app(scope, receive_some if scope["type"] == "http" else receive, send)


def same_origin(request: Request) -> None:
    """Raises HTTPException when a page of another site sent the request."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None:
        is_own = site in _OWN
    else:
        is_own = origin is None or urlsplit(origin).netloc == request.headers.get("host")
    if not is_own:
        raise HTTPException(403, "This form was sent by a page of another site")


async def _form(request: Request) -> dict[str, str]:
    """The form's fields; of one that is there twice the last. Raises HTTPException."""
    same_origin(request)
    if request.headers.get("content-type", "").partition(";")[0].strip() != _FORM:
        raise HTTPException(415, f"A form must be sent as {_FORM}")
    text = (await request.body()).decode("utf-8", errors="replace")
    try:
        given = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise HTTPException(400, f"At most {_MOST_FIELDS} fields are taken") from error
    # Browsers put CR LF between the lines of a text, whatever was typed.
    return {name: value.replace("\r\n", "\n") for name, value in given}


#: Annotate a route's argument with it: `def change(form: Form) -> Response`.
Form: TypeAlias = Annotated[dict[str, str], Depends(_form)]
