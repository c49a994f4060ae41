"""Searches from the command line as JSON: what the API answers, without a server."""

import json
from dataclasses import asdict
from datetime import datetime

from app.model.leaves import Found
from app.store.pages.search import read_surroundings
from app.store.session import Store
from app.web.api_search import Results, results


def answer(store: Store, typed: str, what: Found) -> Results:
    """The same as the API's answer: with who read each value, and who gave it."""
    with store.reading() as session:
        return results(typed, what, read_surroundings(session, what.leaves))


def as_json(shape: Results) -> str:
    # Escaped to ASCII: a lone surrogate is legal in JSON's escapes and no terminal can be sent one.
    return json.dumps(asdict(shape), default=datetime.isoformat, indent=2)
