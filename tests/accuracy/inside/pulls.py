"""The `ti` that tasks are given here: it writes down every pull and the way into its value."""

from unknown import OF_THE_RUN, Unknown, expected_items, use_all, ways

RETURN_VALUE = "return_value"


class Pulls:
    """The pulls of one place of one task: what was pulled, and which uses were made of it."""

    def __init__(self):
        # (call site, dag_id, task_ids, key) -> {(producers, path): was it more than tested}
        self._uses = {}
        self.recording = True

    def use(self, pull, path, *, tested):
        if self.recording:
            uses = self._uses.setdefault(pull, {})
            uses[path] = uses.get(path, False) or not tested

    def found(self):
        """Each (dag_id, producer or None, key, path) once."""
        found = {}
        for (_, dag_id, producers, is_list, key), uses in self._uses.items():
            for path, beyond_test in uses.items():
                if beyond_test or not _is_on_the_way(path, uses):
                    for producer, rest in _producers(producers, is_list, path):
                        found[dag_id, producer, key, rest] = None
        return list(found)


def _is_on_the_way(path, uses):
    """A test of a value that is used further is no use of its own: `r.k if r else 0`."""
    return any(len(other) > len(path) and other[: len(path)] == path for other in uses)


def _producers(producers, is_list, path):
    """A list of task ids gives a list: the first constant number picks the task."""
    if not producers:
        return [(None, path)]
    if is_list and path and type(path[0]) is int:
        try:
            return [(producers[path[0]], path[1:])]
        except IndexError:
            return []
    return [(producer, path) for producer in producers]


class Pulled(Unknown):
    """A pulled value: keeps the path that is taken into it, and tells its pulls of the use."""

    def __init__(self, pulls, pull, path=(), parent=None):
        super().__init__("pulled")
        self.__dict__["_xt"] = (pulls, pull, path, parent)

    def _xt_used(self, how):
        pulls, pull, path, _ = self.__dict__["_xt"]
        pulls.use(pull, path, tested=how == "test")

    def _xt_truth(self):
        _, pull, path, _ = self.__dict__["_xt"]
        return ways.decide(about=(pull[1:], path))

    def _xt_step(self, step, parent=None):
        pulls, pull, path, _ = self.__dict__["_xt"]
        return Pulled(pulls, pull, (*path, step), parent)

    def __getattr__(self, name):
        super().__getattr__(name)
        return self._xt_step(name, parent=self)

    def __getitem__(self, item):
        if isinstance(item, Unknown):
            item._xt_used("step")
        if type(item) in (str, int) and OF_THE_RUN not in str(item):
            return self._xt_step(item)
        self._xt_used("step")
        return Unknown()

    def __iter__(self):
        # `a, b = value` takes `value[0]` and `value[1]`; a loop ends the path.
        wanted = expected_items()
        if wanted is None:
            return super().__iter__()
        return iter([self[position] for position in range(wanted)])

    def __call__(self, *args, **kwargs):
        parent, method = self.__dict__["_xt"][3], self.__dict__["_xt"][2][-1:]
        use_all([args, kwargs])
        if parent is not None and method == ("get",) and args:
            return parent[args[0]]
        (self if parent is None else parent)._xt_used("call")
        return Unknown()


class TaskInstance(Unknown):
    """A task instance whose `xcom_pull` is written down."""

    def __init__(self, pulls, task, dag, *, follow):
        super().__init__("ti")
        self.__dict__.update(
            _xt_pulls=pulls,
            _xt_follow=follow,
            _xt_count=0,
            task=task,
            task_id=task.task_id,
            dag_id=dag.dag_id,
            xcom_push=lambda *args, **kwargs: None,
        )

    def xcom_pull(  # noqa: PLR0913 # Airflow's own signature
        self,
        task_ids=None,
        dag_id=None,
        key=RETURN_VALUE,
        include_prior_dates=False,  # noqa: FBT002 # likewise
        session=None,
        *,
        xt_site=None,
        **_,
    ):
        for value in (task_ids, dag_id, key):
            if isinstance(value, Pulled):
                value._xt_used("call")
        names, is_list = _names(task_ids)
        dag_id = self.__dict__["dag_id"] if dag_id is None else _text(dag_id)
        pull = (xt_site, dag_id, names, is_list, _text(key))
        pulls = self.__dict__["_xt_pulls"]
        if not self.__dict__["_xt_follow"]:
            pulls.use(pull, (), tested=False)
            return Unknown("pulled")
        return Pulled(pulls, pull)


def _names(task_ids):
    if task_ids is None:
        return (), False
    if isinstance(task_ids, (str, Unknown)):
        return (_text(task_ids),), False
    try:
        return tuple(_text(each) for each in task_ids), True
    except TypeError:
        return (OF_THE_RUN,), False


def _text(value):
    if isinstance(value, Unknown) or value is None:
        return OF_THE_RUN if value is not None else None
    return str(value)
