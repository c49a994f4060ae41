# ruff: noqa: E501  # a case is read best when each of its templates stands on one line
"""Templates that may pull from one of a few real tasks."""

from tests.lineage.scenario import Scenario, check

SOURCE = """
    import os
    with DAG("geo_tiles"):
        KubernetesPodOperator(task_id="dump_orders", do_xcom_push=True)
        KubernetesPodOperator(task_id="dump_clients", do_xcom_push=True)
        KubernetesPodOperator(task_id="use", arguments=["--in", "{{ ti.xcom_pull('dump_%s')['path'] }}" % os.environ["TABLE"]])
"""
ORDERS, CLIENTS = {"path": "s3://lab/orders"}, {"path": "s3://lab/clients"}


def test_the_one_whose_value_the_field_shows_is_the_producer() -> None:
    gave = {"dump_orders": ORDERS, "dump_clients": CLIENTS}
    got = {"use": {"arguments": ["--in", "s3://lab/clients"]}}
    check(
        Scenario(SOURCE, gave=gave, got=got),
        flows="dump_clients['path'] -> use.arguments[1] [0:16] confirmed",
    )


def test_where_several_gave_the_same_none_is_called_the_producer() -> None:
    gave = {"dump_orders": ORDERS, "dump_clients": ORDERS}
    got = {"use": {"arguments": ["--in", "s3://lab/orders"]}}
    check(Scenario(SOURCE, gave=gave, got=got))


def test_a_pattern_that_any_task_fits_is_left_alone() -> None:
    source = SOURCE.replace("'dump_%s'", "'%s_%s'").replace(
        'os.environ["TABLE"]', '(os.environ["A"], os.environ["B"])'
    )
    gave = {"dump_orders": ORDERS, "dump_clients": CLIENTS}
    got = {"use": {"arguments": ["--in", "s3://lab/clients"]}}
    check(Scenario(source, gave=gave, got=got))
