"""Whether the producer had run by the time at which it was read."""

from app.lineage.explain.case import Case
from app.lineage.explain.checks import Proof
from app.lineage.explain.verdict import Verdict
from app.model.facts import Reach, Try
from app.model.findings import ProblemKind, Suggestion
from app.model.ids import TryKey

#: States of a task that did not run to its end, and how a sentence says it.
_STOPPED = {
    "failed": "failed",
    "upstream_failed": "could not run, as a task before it failed",
    "up_for_retry": "failed and waits for its next try",
    "skipped": "was skipped",
}
#: States of a task that waits, and how a sentence says it.
_WAITING = {
    "queued": "was still queued",
    "scheduled": "was still waiting to be queued",
    "restarting": "was being restarted",
    "up_for_reschedule": "was still waiting",
    "removed": "was removed from the DAG",
}
_RAN = frozenset({"success", "running", "deferred"})


def is_upstream(case: Case, proof: Proof) -> Verdict | None:
    """Only a remark while the value was there in time; the cause when it was not."""
    if case.is_elsewhere or not case.index.tasks:
        return None
    name, reader = case.read.task_id, case.reader.task_id
    is_before = name in case.index.above(reader)
    is_behind = reader in case.index.above(name)
    comes = "comes" if is_before else "need not come"
    seen = f"{name} {comes} before {reader}"
    seen = f"{name} comes after {reader}" if is_behind else seen
    if proof.note("is upstream", ok=is_before, seen=seen) or case.read.xcom is not None:
        return None
    if is_behind:
        title = f"reads {name}, which only runs after it"
        text = f"turn the order round: {name} >> {reader}; or read a task that comes before"
        return Verdict(ProblemKind.NOT_UPSTREAM, title, Suggestion(text), name)
    producer = case.producer_try
    if producer is not None and producer.state in _STOPPED and not _ended_later(case):
        return None
    if producer is None or producer.end is None or case.versions or _ended_later(case):
        title = f"reads {name}, which need not have ended before it starts"
        text = f"let {reader} run after it: {name} >> {reader}"
        return Verdict(ProblemKind.NOT_UPSTREAM, title, Suggestion(text), name)
    return None


def _ended_later(case: Case) -> bool:
    producer, moment = case.producer_try, case.moment
    return bool(producer and producer.end and moment and producer.end > moment)


def has_run(case: Case, proof: Proof) -> Verdict | None:
    """The verdict on a producer that was skipped, failed, waited, or runs again; else None."""
    missing = _no_such_run(case, proof)
    if missing is not None:
        return missing
    one, name = case.producer_try, case.read.task_id
    state = one.state if one else None
    if case.read.xcom is not None:
        proof.note("ran", ok=True, seen=f"{name}: {state or 'pushed'}")
        return None
    again = _runs_again(case)
    if again is None and state in _RAN and not _ended_later(case):
        proof.note("ran", ok=True, seen=f"{name}: {state}")
        return None
    proof.note("ran", ok=False, seen=f"{name}: {again or state or 'no state'}")
    is_later = _ended_later(case)
    if again is None and one is not None and state in _STOPPED and not is_later:
        return _stopped(case, one)
    how = again or _WAITING.get(state or "", "had not run" if not is_later else _at_the_time(case))
    text = f"let {case.reader.task_id} start when {name} has ended, or give it a default"
    return Verdict(ProblemKind.PRODUCER_NOT_RUN, f"reads {name}, which {how}", Suggestion(text))


def _at_the_time(case: Case) -> str:
    """How the producer was when it was read, before it came to its end."""
    one, moment = case.producer_try, case.moment
    has_begun = bool(one and one.start and moment and one.key.try_number and one.start <= moment)
    return "was still running" if has_begun else "had not run yet"


def _stopped(case: Case, one: Try) -> Verdict:
    name, how = case.read.task_id, _STOPPED[str(one.state)]
    if one.state == "skipped":
        text = f"read it with a default for the case that it {how}"
        return Verdict(ProblemKind.PRODUCER_SKIPPED, f"reads {name}, which {how}", Suggestion(text))
    text = f"mend {name}, or read it with a default for the case that it {how}"
    return Verdict(
        ProblemKind.PRODUCER_FAILED,
        f"reads {name}, which {how}",
        Suggestion(text),
        root=_first_failed(case, one),
    )


def _first_failed(case: Case, one: Try) -> TryKey:
    """Of a producer that could not run, the task that failed before it, when there is only one."""
    if one.state != "upstream_failed":
        return one.key
    above = case.index.ancestors(case.read.task_id)
    failed = [
        latest.key
        for task_id in above
        for instance in case.index.instances(case.dag_id, task_id)
        if (latest := case.index.latest(instance)) and latest.state == "failed"
    ]
    return failed[0] if len(failed) == 1 else one.key


def _runs_again(case: Case) -> str | None:
    """How the producer had lost its value, or had it only later, by what it pushed otherwise."""
    moment = case.moment
    if moment is None or not case.versions:
        return None
    tries = [one for one in case.index.tries.get(case.producer, ()) if one.start]
    if not any(one.at.timestamp <= moment for one in case.versions):
        return "pushed it only later"
    last = case.producer_try
    before = [one for one in tries if last and one.key.try_number < last.key.try_number]
    if last is None or not before or last.end is None or last.end <= moment:
        return None
    number = last.key.try_number
    if before[-1].state == "success":
        return f"was cleared and ran again (try {number})"
    return f"was in its next try ({number}), whose start took away what it had pushed"


def _no_such_run(case: Case, proof: Proof) -> Verdict | None:
    """Another DAG, or another run, in which there is no run as the pull asks for."""
    ask = case.ask
    run_id = ask.run_id or case.reader.run_id
    if not case.is_elsewhere and ask.run_id is None:
        return None
    reach = Reach(case.dag_id, run_id, case.read.task_id, ask.key, ask.is_prior)
    facts = case.index.facts
    is_here = any(one.key.instance.run_id == run_id for one in facts.other_tries)
    if reach not in facts.reached or facts.reached[reach] or (is_here and not ask.is_prior):
        return None
    proof.note("ran", ok=False, seen=f"no run {run_id} of {case.dag_id} is known")
    title = f"reads {case.dag_id} in a run that it does not have"
    return Verdict(
        ProblemKind.CROSS_DAG_RUN_MISMATCH, title, Suggestion(_other_run(case)), case.dag_id
    )


def _other_run(case: Case) -> str:
    """What works instead, by what the pull tried."""
    dag_id = case.dag_id
    works = (
        f"name one of its runs (run_id='…'), start {dag_id} with the same run_id, or hand the"
        " value over (conf of TriggerDagRunOperator, extra of an asset event)"
    )
    if case.ask.run_id is not None:
        return f"{dag_id} has no run {case.ask.run_id}: name one that it has"
    if case.ask.is_prior and case.is_airflow_3:
        return (
            f"in Airflow 3 include_prior_dates finds earlier runs of {dag_id} only while it has a"
            f" run with this run_id: {works}"
        )
    return f"a pull from another DAG reads its run of the same run_id: {works}"
