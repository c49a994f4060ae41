"""The address of a value in a URL: the page and its JSON twin read it alike."""

import json
from typing import Annotated

from fastapi import Depends, Query
from fastapi.exceptions import RequestValidationError

from app.model.ids import NOT_MAPPED, TaskInstanceKey
from app.model.leaves import Place
from app.model.values import Path
from app.store.pages.value import AskedValue
from app.web.moments import Moment
from app.web.parts import MOST_COUNTED

# Characters of a path; what is longer no link of ours has.
_LONGEST_PATH = 20_000


def asked_value(  # noqa: PLR0913, PLR0917 - an address has as many parts
    deployment: str,
    dag_id: str,
    run_id: str,
    task_id: str,
    name: Annotated[str, Query(description="The XCom's key, or the template field.")],
    place: Annotated[
        Place, Query(alias="in", description="What the task gave (xcom), or got (field).")
    ],
    map_index: Annotated[int, Query(ge=NOT_MAPPED, le=MOST_COUNTED)] = NOT_MAPPED,
    try_number: Annotated[int | None, Query(alias="try", ge=0, le=MOST_COUNTED)] = None,
    path: Annotated[
        str,
        Query(max_length=_LONGEST_PATH, description='Steps from there, as JSON: `["rows", 0]`.'),
    ] = "[]",
    time: Annotated[
        Moment | None, Query(description="Of the version; without it the try's last one.")
    ] = None,
) -> AskedValue:
    return AskedValue(
        deployment=deployment,
        place=place,
        instance=TaskInstanceKey(dag_id, run_id, task_id, map_index),
        name=name,
        path=_path(path),
        try_number=try_number,
        time=time,
    )


Asked = Annotated[AskedValue, Depends(asked_value)]


def _path(text: str) -> Path:
    try:
        steps = json.loads(text)
    except (ValueError, RecursionError):
        steps = None
    if not isinstance(steps, list) or not all(_is_step(step) for step in steps):
        odd = {"loc": ("query", "path"), "msg": "a list of names and positions as JSON is meant"}
        raise RequestValidationError([odd])
    return tuple(steps)


def _is_step(step: object) -> bool:
    return isinstance(step, str) or (isinstance(step, int) and not isinstance(step, bool))
