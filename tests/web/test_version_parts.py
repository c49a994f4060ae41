from dataclasses import replace
from typing import Any
from urllib.parse import quote

from app.model.facts import Try, XCom
from app.web.leaf_changes import Change
from app.web.timeline import History, Version, timeline
from app.web.version_links import field_hrefs
from app.web.version_parts import Ground, Part, explanation, gave_part, got_part, title
from tests.build import after, make_try, make_xcom

FIRST = make_try(state="failed", start=after(1), end=after(10), rendered={"a": "1", "b": "2"})
SECOND = make_try(try_number=2, start=after(60), end=after(70), rendered={"a": "1", "c": "3"})


def parts(
    *tries: Try, xcoms: tuple[XCom, ...] = (), number: int = -1, **more: Any
) -> tuple[Part, Part, Version]:
    """What was got and given in the last version, or in the one of that number."""
    versions = timeline(History(tries, (), xcoms, {}))
    shown = versions[number if number < 0 else number - 1]
    before = versions[shown.number - 2] if shown.number > 1 else None
    values = {xcom.at: xcom for xcom in xcoms}
    ground = Ground(versions, values, more.get("newer_runs", 0), more.get("gone_at"))
    return got_part(shown, before, ground), gave_part(shown, before, ground), shown


def told(part: Part) -> list[str]:
    return [f"{row.change} {row.address}" for row in (*part.differing, *part.same)]


def test_what_differs_comes_before_what_is_the_same() -> None:
    got, _, _ = parts(FIRST, SECOND)
    assert told(got) == ["added c", "gone b", "same a"]
    assert (got.summary, got.same_title) == ("1 added, 1 gone", "1 field as before")


def test_the_first_version_is_compared_with_nothing() -> None:
    got, gave, _ = parts(FIRST, xcoms=(make_xcom(value={"k": 1}),))
    assert {row.change for row in (*got.same, *gave.same)} == {Change.SAME}
    assert (got.summary, got.note, got.same_title) == ("2 fields", "", "")
    assert gave.summary == "1 leaf"


def test_fields_that_were_not_seen_are_said_to_be_so() -> None:
    got, _, _ = parts(replace(FIRST, rendered=None), SECOND, number=1)
    assert "a later try had written over them" in got.missing
    got, _, _ = parts(replace(FIRST, rendered=None), SECOND)
    assert "were not seen" in got.note
    assert told(got) == ["same a", "same c"]
    got, _, _ = parts(replace(FIRST, rendered=None))
    assert "a later try" not in got.missing
    got, _, _ = parts(make_try(try_number=0, start=None, state=None))
    assert got.missing == "It had not started, so nothing was rendered."


def test_a_version_that_gave_the_first_thing_is_no_list_of_additions() -> None:
    _, gave, _ = parts(FIRST, SECOND, xcoms=(make_xcom(value={"k": 1}, seconds=69),))
    assert gave.note == "The version before had given nothing."
    assert told(gave) == ["same return_value.k"]


def test_what_is_gone_again_is_told() -> None:
    _, gave, _ = parts(FIRST, SECOND, xcoms=(make_xcom(value={"k": 1}, seconds=9),))
    assert told(gave) == ["gone return_value.k"]
    assert gave.given == ()


def test_many_that_are_the_same_stay_folded_beside_one_that_differs() -> None:
    old = replace(FIRST, rendered={"args": list("abcdefghijkl"), "x": "1"})
    new = replace(SECOND, rendered={"args": list("abcdefghijkl"), "x": "2"})
    got, _, _ = parts(old, new)
    assert (told(got)[0], len(got.same), got.is_open) == ("changed x", 12, False)
    got, _, _ = parts(old, replace(new, rendered=old.rendered))
    assert (got.summary, got.is_open) == ("nothing changed", True)


def test_rows_beyond_what_a_page_holds_are_counted() -> None:
    _, gave, _ = parts(FIRST, xcoms=(make_xcom(value=list(range(1000))),))
    assert (len(gave.same), gave.more) == (300, 700)


def test_what_was_overwritten_is_kept_only_here() -> None:
    got, gave, _ = parts(FIRST, SECOND, xcoms=(make_xcom(is_gone=True),), number=1)
    assert got.kept_only
    assert [bool(one.kept_only) for one in gave.given] == [True]
    got, _, _ = parts(FIRST, SECOND)
    assert not got.kept_only
    got, gave, _ = parts(SECOND, xcoms=(make_xcom(seconds=69),), gone_at=after(99))
    assert got.kept_only
    assert gave.given[0].kept_only


def test_a_version_is_named_by_what_made_it() -> None:
    by_hand = (make_xcom(seconds=9), make_xcom(seconds=40))
    _, _, shown = parts(FIRST, xcoms=by_hand)
    assert title(shown) == "return_value changed by hand"
    assert "No try was at work" in explanation(shown)
    _, _, first = parts(FIRST)
    assert (title(first), explanation(first)) == ("Try 1", "")


def test_each_leaf_leads_to_the_page_of_its_value_in_that_version() -> None:
    first = make_xcom(value={"k": 1, "old": 2}, seconds=9)
    second = make_xcom(value={"k": 3}, seconds=69)
    versions = timeline(History((FIRST, SECOND), (), (first, second), {}))
    values = {xcom.at: xcom for xcom in (first, second)}
    ground = Ground(versions, values, 0, None, "prod")
    shown, before = versions[-1], versions[-2]
    hrefs = {row.address: row.href for row in gave_part(shown, before, ground).differing}
    assert quote(second.at.timestamp.isoformat()) in hrefs["return_value.k"]
    assert quote(first.at.timestamp.isoformat()) in hrefs["return_value.old"]
    got = {row.address: row.href for row in got_part(shown, before, ground).differing}
    assert "try=2" in got["c"]
    assert "try=1" in got["b"]


def test_fields_that_were_written_over_lead_nowhere() -> None:
    (version,) = timeline(History((FIRST,), (), (), {}))
    assert field_hrefs(replace(version, is_rendered_current=False), "prod") == {}
    assert field_hrefs(replace(version, rendered=None), "prod") == {}
    assert [*field_hrefs(version, "prod")] == ["a", "b"]
