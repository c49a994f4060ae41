"""A run with one mapped task of as many instances as one likes, between two others."""

from app.model.facts import RunFacts, Task, Try, XCom
from app.model.ids import RunKey
from app.model.values import Json
from tests.bench.pages.world import RUN_ID
from tests.bench.sources import HEAD
from tests.build import after, make_run, make_task, make_try, make_xcom

DAG_ID = "pages_mapped"
RUN = RunKey(DAG_ID, RUN_ID)
_SOURCE = f"""\
with DAG("{DAG_ID}", schedule="@daily", default_args=DEFAULTS):
    split = KubernetesPodOperator(task_id="split")
    work = KubernetesPodOperator.partial(
        task_id="work",
        env_vars={{"GRID": "{{{{ ti.xcom_pull('split')['grid'] }}}}"}},
    ).expand(arguments=split.output["parts"])
    collect = KubernetesPodOperator(
        task_id="collect", arguments=["{{{{ ti.xcom_pull('work')[0]['uri'] }}}}"]
    )
    work >> collect
"""
_GRID = "s3://lake/grid.json"


def mapped_facts(instances: int) -> RunFacts:
    tasks: tuple[Task, ...] = (
        make_task("split", "work"),
        make_task("work", "collect", is_mapped=True),
        make_task("collect"),
    )
    indices = range(instances)
    return RunFacts(
        make_run(RUN, state="success", end=after(3600)),
        tasks,
        HEAD.format(about="One mapped task.") + _SOURCE,
        1,
        (
            make_try("split", run=RUN, rendered={"arguments": [], "env_vars": []}),
            *map(_try, indices),
            make_try(
                "collect",
                run=RUN,
                start=after(40),
                end=after(50),
                rendered={"arguments": [_uri(0)], "env_vars": []},
            ),
        ),
        (
            make_xcom(
                "split", {"grid": _GRID, "parts": [[_part(one)] for one in indices]}, run=RUN
            ),
            *map(_xcom, indices),
        ),
    )


def _part(index: int) -> str:
    return f"part-{index:05}"


def _uri(index: int) -> str:
    return f"s3://lake/parts/{index:05}.parquet"


def _try(index: int) -> Try:
    return make_try(
        "work",
        run=RUN,
        map_index=index,
        state="failed" if index % 1000 == 999 else "success",
        start=after(11),
        end=after(30),
        rendered={
            "arguments": [_part(index)],
            "env_vars": [{"name": "GRID", "value": _GRID, "value_from": None}],
        },
    )


def _xcom(index: int) -> XCom:
    value: Json = {"uri": _uri(index), "rows": 100 + index}
    return make_xcom("work", value, run=RUN, map_index=index, seconds=29)
