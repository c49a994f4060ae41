"""Fixtures that tests of several folders share."""

pytest_plugins = ["tests.lab.fixture", "tests.whole.fixture"]
