"""Route planning for parcel depots.

unresolvable: solve_extra_*
"""

import functools
import itertools
import os
from datetime import datetime

from airflow import DAG
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

try:
    from airflow.providers.standard.operators.python import PythonOperator
except ImportError:
    from airflow.operators.python import PythonOperator

DEPOTS = ["ham", "ber", "muc"]
WAVES = ("early", "late")
CAPACITY = [120, 90, 150]
# Depots that operations may add for a season, comma separated.
EXTRA = [d for d in os.getenv("EXTRA_DEPOTS", "").split(",") if d]

pod = functools.partial(
    KubernetesPodOperator,
    image="registry.local/routes:7",
    namespace="routing",
    do_xcom_push=True,
    env_vars={"TZ": "Europe/Berlin"},
)
solver = functools.partial(pod, cmds=["solve"], node_selector={"pool": "cpu"})


def orders_of(depot):
    """A closure that answers templates for the orders of one depot."""
    source = f"orders_{depot}"

    def step(*keys):
        return "{{ ti.xcom_pull('" + source + "')" + "".join(map("['{}']".format, keys)) + " }}"

    return step


def pairs():
    for left, right in itertools.combinations(DEPOTS, 2):
        yield left, right, f"transfer_{left}_{right}"


def report(prefix, ti=None, **kwargs):
    for depot, wave in itertools.product(DEPOTS, WAVES):
        plan = ti.xcom_pull(task_ids=f"{prefix}_{depot}_{wave}")
        print(depot, wave, plan["km"])


def cost(left, right, **context):
    pull = context["ti"].xcom_pull
    a, b = pull(task_ids="orders_" + left), pull(task_ids="orders_" + right)
    return a["parcels"] + b["parcels"]


with DAG("logistics_routes", start_date=datetime(2024, 1, 1), schedule="0 2 * * *", catchup=False) as dag:
    orders = {d: pod(task_id=f"orders_{d}", name=f"orders-{d}", arguments=["--depot", d]) for d in DEPOTS}

    for (depot, wave), number in zip(itertools.product(DEPOTS, WAVES), itertools.count(1)):
        order = orders_of(depot)
        plan = solver(
            task_id=f"solve_{depot}_{wave}",
            name=f"solve-{depot}-{wave}",
            arguments=["--parcels", order("parcels", wave), "--seed", str(number)],
            labels={"wave": wave, "shift": order("shift")},
        )
        orders[depot] >> plan

    for position, (depot, capacity) in enumerate(zip(DEPOTS, CAPACITY)):
        previous = DEPOTS[position - 1]
        check = solver(
            task_id=f"check_{depot}",
            name=f"check-{depot}",
            arguments=[
                f"--max={capacity}",
                f"{{{{ ti.xcom_pull('solve_{depot}_late')['load'] }}}}",
                f"--overflow={{{{ ti.xcom_pull(task_ids='solve_{previous}_late')['overflow'] }}}}",
            ],
        )
        dag.get_task(f"solve_{depot}_late") >> check

    for left, right, task_id in pairs():
        transfer = PythonOperator(
            task_id=task_id,
            python_callable=functools.partial(cost, left, right=right),
        )
        [orders[left], orders[right]] >> transfer

    for rank, depot in enumerate(sorted(DEPOTS), 1):
        pod(
            task_id=f"print_{rank}",
            name=f"print-{rank}",
            arguments=["--plan", "{{ ti.xcom_pull('solve_" + depot + "_early')['pdf'] }}"],
        ).set_upstream([t for t in dag.tasks if t.task_id.startswith("solve_")])

    for extra in EXTRA or ["fra"]:
        solver(
            task_id=f"solve_extra_{extra}",
            name="solve-extra",
            arguments=["{{ ti.xcom_pull('orders_" + extra + "')['parcels'] }}"],
        )

    totals = pod(
        task_id="totals",
        name="totals",
        arguments=[
            *(f"{{{{ ti.xcom_pull('{t}')['cost'] }}}}" for *_, t in pairs()),
            *itertools.chain.from_iterable(
                (f"--{d}", "{{ ti.xcom_pull('solve_%s_%s')['km'] }}" % (d, WAVES[0])) for d in reversed(DEPOTS)
            ),
        ],
    )
    PythonOperator(task_id="report", python_callable=report, op_args=["solve"]).set_upstream(totals)
