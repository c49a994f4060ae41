"""Every DAG of every deployment."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from app.store.pages.dag_list import DagList, DagOrder, read_dag_list
from app.web import links, text
from app.web.chrome import Chrome, chrome
from app.web.dag_rows import Choice, DagRow, dag_rows, orders
from app.web.parts import Parts

router = APIRouter(include_in_schema=False)

# More rows than a browser shows well; the API lists all.
_MOST = 500


@dataclass(frozen=True, slots=True)
class DagsPage:
    chrome: Chrome
    summary: str
    orders: tuple[Choice, ...]
    rows: tuple[DagRow, ...]
    unshown: str


@router.get(links.dags())
def dags_page(
    parts: Parts, order: DagOrder = DagOrder.PROBLEMS, deployment: Annotated[str, Query()] = ""
) -> Response:
    here = links.dags(order=order.value, deployment=deployment)
    with parts.store.reading() as session:
        found = read_dag_list(
            session,
            order=order,
            most=_MOST,
            now=parts.now(),
            deployment_name=deployment or None,
        )
        top = chrome(session, parts, tab="dags", here=here)
    page = DagsPage(
        chrome=top,
        summary=_summary(found, deployment),
        orders=orders(order, link=lambda name: links.dags(order=name, deployment=deployment)),
        rows=dag_rows(found, now=parts.now()),
        unshown=_unshown(found),
    )
    return parts.renderer.page("dags/page.html", page)


def _summary(found: DagList, deployment: str) -> str:
    return f"{found.total} in {deployment}" if deployment else text.count(found.total, "DAG")


def _unshown(found: DagList) -> str:
    left = found.total - len(found.lines)
    return f"{text.count(left, 'more DAG')}: order by name or ask the API" if left else ""
