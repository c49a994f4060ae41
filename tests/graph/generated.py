"""Materials of any size and shape for properties: whatever lineage may say about a run."""

from hypothesis import strategies as st

from app.graph.material import Instance, Material
from app.model.findings import Evidence, OnwardFlow, ProblemKind, Suggestion
from app.model.ids import NOT_MAPPED, RunKey
from tests.build import (
    RUN,
    make_consumer,
    make_flow,
    make_instance,
    make_problem,
    make_producer,
    make_pull,
    make_task,
    make_xcom,
)

_NAMES = st.sampled_from(["extract", "load", "group.inner", "group.other", "odd:name", "x"])
_STEPS = st.one_of(st.integers(0, 30), st.sampled_from(["key1", "a b", "it's", "", "*"]))
_PATHS = st.lists(_STEPS, max_size=3).map(tuple)
_INDEXES = st.sampled_from([NOT_MAPPED, NOT_MAPPED, 0, 1, 2])
_RUNS = st.sampled_from([RUN, RUN, RUN, RunKey("other", RUN.run_id)])
_FIELDS = st.sampled_from(["arguments[0]", "arguments[10]", "env_vars.A", "", "a:b"])
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)

_flows = st.builds(
    lambda run, task, path, consumer, field, index, evidence: make_flow(
        make_producer(task, path, run=run),
        make_consumer(consumer, field, map_index=index),
        evidence=evidence,
    ),
    _RUNS, _NAMES, _PATHS, _NAMES, _FIELDS, _INDEXES, st.sampled_from(Evidence),
)  # fmt: skip
_problems = st.builds(
    lambda kind, consumer, path, word: make_problem(
        kind,
        consumer=make_consumer(consumer),
        pull=make_pull("extract", path=path),
        suggestion=Suggestion(f"did you mean {word}?"),
    ),
    st.sampled_from(ProblemKind), _NAMES, _PATHS, _NAMES,
)  # fmt: skip
_instances = st.builds(
    lambda task, index, state: Instance(make_instance(task, map_index=index), 1, state),
    _NAMES, _INDEXES, st.sampled_from(["success", "failed", None, "odd"]),
)  # fmt: skip

_onward = st.builds(
    lambda dag, run, task, path, consumer, field, runs: OnwardFlow(
        make_flow(
            make_producer(task, path), make_consumer(consumer, field, run=RunKey(dag, run))
        ),
        runs,
        "success",
    ),
    st.sampled_from([RUN.dag_id, *"abcdefgh"]), st.sampled_from(["r1", "r2"]), _NAMES, _PATHS,
    _NAMES, _FIELDS, st.integers(1, 3),
)  # fmt: skip

#: Tasks lead from earlier names to later ones, as in a DAG; flows may point anywhere.
materials = st.builds(
    lambda follows, instances, values, flows, problems, onward, unfolded: Material(
        run=RUN,
        tasks=tuple(make_task(first, second) for first, second in follows if first < second),
        instances=tuple({one.key: one for one in instances}.values()),
        xcoms=tuple(make_xcom(name, value) for name, value in values.items()),
        flows=tuple(flows),
        problems=tuple(problems),
        onward=tuple(onward),
        unfolded=unfolded,
    ),
    st.lists(st.tuples(_NAMES, _NAMES), max_size=5),
    st.lists(_instances, max_size=6),
    st.dictionaries(_NAMES, _VALUES, max_size=3),
    st.lists(_flows, max_size=8),
    st.lists(_problems, max_size=3),
    st.lists(_onward, max_size=8),
    st.frozensets(_NAMES, max_size=2),
)
