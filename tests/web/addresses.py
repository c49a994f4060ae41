"""Every page of the sample, by its address."""

from app.model.findings import Producer
from app.model.ids import TaskInstanceKey
from app.web import links
from app.web.task_views import View
from tests.web.sample import churn_run, geo_run, orders_run

GEO = geo_run()


def geo_task(task_id: str) -> TaskInstanceKey:
    return TaskInstanceKey(GEO.dag_id, GEO.run_id, task_id)


def geo_leaf(task_id: str, *path: str | int) -> Producer:
    return Producer(geo_task(task_id), 0, "return_value", path)


PAGES = (
    links.overview(),
    links.dags(),
    links.dag(deployment="prod-eu", dag_id=GEO.dag_id),
    links.dag(deployment="prod-us", dag_id="model_cards"),
    links.contract(deployment="prod-eu", dag_id=GEO.dag_id, task_id="extract_tiles"),
    links.contract(deployment="prod-eu", dag_id=GEO.dag_id, task_id="plan_area"),
    links.run(deployment="prod-eu", run=GEO),
    links.task_instance(deployment="prod-eu", instance=geo_task("extract_tiles")),
    links.task_instance(deployment="prod-eu", instance=geo_task("extract_tiles"), try_number=1),
    *(
        links.task_instance(deployment="prod-eu", instance=geo_task("extract_tiles"), view=view)
        for view in View
    ),
    links.task_instance(
        deployment="prod-eu", instance=geo_task("extract_tiles"), try_number=1, view="diff"
    ),
    links.history(deployment="prod-eu", instance=geo_task("extract_tiles")),
    links.task_instance(deployment="prod-eu", instance=geo_task("build_overviews"), view="diff"),
    links.task_instance(deployment="prod-eu", instance=geo_task("build_overviews")),
    links.task_instance(
        deployment="prod-us",
        instance=TaskInstanceKey("orders_export", orders_run().run_id, "notify", 1),
    ),
    links.task_instance(
        deployment="prod-eu",
        instance=TaskInstanceKey("churn_training", churn_run().run_id, "train_model"),
    ),
    links.given_value(deployment="prod-eu", producer=geo_leaf("plan_area", "grid_uri")),
    links.given_value(
        deployment="prod-eu", producer=geo_leaf("extract_tiles", "stats"), show="flows"
    ),
    links.tryout(deployment="prod-eu", dag_id=GEO.dag_id),
    links.tryout(deployment="prod-eu", dag_id=GEO.dag_id, problem=1),
    links.tryout(deployment="prod-us", dag_id="model_cards"),
    links.compare(deployment="prod-eu", dag_id=GEO.dag_id),
    links.compare(deployment="prod-eu", dag_id=GEO.dag_id, right=GEO.run_id, only="always"),
    links.compare(deployment="prod-us", dag_id="model_cards"),
    links.compare(deployment="prod-us", dag_id="orders_export", right=orders_run().run_id),
    links.problems(),
    links.problems(status="gone", severity="error"),
    links.problem(1),
    links.problem(5),
    links.search(),
    links.search(q="z14 -in:env"),
    links.search(q="state:failed"),
    links.search(q="nothing-of-the-kind"),
    links.search_help(),
    links.status(),
    links.design(),
    links.bar(tab="dags"),
)
