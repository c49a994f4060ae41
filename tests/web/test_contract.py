from app.model.findings import Evidence
from app.model.values import Json
from app.store.pages.contracts import LeafReader
from app.web.contract import contracts
from tests.build import START
from tests.web.contract_facts import make_contract_facts, make_missed, make_reader

VALUE: dict[str, Json] = {"uri": "s3://x", "rows": 3, "stats": {"mean": 1.5}}


def check(values: list[Json], readers: list[LeafReader], *expected: str) -> None:
    """Contracts as `task: name type, present <- task.field, ... | unread`, one per task."""
    found = contracts(make_contract_facts(values, readers), START)
    lines = []
    for one in found:
        rows = [
            f"{row.name} {row.type}, {row.present} <- "
            + ", ".join(f"{r.task}.{r.field}" for r in row.readers)
            for row in one.rows
        ]
        lines.append(f"{one.task_id}: {'; '.join(rows)} | {one.unread}")
    assert tuple(lines) == expected


def test_a_key_is_told_with_its_type_its_runs_and_its_readers() -> None:
    check(
        [VALUE, {**VALUE, "uri": None}, {"rows": 4}],
        [make_reader("uri"), make_reader("stats", "mean", field="env_vars.MEAN")],
        "extract: stats.mean number, 2 of 2 runs <- load.env_vars.MEAN;"
        " uri null or string, 2 of 3 runs <- load.arguments[0] | rows",
    )


def test_items_read_one_by_one_are_one_row() -> None:
    check(
        [{"ids": ["a", "b"]}],
        [make_reader("ids", 0), make_reader("ids", 1)],
        "extract: ids[*] string, 1 of 1 run <- load.arguments[0] | ",
    )


def test_a_list_whose_items_are_read_is_not_called_unread() -> None:
    check(
        [["a", "b"]],
        [make_reader(0), make_reader(1)],
        "extract: [*] string, 1 of 1 run <- load.arguments[0] | ",
    )


def test_what_is_read_as_a_whole_is_read_in_all_its_parts() -> None:
    check(
        [VALUE],
        [make_reader()],
        "extract: return_value mapping, 1 of 1 run <- load.arguments[0] | ",
    )


def test_the_highest_of_what_nobody_reads_is_told() -> None:
    check(
        [VALUE],
        [make_reader("uri")],
        "extract: uri string, 1 of 1 run <- load.arguments[0] | rows, stats",
    )


def test_a_key_that_was_read_and_not_learned_has_no_type() -> None:
    check([], [make_reader("uri")], "extract: uri ,  <- load.arguments[0] | ")


def test_readers_of_one_field_are_one_with_the_best_evidence() -> None:
    readers = [
        make_reader("uri", evidence=Evidence.DECLARED, line=7, runs=9),
        make_reader("uri", evidence=Evidence.CONFIRMED, line=8, runs=2),
        make_reader("uri", dag_id="other"),
    ]
    (one,) = contracts(make_contract_facts([VALUE], readers), START)
    own, other = one.rows[0].readers
    assert (own.dag, own.evidence, own.line, own.runs) == ("", "confirmed", 7, "9 runs")
    assert (other.dag, other.dag_id) == ("other", "other")


def test_what_is_read_and_never_there_is_told_with_what_was_meant() -> None:
    (one,) = contracts(make_contract_facts([VALUE], [], [make_missed("urri")]), START)
    (row,) = one.missed
    assert (row.name, row.suggestion, row.href) == ("urri", "did you mean uri?", "/problems/7")
    assert (row.reader.task, row.reader.field) == ("load", "arguments[0]")


def test_a_task_that_gives_nothing_and_is_asked_for_nothing_is_left_out() -> None:
    assert contracts(make_contract_facts(), START) == ()
