from app.model.facts import XCom
from app.store.pages.dag import LeafReader
from app.web.contract import contracts
from tests.build import make_task, make_xcom

VALUE: dict[str, object] = {"uri": "s3://x", "rows": 3, "stats": {"mean": 1.5}}


def check(xcoms: list[XCom], readers: list[LeafReader], *expected: str) -> None:
    """Contracts as `task: name type <- task.field, ...; unread`, one per task."""
    found = contracts((make_task("extract"), make_task("load")), xcoms, readers)
    lines = []
    for one in found:
        rows = [
            f"{row.name} {row.type} <- {', '.join(f'{r.task}.{r.field}' for r in row.readers)}"
            for row in one.rows
        ]
        lines.append(f"{one.task_id}: {'; '.join(rows)} | {one.unread}")
    assert tuple(lines) == expected


def reader(*path: str | int, field: str = "arguments[0]", key: str = "return_value") -> LeafReader:
    return LeafReader("extract", key, path, "load", field, 3)


def test_a_key_is_told_with_its_type_and_its_readers() -> None:
    check(
        [make_xcom("extract", VALUE)],  # type: ignore[arg-type]  # a JSON value
        [reader("uri"), reader("stats", "mean", field="env_vars.MEAN")],
        "extract: uri string <- load.arguments[0]; stats.mean number <- load.env_vars.MEAN | rows",
    )


def test_items_read_one_by_one_are_one_row() -> None:
    check(
        [make_xcom("extract", {"ids": ["a", "b"]})],
        [reader("ids", 0), reader("ids", 1)],
        "extract: ids[*] string <- load.arguments[0] | ",
    )


def test_a_list_whose_items_are_read_is_not_called_unread() -> None:
    check(
        [make_xcom("extract", ["a", "b"])],
        [reader(0), reader(1)],
        "extract: [*] string <- load.arguments[0] | ",
    )


def test_a_task_that_pushes_only_its_pods_name_gives_nothing() -> None:
    check([make_xcom("extract", "pod-x", key="pod_name")], [])


def test_a_key_that_is_read_but_gone_has_no_type() -> None:
    check([], [reader("uri")], "extract: uri  <- load.arguments[0] | ")
