"""Places folded and named, one row per kind in each run; pure."""

from app.lineage.provenance.occurrences import Occurrence
from app.model.findings import Evidence
from app.model.ids import RunKey
from app.web.value_places import PlaceRow, excerpt, run_groups
from tests.lineage.provenance.places import VALUE, gave, got, of, read


def rows(*occurrences: Occurrence) -> list[PlaceRow]:
    return [row for group in run_groups(occurrences, newest_first=False) for row in group.rows]


def told(row: PlaceRow) -> str:
    return " ".join(filter(None, (row.task, row.number, row.verb, row.where, row.note)))


def test_mapped_instances_that_are_alike_are_one_row() -> None:
    given = gave("extract", "uris", 0)
    taken = [got("load", map_index=index, at=11 + index) for index in range(128)]
    found = of(given, *taken, flows=tuple(read(given, one) for one in taken))
    assert [told(row) for row in rows(*found.occurrences)] == [
        "extract gave uris[0] read by 128 fields",
        "load \N{MULTIPLICATION SIGN}128 got arguments[0] from extract uris[0]",
    ]


def test_positions_that_differ_are_told_as_each_item() -> None:
    chosen = gave("extract", "uris", 0)
    found = of(chosen, *(gave("list", "all", index, "uri") for index in range(3)))
    assert told(rows(*found.occurrences)[1]) == "list \N{MULTIPLICATION SIGN}3 gave all[*].uri"


def test_what_is_known_of_places_keeps_them_apart() -> None:
    given = gave("extract", "uri")
    sure, guessed = got("load", map_index=0), got("load", map_index=1, at=12)
    flows = (read(given, sure), read(given, guessed, evidence=Evidence.INFERRED))
    found = of(given, sure, guessed, flows=flows)
    assert [(row.task, row.evidence) for row in rows(*found.occurrences)] == [
        ("extract", ""),
        ("load [0]", "confirmed"),
        ("load [1]", "inferred"),
    ]


def test_a_field_that_was_not_seen_or_shows_another_value_is_said_to() -> None:
    given = gave("extract", "uri")
    flows = tuple(
        read(given, got(task), evidence=evidence)
        for task, evidence in (("a", Evidence.DECLARED), ("b", Evidence.CONTRADICTED))
    )
    found = of(given, flows=flows)
    assert [row.note for row in rows(*found.occurrences)][1:] == [
        "from extract uri · the field was not seen",
        "from extract uri · the field shows another value",
    ]


def test_what_was_passed_on_names_the_field_that_got_it() -> None:
    first, taken, on = gave("extract", "uri"), got("load"), gave("load", "out", at=19)
    found = of(first, taken, on, flows=(read(first, taken),))
    assert told(rows(*found.occurrences)[-1]) == "load passed on out from arguments[0]"


def test_runs_are_told_by_their_first_place_in_either_order() -> None:
    there = RunKey("geo_tiles", "another")
    ones = of(gave("extract", "uri", at=50), gave("list", "uri", run=there)).occurrences
    assert run_groups(ones, newest_first=False)[0].run_id == "another"
    newest = run_groups(ones, newest_first=True)
    assert [group.is_own for group in newest] == [True, False]


def test_the_newest_first_holds_within_a_run_too() -> None:
    given, taken = gave("extract", "uri"), got("load")
    ones = of(given, taken, flows=(read(given, taken),)).occurrences
    newest, oldest = (run_groups(ones, newest_first=each)[0] for each in (True, False))
    assert [row.task for row in newest.rows] == ["load", "extract"]
    assert [row.task for row in oldest.rows] == ["extract", "load"]
    assert newest.when == oldest.when


def test_the_value_is_marked_within_a_longer_text() -> None:
    whole = f"{'x ' * 40}{VALUE} and more of it, so much that it has to be cut"
    pieces = excerpt(whole, (80, 80 + len(VALUE)))
    assert [piece.text for piece in pieces if piece.css] == [VALUE]
    assert pieces[0].text.startswith("…")
    assert pieces[-1].text.endswith("…")


def test_places_that_look_alike_in_short_are_named_whole() -> None:
    chosen = gave("extract", "rows")
    found = of(chosen, gave("extract", name="rows"), gave("extract", "uri"))
    assert [row.where for row in rows(*found.occurrences)] == ["return_value.rows", "uri", "rows"]
