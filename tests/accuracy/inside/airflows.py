"""What differs between Airflow 2 and 3, and what is asked of either."""

from contextlib import suppress

import airflow
from airflow import DAG

IS_2 = airflow.__version__.startswith("2.")

if IS_2:
    from airflow.hooks.base import BaseHook
    from airflow.models import Variable
    from airflow.models.baseoperator import BaseOperator
    from airflow.models.connection import Connection
    from airflow.models.dag import DagContext
    from airflow.models.expandinput import DictOfListsExpandInput, MappedArgument
    from airflow.models.mappedoperator import MappedOperator
    from airflow.models.taskinstance import _CURRENT_CONTEXT as CURRENT_CONTEXT
    from airflow.models.xcom_arg import XComArg
    from airflow.utils.mixins import ResolveMixin

    VARIABLES = (Variable,)
else:
    from airflow.models import Variable as _OldVariable
    from airflow.sdk import BaseHook, BaseOperator, Connection, Variable
    from airflow.sdk.definitions._internal.contextmanager import (
        _CURRENT_CONTEXT as CURRENT_CONTEXT,
    )
    from airflow.sdk.definitions._internal.contextmanager import DagContext
    from airflow.sdk.definitions._internal.expandinput import (
        DictOfListsExpandInput,
        MappedArgument,
    )
    from airflow.sdk.definitions._internal.mixins import ResolveMixin
    from airflow.sdk.definitions.mappedoperator import MappedOperator
    from airflow.sdk.definitions.xcom_arg import XComArg

    VARIABLES = (Variable, _OldVariable)

CONNECTIONS = (
    (BaseHook, "get_connection"),
    (BaseHook, "get_hook"),
    (Connection, "get"),
    (Connection, "get_connection_from_secrets"),
)


def dags_of(module):
    """The DAGs that Airflow would take from the module: its names, and those of `with DAG`."""
    found = {id(each): each for each in vars(module).values() if isinstance(each, DAG)}
    found.update((id(dag), dag) for dag, _ in DagContext.autoregistered_dags)
    return list(found.values())


def start_registering(name):
    DagContext.current_autoregister_module_name = name
    DagContext.autoregistered_dags.clear()


def references(value):
    """The (task, key) of each XCom that an XComArg, or a mapped group's argument, reads."""
    if isinstance(value, MappedArgument):
        return list(_mapped_argument(value))
    return list(value.iter_references())


def _mapped_argument(value):
    given = value._input.value
    if isinstance(given, dict):
        given = given[value._key]
    elif isinstance(given, list):
        given = [each.get(value._key) if isinstance(each, dict) else each for each in given]
    yield from XComArg.iter_xcom_references(given)


def nested_fields(operator_class, value):
    """The attributes of an object in a template field that Airflow renders too."""
    asked = []
    # A bare instance: it only decides which attributes of the other object are rendered.
    bare = operator_class.__new__(operator_class)
    object.__setattr__(
        bare, "_do_render_template_fields", lambda parent, fields, *_: asked.extend(fields)
    )
    try:
        bare._render_nested_template_fields(value, {}, None, set())
    except Exception:  # noqa: BLE001 # an object that Airflow cannot render holds no template
        return []
    return list(dict.fromkeys(asked))


def parameters(task):
    """The params with their defaults; one without is given when the run is triggered."""
    known = {}
    for name in task.params:
        with suppress(Exception):
            known[name] = task.params[name]
    return known


__all__ = [
    "CONNECTIONS",
    "CURRENT_CONTEXT",
    "DAG",
    "IS_2",
    "VARIABLES",
    "BaseOperator",
    "DictOfListsExpandInput",
    "MappedOperator",
    "ResolveMixin",
    "XComArg",
    "dags_of",
    "nested_fields",
    "parameters",
    "references",
    "start_registering",
]
