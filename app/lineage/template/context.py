"""The names and filters that Airflow gives a template; every other one it refuses."""

from collections.abc import Mapping

from jinja2.defaults import DEFAULT_NAMESPACE
from jinja2.filters import FILTERS as JINJA_FILTERS
from jinja2.tests import TESTS as JINJA_TESTS

from app.model.facts import AIRFLOW_3

# Read in airflow/sdk/definitions/context.py (3.3.2) and airflow/utils/context.py (2.11.2).
_BOTH = """
    conn dag dag_run data_interval_end data_interval_start ds ds_nodash exception expanded_ti_count
    inlet_events inlets logical_date macros map_index_template outlet_events outlets params
    prev_data_interval_end_success prev_data_interval_start_success prev_end_date_success
    prev_start_date_success reason run_id task task_instance task_instance_key_str templates_dict
    test_mode ti try_number ts ts_nodash ts_nodash_with_tz var
"""
_ONLY_2 = """
    conf execution_date next_ds next_ds_nodash next_execution_date prev_ds prev_ds_nodash
    prev_execution_date prev_execution_date_success tomorrow_ds tomorrow_ds_nodash
    triggering_dataset_events yesterday_ds yesterday_ds_nodash
"""
_ONLY_3 = """
    asset_state_store partition_date partition_key start_date task_reschedule_count
    task_state_store triggering_asset_events
"""
_NAMES: Mapping[bool, frozenset[str]] = {
    True: frozenset((_BOTH + _ONLY_3).split()),
    False: frozenset((_BOTH + _ONLY_2).split()),
}
#: What one Airflow or the other gives.
EVERY_NAME = _NAMES[True] | _NAMES[False]
#: What Jinja itself gives, beside what the template sets.
JINJA_NAMES = frozenset(DEFAULT_NAMESPACE) | {"caller", "kwargs", "loop", "self", "varargs"}
#: The filters that a template may use in either Airflow.
FILTERS = frozenset(JINJA_FILTERS) | {
    "ds",
    "ds_nodash",
    "ts",
    "ts_nodash",
    "ts_nodash_with_tz",
}
TESTS = frozenset(JINJA_TESTS)


def names_of(airflow_major: int) -> frozenset[str]:
    """The names under which this Airflow gives something to every template."""
    return _NAMES[airflow_major >= AIRFLOW_3]
