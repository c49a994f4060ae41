"""Modules that are not installed, answered by unknown values; and what only a deployment has."""

import importlib.abc
import importlib.machinery
import os
import sys
import types

from unknown import UNKNOWN, Unknown

NOT_INSTALLED = "the operator's class is not installed here"


class UnknownModule(types.ModuleType):
    def __init__(self, name, operator_class):
        super().__init__(name)
        self.__path__ = []
        self._operator_class = operator_class

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        if name.endswith(("Operator", "Sensor")) and name[0].isupper():
            made = unknown_operator(name, self._operator_class)
        else:
            made = Unknown(name)
        setattr(self, name, made)
        return made


def unknown_operator(name, operator_class):
    """An operator of that name that takes anything; all it takes counts as templated."""

    def __init__(self, *args, **kwargs):  # noqa: N807 # it becomes a method
        known, own = {}, {}
        for key, value in kwargs.items():
            (known if key in _PLAIN_ARGUMENTS else own)[key] = value
        operator_class.__init__(self, **known)
        self.template_fields = tuple(own)
        for key, value in own.items():
            object.__setattr__(self, key, value)
        set_up = getattr(self, "_set_xcomargs_dependencies", None) or self.set_xcomargs_dependencies
        set_up()

    body = {
        "__init__": __init__,
        "template_fields": (),
        "xt_not_installed": True,
        "execute": lambda self, context: None,
        "partial": classmethod(lambda _, **kwargs: _Partial(name, operator_class, kwargs)),
    }
    return type(name, (operator_class,), body)


class _Partial:
    """What `partial` of an unknown operator gives: which arguments it has, the mapping tells."""

    def __init__(self, name, operator_class, kwargs):
        self._name = name
        self._operator_class = operator_class
        self._kwargs = kwargs

    def expand(self, **kwargs):
        return self._with(kwargs).expand(**kwargs)

    def expand_kwargs(self, kwargs, **options):
        literal = kwargs if isinstance(kwargs, list) else []
        names = dict.fromkeys(name for each in literal if isinstance(each, dict) for name in each)
        return self._with(names).expand_kwargs(kwargs, **options)

    def _with(self, mapped):
        own = [name for name in (*self._kwargs, *mapped) if name not in _PLAIN_ARGUMENTS]
        made = unknown_operator(self._name, self._operator_class)
        made.template_fields = tuple(own)
        # Airflow refuses to map arguments that `__init__` does not name.
        made.__init__._BaseOperatorMeta__param_names = frozenset(own)
        return super(made, made).partial(**self._kwargs)


# `contrib` held in Airflow 1 what are providers now.
_OF_NO_CORE = ("airflow.providers.", "airflow.contrib.")

_PLAIN_ARGUMENTS = {
    *("task_id", "owner", "retries", "retry_delay", "depends_on_past", "wait_for_downstream"),
    *("trigger_rule", "do_xcom_push", "dag", "task_group", "params", "default_args", "start_date"),
    *(
        "end_date",
        "email",
        "email_on_failure",
        "email_on_retry",
        "pool",
        "priority_weight",
        "queue",
    ),
    *("execution_timeout", "on_failure_callback", "on_success_callback", "on_retry_callback"),
    *("on_execute_callback", "inlets", "outlets", "doc_md", "sla", "executor_config"),
}


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds what nobody else found, when a file of the folder asks for it."""

    def __init__(self, folder, operator_class):
        self._folder = str(folder)
        self._operator_class = operator_class
        self.made = []

    def find_spec(self, name, path=None, target=None):
        if name.startswith("airflow.") and not name.startswith(_OF_NO_CORE):
            # The file is written for another Airflow, and that is to be said.
            return None
        if self._asked_by_the_file() or isinstance(
            sys.modules.get(name.rpartition(".")[0]), UnknownModule
        ):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def _asked_by_the_file(self):
        frame = sys._getframe(2)
        # Airflow 2 looks for the providers' classes behind the old names of them.
        between = (__file__, "importlib", "airflow/utils/deprecation_tools.py", "functools.py")
        while frame and any(each in frame.f_code.co_filename for each in between):
            frame = frame.f_back
        return bool(frame) and frame.f_code.co_filename.startswith(self._folder)

    def create_module(self, spec):
        self.made.append(spec.name)
        return UnknownModule(spec.name, self._operator_class)

    def exec_module(self, module):
        pass


class _Environment(os._Environ):
    """The environment, in which the file finds every variable that it insists on."""

    folder = "\0"

    def __getitem__(self, key):
        try:
            return super().__getitem__(key)
        except KeyError:
            if sys._getframe(1).f_code.co_filename.startswith(self.folder):
                return f"{UNKNOWN}{key}"
            raise


def answer_for_the_environment(folder):
    _Environment.folder = str(folder)
    os.environ.__class__ = _Environment


_NOTHING = object()


def answer_for_variables(variable, *others):
    """Variables are their default, else unknown; connections and the like are unknown."""

    def get(key, default=_NOTHING, default_var=_NOTHING, *, deserialize_json=False, **_):
        for given in (default, default_var):
            if given is not _NOTHING:
                return given
        return Unknown(key) if deserialize_json else f"{UNKNOWN}{key}"

    variable.get = staticmethod(get)
    variable.set = staticmethod(lambda *args, **kwargs: None)
    for owner, name in others:
        if hasattr(owner, name):
            setattr(owner, name, staticmethod(lambda *args, **kwargs: Unknown("connection")))
