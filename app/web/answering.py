"""Shapes of the JSON API put into bytes."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from starlette.responses import Response


def as_json(body: Any, status: int = 200) -> Response:
    """The shape as an answer."""
    # Escaped to ASCII: a lone surrogate is legal in JSON's escapes and has no bytes in UTF-8.
    text = json.dumps(asdict(body), default=datetime.isoformat)
    return Response(text, status, media_type="application/json")
