"""Fixtures that tests of several folders share."""

pytest_plugins = [
    "tests.airflow.fixture",
    "tests.lab.fixture",
    "tests.store.fixture",
    "tests.whole.fixture",
]
