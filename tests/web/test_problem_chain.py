"""Who failed because of whom, as the problem's page lists it."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from app.model.facts import Task
from app.model.findings import Consumer, Problem, ProblemKind, Producer, Severity
from app.model.ids import RunKey, TaskInstanceKey, TryKey
from app.store.pages.problem_chain import ChainFacts
from app.store.problems import StoredProblem
from app.web.problem_chain import Chain, chain

RUN = RunKey("orders", "r1")
AT = datetime(2026, 11, 21, tzinfo=UTC)


def instance(task_id: str, index: int = -1) -> TaskInstanceKey:
    return TaskInstanceKey("orders", "r1", task_id, index)


def push(pk: int, task_id: str) -> StoredProblem:
    producer = Producer(instance(task_id), 1, "return_value")
    return stored(pk, Problem(ProblemKind.POD_FAILED, Severity.ERROR, "", producer=producer))


def pull(
    pk: int, task_id: str, root: str | None = None, *, field: str = "env_vars.SRC"
) -> StoredProblem:
    problem = Problem(
        ProblemKind.EMPTY_RETURN_JSON,
        Severity.ERROR,
        "",
        consumer=Consumer(instance(task_id), 1, field),
        root=TryKey(instance(root), 1) if root else None,
        is_victim=True,
    )
    return stored(pk, problem)


def stored(pk: int, problem: Problem) -> StoredProblem:
    return StoredProblem(pk, "default", RUN, None, "open", AT, AT, problem)


def told(facts: ChainFacts, here: int = 1) -> list[str]:
    """Each step in one line: indented, with its state, note and fields."""
    found = chain(facts, here=here, deployment="default")
    return [
        "  " * step.depth
        + " ".join(filter(None, (step.name, step.state, *(one.field for one in step.fields))))
        for step in found.steps
    ]


def facts(*problems: StoredProblem, order: str = "", states: str = "") -> ChainFacts:
    """`order`: "a>b b>c"; `states`: "a:failed b:success", of three instances "m*3:failed"."""
    pairs = [pair.split(">") for pair in order.split()]
    tasks = tuple(
        Task(name, downstream=frozenset(b for a, b in pairs if a == name))
        for name in dict.fromkeys(one for pair in pairs for one in pair)
    )
    found: dict[TaskInstanceKey, str | None] = {}
    for one in states.split():
        name, state = one.split(":")
        task_id, _, number = name.partition("*")
        for index in range(int(number or 1)):
            found[instance(task_id, index if number else -1)] = state
    return ChainFacts(problems, tasks, found)


def test_a_failed_pod_stands_above_those_that_read_from_it() -> None:
    lines = told(
        facts(
            push(1, "export"),
            pull(2, "load", "export"),
            pull(3, "check", "export"),
            pull(4, "check", "export", field="arguments[0]"),
            states="export:failed load:failed check:success",
        )
    )
    assert lines == [
        "export failed",
        "  load failed env_vars.SRC",
        "  check success env_vars.SRC arguments[0]",
    ]


def test_a_green_pod_without_a_problem_of_its_own_is_the_cause_all_the_same() -> None:
    lines = told(facts(pull(1, "load", "export"), states="export:success load:failed"))
    assert lines == ["export success", "  load failed env_vars.SRC"]


def test_a_green_cause_is_named_by_what_it_owes() -> None:
    owing = facts(pull(1, "load", "export"), states="export:success load:failed")
    cause = chain(owing, here=1, deployment="default").steps[0]
    assert (cause.is_cause, cause.note) == (True, "Empty return.json")


def test_what_never_started_stands_below_what_stopped_it() -> None:
    lines = told(
        facts(
            pull(1, "load"),
            order="load>publish publish>notify load>ready",
            states="load:failed publish:upstream_failed notify:upstream_failed ready:success",
        )
    )
    assert lines == [
        "load failed env_vars.SRC",
        "  publish upstream_failed",
        "    notify upstream_failed",
    ]


def test_a_reader_of_a_task_that_never_started_stands_below_it() -> None:
    lines = told(
        facts(
            push(1, "export"),
            pull(2, "report", "load"),
            order="export>load load>report",
            states="export:failed load:upstream_failed report:failed",
        )
    )
    assert lines == [
        "export failed",
        "  load upstream_failed",
        "    report failed env_vars.SRC",
    ]


def test_the_same_mistake_in_two_tasks_is_listed_side_by_side() -> None:
    lines = told(facts(pull(1, "a"), pull(2, "b"), states="a:failed b:failed"))
    assert lines == ["a failed env_vars.SRC", "b failed env_vars.SRC"]


def test_instances_of_a_mapped_task_are_one_step() -> None:
    lines = told(
        facts(push(1, "export"), pull(2, "m", "export"), states="export:failed m*3:failed")
    )
    assert lines[1] == "  m \N{MULTIPLICATION SIGN}3 failed env_vars.SRC"


def test_a_problem_from_which_nothing_follows_has_no_chain() -> None:
    assert told(facts(pull(1, "load"), order="load>end", states="load:failed end:success")) == []


def test_a_long_chain_is_cut_and_says_so() -> None:
    victims = [pull(n, f"load_{n:02}", "export") for n in range(2, 40)]
    found = chain(facts(push(1, "export"), *victims), here=1, deployment="default")
    assert (len(found.steps), found.unshown) == (24, 15)


def test_the_step_of_this_page_is_marked_and_each_field_links_to_its_problem() -> None:
    found = chain(facts(push(1, "export"), pull(2, "load", "export")), here=2, deployment="d")
    assert [step.is_here for step in found.steps] == [False, True]
    assert [step.is_cause for step in found.steps] == [True, False]
    assert [one.href for one in found.steps[1].fields] == ["/problems/2"]
    assert found.steps[0].note == "Pod failed"


NAMES = st.sampled_from("abcde")


@given(
    st.lists(st.tuples(NAMES, st.none() | NAMES), max_size=8),
    st.lists(st.tuples(NAMES, NAMES), max_size=8),
    st.dictionaries(NAMES, st.sampled_from(["failed", "upstream_failed", "success"])),
)
def test_any_problems_in_any_order_of_tasks_give_each_task_once(
    pulls: list[tuple[str, str | None]], order: list[tuple[str, str]], states: dict[str, str]
) -> None:
    given_facts = facts(
        *(pull(n, task, root) for n, (task, root) in enumerate(pulls)),
        order=" ".join(f"{a}>{b}" for a, b in order),
        states=" ".join(f"{name}:{state}" for name, state in states.items()),
    )
    found: Chain = chain(given_facts, here=0, deployment="default")
    names = [step.name for step in found.steps]
    assert len(names) == len(set(names))
    assert not names or {task for task, _ in pulls} <= set(names)
