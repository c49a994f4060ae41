"""Wafer tests: every test of the catalogue registers itself.

unresolvable: ship.bash_command
"""
from __future__ import annotations

import json
from configparser import ConfigParser
from datetime import datetime
from pathlib import Path

from airflow.decorators import dag, task, task_group
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

config = ConfigParser()
config.read(Path(__file__).with_name("tester.ini"))
SHIP_STEP = config.get("ship", "step", fallback=datetime.now().strftime("step%j"))


class Test:
    registry: dict[str, type[Test]] = {}
    needs: tuple[str, ...] = ()
    unit = None

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        Test.registry[cls.__name__.lower()] = cls

    @classmethod
    def name(cls):
        return cls.__name__.lower()

    @property
    def arguments(self):
        args = ["--test", self.name()]
        for need in self.needs:
            args += [f"--{need}", self.value_of(need)]
        return args

    @staticmethod
    def value_of(need):
        return "{{ ti.xcom_pull(task_ids='tests.%s')['%s'] }}" % (need, Test.registry[need].unit or "value")

    def run(self):
        return KubernetesPodOperator(
            task_id=self.name(),
            name=self.name(),
            image="fab/tester:6",
            arguments=self.arguments,
            do_xcom_push=True,
        )


class Leakage(Test):
    unit = "nA"


class Voltage(Test):
    unit = "mV"


class Timing(Test):
    needs = ("voltage",)


class Yield(Test):
    needs = ("leakage", "timing")

    @property
    def arguments(self):
        return [*super().arguments, "--wafer", "{{ ti.xcom_pull('wafer', key='map')['id'] }}"]


class Verdict:
    """Called as a python_callable; remembers what it is to look at."""

    def __init__(self, *tests):
        self.tests = tests

    def __call__(self, ti):
        return [ti.xcom_pull(task_ids=f"tests.{each}") for each in self.tests]


def wafer(ti):
    ti.xcom_push(key="map", value={"id": "W7", "dies": 400})
    return [1, 2]


@dag(start_date=datetime(2024, 7, 1), schedule=None, catchup=False)
def chip_tests():
    loaded = PythonOperator(task_id="wafer", python_callable=wafer)

    @task_group
    def tests():
        pods = {name: cls().run() for name, cls in Test.registry.items()}
        for name, cls in Test.registry.items():
            for need in cls.needs:
                pods[need] >> pods[name]
        return pods

    @task
    def lots(wafers, offset=0, ti=None):
        marked = getattr(ti, "xcom_pull")(task_ids="wafer", key="map")
        print(marked["dies"])
        return [{"lot": w + offset} for w in wafers]

    @task
    def ink(die: dict, verdict):
        return die, verdict

    pods = tests()
    verdict = PythonOperator(task_id="verdict", python_callable=Verdict(*list(Test.registry)[-2:]))
    loaded >> list(pods.values()) >> verdict

    dies = lots(loaded.output)
    inked = ink.partial(verdict=verdict.output).expand(die=dies.map(lambda lot: {**lot, "inked": True}))

    pairs = loaded.output.zip(dies)
    pack = BashOperator.partial(task_id="pack", bash_command="pack $LOT").expand(
        env=pairs.map(lambda pair: {"LOT": json.dumps(pair)})
    )
    ship = BashOperator(task_id="ship", bash_command="ship {{ ti.xcom_pull(task_ids='" + SHIP_STEP + "') }}")
    report = BashOperator(
        task_id="report",
        bash_command=f"report {inked} {pods['yield'].output['pod_name']}",
        env={cls.__name__.upper(): Test.value_of(name) for name, cls in Test.registry.items()},
    )
    inked >> pack >> ship >> report


chip_tests()
