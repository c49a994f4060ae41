"""Every kind of page, over one store that has something to show on each, at a fixed time."""

from functools import partial

from fastapi import FastAPI

from app.model.ids import TaskInstanceKey
from app.store.session import Store
from app.web import links
from app.web.app import create_app
from app.web.parts import web_parts
from tests.build import RUN, keep
from tests.graph import geo
from tests.web import history_sample
from tests.web.addresses import GEO, geo_leaf, geo_task
from tests.web.compared_runs import analysis_of, day, facts_of
from tests.web.sample import NOW, churn_run, fill, orders_run

TILES = "out:extract_tiles:return_value['tiles_uri']"
BROKEN = "bad:build_overviews:env_vars.PATH_IN:unknown_task:extarct_tiles"
_run = partial(links.run, deployment="default", run=geo.GEO)

#: By the name that a failure tells.
PAGES = {
    "overview": links.overview(),
    "dags": links.dags(),
    "dag": links.dag(deployment="prod-eu", dag_id=GEO.dag_id),
    "dag without runs": links.dag(deployment="prod-us", dag_id="model_cards"),
    "contract": links.contract(deployment="prod-eu", dag_id=GEO.dag_id, task_id="extract_tiles"),
    "run": _run(),
    "run, a key traced": _run(port=TILES),
    "run, a broken pull": _run(port=BROKEN),
    "run, flow table": _run(tab="table"),
    "run, problems": _run(tab="problems"),
    "run, source": _run(tab="source"),
    "run, still running": links.run(deployment="prod-us", run=orders_run()),
    "task": links.task_instance(deployment="prod-eu", instance=geo_task("extract_tiles")),
    "task that failed": links.task_instance(
        deployment="prod-eu", instance=geo_task("build_overviews")
    ),
    "task that was green": links.task_instance(
        deployment="prod-eu",
        instance=TaskInstanceKey(churn_run().dag_id, churn_run().run_id, "train_model"),
    ),
    "task as a table": links.task_instance(
        deployment="prod-eu", instance=geo_task("extract_tiles"), view="table"
    ),
    "task as JSON": links.task_instance(
        deployment="prod-eu", instance=geo_task("extract_tiles"), view="json"
    ),
    "task, diff to the last good run": links.task_instance(
        deployment="default",
        instance=TaskInstanceKey(RUN.dag_id, day(1).run_id, "extract"),
        view="diff",
    ),
    "task history": links.history(
        deployment=history_sample.DEPLOYMENT, instance=history_sample.instance("plan")
    ),
    "value": links.given_value(deployment="prod-eu", producer=geo_leaf("plan_area", "grid_uri")),
    "search": links.search(),
    "search with results": links.search(q="z14 -in:env"),
    "search without results": links.search(q="nothing-of-the-kind"),
    "search not understood": links.search(q="state:failed"),
    "search help": links.search_help(),
    "problems": links.problems(),
    "problems, gone": links.problems(status="gone", severity="error"),
    "problem": links.problem(1),
    "problem without a pull": links.problem(5),
    "problem kinds": links.problem_kinds(),
    "compare": links.compare(deployment="default", dag_id=RUN.dag_id, right=day(1).run_id),
    "compare, no pair": links.compare(deployment="prod-us", dag_id="model_cards"),
    "status": links.status(),
    "design": links.design(),
    "try": links.tryout(deployment="prod-eu", dag_id=GEO.dag_id, problem=1),
    "not found": "/nowhere",
    "odd parameter": "/?order=sideways",
}


def every_page_app(store: Store) -> FastAPI:
    return create_app(web_parts(store, version="0.1.0", now=lambda: NOW, patience=60))


def fill_all(store: Store) -> None:
    fill(store)
    keep(store, geo.facts(), geo.analysis())
    history_sample.fill_history(store)
    keep(store, facts_of(-1), analysis_of(-1))
    keep(store, facts_of(0), analysis_of(0))
    keep(store, facts_of(1, uri=None, state="failed"), analysis_of(1))
