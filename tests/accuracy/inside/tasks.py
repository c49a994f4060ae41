"""The pulls of one task: of its templates, its XComArgs and its Python code."""

import copy
import itertools
import signal
from contextlib import contextmanager

import python_code
import template
from airflows import (
    CURRENT_CONTEXT,
    IS_2,
    DictOfListsExpandInput,
    MappedOperator,
    ResolveMixin,
    parameters,
    references,
)
from fields import expand_input, places
from missing import NOT_INSTALLED
from pulls import Pulls, TaskInstance
from unknown import OF_THE_RUN, Unknown, is_known, ways

SECONDS_PER_PLACE = 10
MOST_MAPPED = 16
FROM_A_FILE = "the template stands in another file"


class TookTooLong(BaseException):
    """A render or a call did not end; no `except Exception` of the file may hold it back."""


@contextmanager
def at_most(seconds):
    def stop(*_):
        raise TookTooLong

    # Of the processor's time: on a busy machine nothing is to be lost.
    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


class Task:
    """One task and what was found of it: `records` and `notes`."""

    def __init__(self, dag, task, module):
        self.dag = dag
        self.task = task
        self.records = []
        self.notes = []
        self._module = module
        self._environment = None

    def read(self, *, call):
        for place, leaf in places(self.task):
            if isinstance(leaf, ResolveMixin):
                self._of_xcomarg(place, leaf)
            elif isinstance(leaf, str):
                self._of_template(place, leaf)
        if call:
            for place, run in self._calls():
                self._of_call(place, run)

    def _note(self, place, error):
        said = f"{type(error).__name__}: {error}".strip()[:300]
        self.notes.append({"task": self.task.task_id, "field": place, "note": said})

    def _record(self, field, kind, found, why=None):
        dag_id, producer, key, path = found
        if getattr(getattr(self.task, "operator_class", self.task), "xt_not_installed", False):
            why = NOT_INSTALLED
        texts = (self.dag.dag_id, self.task.task_id, field, dag_id, producer, key, *path)
        if not all(is_known(each) for each in texts):
            why = why or "known only when it runs"
        self.records.append(
            {
                "dag_id": self.dag.dag_id,
                "consumer_task": self.task.task_id,
                "field": field,
                "kind": kind,
                "producer_dag_id": dag_id,
                "producer_task_id": producer,
                "xcom_key": key,
                "path": list(path),
                "unresolvable": why,
            }
        )

    def _of_xcomarg(self, place, value):
        found = [(task.dag_id, task.task_id, key, ()) for task, key in references(value)]
        for each in dict.fromkeys(found):
            self._record(place, "xcomarg", each)

    def environment(self):
        if self._environment is None:
            self._environment = template.prepared(self.task.get_template_env())
        return self._environment

    def context(self, pulls, *, follow):
        ti = TaskInstance(pulls, self.task, self.dag, follow=follow)
        params = python_code.Context(parameters(self.task))
        known = {
            "ti": ti,
            "task_instance": ti,
            "task": self.task,
            "dag": self.dag,
            "params": params,
            "run_id": f"{OF_THE_RUN}run_id",
        }
        known["dag_run"] = _DagRun(pulls, self, follow)
        for name in _UNKNOWN_OBJECTS:
            known[name] = Unknown(name)
        for name in _UNKNOWN_TEXTS:
            known[name] = f"{OF_THE_RUN}{name}"
        return python_code.Context(known)

    def _of_template(self, place, text):
        extensions = getattr(self.task, "template_ext", ())
        if "{" not in text and not text.endswith(tuple(extensions) or "\0"):
            return
        pulls, from_file = Pulls(), False
        try:
            source, from_file = template.source_of(self.environment(), text, extensions)
            context = self.context(pulls, follow=True)
            once = template.render(self.environment(), source, context)
            self._explore(place, once)
        except (Exception, TookTooLong) as error:  # noqa: BLE001 # said in the note
            self._note(place, error)
        for each in pulls.found():
            self._record(place, "jinja", each, FROM_A_FILE if from_file else None)

    def _explore(self, place, once):
        """Runs it all ways; one that fails is noted, once, and the others still run."""
        failed = []

        def run():
            try:
                once()
            except Exception as error:  # noqa: BLE001 # said in the note
                failed.append(error)

        with at_most(SECONDS_PER_PLACE):
            if not ways.each(run):
                self._note(place, Exception("more ways than are tried"))
        if failed:
            self._note(place, failed[0])

    def _of_call(self, place, run):
        pulls = Pulls()
        context = self.context(pulls, follow=False)
        failed = []

        def once():
            CURRENT_CONTEXT.append(context)
            try:
                run(context)
            except BaseException as error:
                if isinstance(error, TookTooLong):
                    raise
                failed.append(error)
            finally:
                CURRENT_CONTEXT.pop()

        try:
            with at_most(SECONDS_PER_PLACE):
                ways.each(once)
        except TookTooLong as error:
            self._note(place, error)
        if failed:
            self._note(place, failed[0])
        for each in pulls.found():
            self._record(place, "python", each)

    def _calls(self):
        """(place, what runs the code there) of each piece of the file's Python code."""
        arguments = self._arguments()
        function = arguments.get("python_callable")
        if callable(function) and self._is_ours(function):
            for args, kwargs in self._given():
                yield "python_callable", self._caller(function, args, kwargs)
        for name, value in arguments.items():
            values = value if isinstance(value, (list, tuple)) else [value]
            for each in values if name != "python_callable" else ():
                if callable(each) and self._is_ours(each):
                    place = _ARGUMENT_OF.get(name, name)
                    yield place, lambda context, each=each: python_code.call_back(each, context)
        operator_class = getattr(self.task, "operator_class", type(self.task))
        for name in ("execute", "poke", "pre_execute", "post_execute"):
            method = getattr(operator_class, name, None)
            if method is not None and self._is_ours(method):
                yield name, lambda context, name=name: self._run_method(name, context)

    def _arguments(self):
        if isinstance(self.task, MappedOperator):
            return self.task.partial_kwargs
        return {name: value for name, value in vars(self.task).items() if name != "dag"}

    def _is_ours(self, function):
        function = getattr(function, "func", function)
        function = getattr(function, "__wrapped__", function)
        if not hasattr(function, "__globals__"):
            # An object that can be called, of a class of the file.
            function = type(function).__call__
        return getattr(function, "__globals__", None) is vars(self._module)

    def _caller(self, function, args, kwargs):
        def run(context):
            args_now, kwargs_now = self._plain(args, context), self._plain(kwargs, context)
            templates = self._arguments().get("templates_dict")
            if templates:
                context["templates_dict"] = self._plain(templates, context)
            return python_code.call_with(function, args_now, kwargs_now, context)

        return run

    def _given(self):
        """The (op_args, op_kwargs) of each call: one, or one per mapped instance."""
        arguments = self._arguments()
        args = tuple(arguments.get("op_args") or ())
        kwargs = dict(arguments.get("op_kwargs") or {})
        if not isinstance(self.task, MappedOperator):
            return [(args, kwargs)]
        mapped, _, is_task_flow = expand_input(self.task)
        given = []
        for each in _instances(mapped):
            if is_task_flow:
                given.append((args, kwargs | each))
            else:
                given.append((each.get("op_args", args), kwargs | dict(each.get("op_kwargs", {}))))
        return given

    def _plain(self, value, context):
        """The value as the code gets it: templates rendered, XComs unknown."""
        if isinstance(value, ResolveMixin):
            return Unknown("pulled")
        if isinstance(value, str):
            return self._rendered(value, context) if "{{" in value or "{%" in value else value
        if isinstance(value, dict):
            return {key: self._plain(each, context) for key, each in value.items()}
        if isinstance(value, (list, tuple)):
            return type(value)(self._plain(each, context) for each in value)
        return value

    def _rendered(self, text, context):
        quiet = self.context(Pulls(), follow=True)
        exploring, ways.exploring = ways.exploring, False
        try:
            return template.render(self.environment(), text, quiet)()
        except Exception:  # noqa: BLE001 # the template's own reading notes it
            return OF_THE_RUN
        finally:
            ways.exploring = exploring

    def _run_method(self, name, context):
        task = self.task
        if isinstance(task, MappedOperator):
            task = _unmapped(task)
        task = copy.copy(task)
        for field in task.template_fields:
            plain = self._plain(getattr(task, field, None), context)
            object.__setattr__(task, field, plain)
        method = getattr(type(task), name)
        method = getattr(method, "__wrapped__", method)
        return method(task, *([context] if name != "post_execute" else [context, Unknown()]))


class _DagRun(Unknown):
    def __init__(self, pulls, task, follow):
        super().__init__("dag_run")
        self.__dict__["_xt_ti"] = lambda other: TaskInstance(pulls, other, task.dag, follow=follow)
        self.__dict__["_xt_task"] = task

    def get_task_instance(self, task_id, *args, **kwargs):
        other = copy.copy(self.__dict__["_xt_task"].task)
        return self.__dict__["_xt_ti"](other)


def _instances(mapped):
    """The arguments of each mapped instance; what an XCom gives is unknown."""
    value = mapped.value
    if isinstance(value, ResolveMixin):
        return [python_code.Context()]
    if not isinstance(mapped, DictOfListsExpandInput):
        return [python_code.Context() if isinstance(each, ResolveMixin) else each for each in value]
    options = []
    for name, each in value.items():
        items = list(each.items()) if isinstance(each, dict) else each
        if isinstance(each, ResolveMixin):
            items = [Unknown(name)]
        options.append([(name, item) for item in items])
    return [dict(each) for each in itertools.islice(itertools.product(*options), MOST_MAPPED)]


def _unmapped(task):
    mapped, _, _ = expand_input(task)
    first = next(iter(_instances(mapped)), {})
    return task.operator_class(
        task_id=f"{task.task_id}_unmapped", **(task.partial_kwargs | dict(first))
    )


_ARGUMENT_OF = {"_pre_execute_hook": "pre_execute", "_post_execute_hook": "post_execute"}
_UNKNOWN_OBJECTS = (
    *("conf", "conn", "macros", "var", "logical_date", "data_interval_start", "data_interval_end"),
    *("outlet_events", "inlet_events", "inlets", "outlets", "triggering_asset_events", "exception"),
    *("triggering_dataset_events", "map_index_template", "start_date", "prev_start_date_success"),
    *(("execution_date", "next_execution_date", "prev_execution_date") if IS_2 else ()),
)
_UNKNOWN_TEXTS = (
    "ds",
    "ds_nodash",
    "ts",
    "ts_nodash",
    "ts_nodash_with_tz",
    "task_instance_key_str",
)
