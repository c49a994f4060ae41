"""As its twin in `inside`, for Airflow 2: what its tasks need is imported before the fork."""

from importlib import import_module

for module in (
    "airflow.providers.cncf.kubernetes.operators.pod",
    "airflow.providers.standard.operators.python",
):
    import_module(module)
