"""Wind farm: availability and losses per turbine."""
from datetime import datetime

from airflow.sdk import BaseOperator, chain, dag, task, task_group
from airflow.providers.standard.operators.python import PythonOperator

TURBINES = [f"WT{n:02d}" for n in range(1, 4)]


class ScadaOperator(BaseOperator):
    template_fields = ("turbine", "window")

    def __init__(self, *, turbine, window, **kwargs):
        super().__init__(**kwargs)
        self.turbine = turbine
        self.window = window

    def execute(self, context):
        return {"turbine": self.turbine, "window": self.window, "kwh": 0}


def losses(turbine, ti):
    scada = ti.xcom_pull(task_ids=f"turbine_{turbine}.scada")
    curve = ti.xcom_pull(task_ids="power_curve")
    return curve["rated"] - scada["kwh"]


@dag(schedule="@daily", start_date=datetime(2025, 4, 1), catchup=False)
def wind_farm():
    @task
    def window(ds=None):
        return {"from": f"{ds}T00:00", "to": f"{ds}T23:59"}

    @task
    def power_curve():
        return {"rated": 3000, "points": []}

    day = window()
    curve = power_curve()
    results = []

    for name in TURBINES:

        @task_group(group_id=f"turbine_{name}")
        def turbine(farm_curve):
            scada = ScadaOperator(task_id="scada", turbine=name, window=day)
            loss = PythonOperator(task_id="losses", python_callable=losses, op_kwargs={"turbine": name})

            @task
            def availability(data: dict, curve: dict) -> float:
                return data["kwh"] / curve["rated"]

            scada >> loss
            return availability(scada.output, farm_curve)

        results.append(turbine(curve))

    @task
    def farm(values: list[float]) -> float:
        return sum(values) / len(values)

    @task
    def tell(value: float, window: dict, ti=None):
        worst = min(ti.xcom_pull(task_ids=[f"turbine_{t}.losses" for t in TURBINES]))
        print(value, window["from"], worst)

    chain(tell(farm(results), day))


wind_farm()
