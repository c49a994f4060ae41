"""Airflow's own hook for settings, used to be quick: the scheduler's children inherit what it has.

LocalExecutor forks the scheduler for every task. A task that starts with the KubernetesPodOperator
already imported saves about two seconds of processor time, and nothing else changes.
"""

from importlib import import_module

for module in (
    "airflow.sdk",
    "airflow.providers.cncf.kubernetes.operators.pod",
    "airflow.providers.standard.operators.python",
):
    import_module(module)
