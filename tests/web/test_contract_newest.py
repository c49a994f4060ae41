from dataclasses import replace
from urllib.parse import quote

from app.lineage.contract.places import places
from app.model.contract import Any, Place
from app.model.facts import XCom
from app.model.values import Json
from app.web.contract_newest import Newest, newest_values
from tests.build import make_xcom
from tests.lineage.contract.learned import learned_from


def newest(learned: Json, value: Json, **more: object) -> dict[Place, Newest]:
    xcom: XCom = replace(make_xcom("extract", value), **more)  # type: ignore[arg-type] # fields of several types
    known = [place for place, _, _ in places(learned_from([learned]))]
    return newest_values([xcom], known, deployment="prod")


def test_each_place_leads_to_what_stands_there_now() -> None:
    learned: Json = {"uri": "a", "tiles": [{"id": 1}], "old": 1, "by": {"2026-11-20": 2}}
    value: Json = {"uri": "b", "tiles": [{"id": 7}, {"id": 8}], "by": {"2026-11-21": 3}}
    found = newest(learned, value)
    at = ("return_value",)
    examples = {place: one.example for place, one in found.items()}
    assert examples == {
        at: None,
        (*at, "uri"): "b",
        (*at, "tiles"): None,
        (*at, "tiles", Any.ITEM): None,
        (*at, "tiles", Any.ITEM, "id"): 7,
        (*at, "by"): None,
        (*at, "by", Any.NAME): 3,
    }
    assert quote('["tiles",0,"id"]') in found[*at, "tiles", Any.ITEM, "id"].href
    assert quote('["by","2026-11-21"]') in found[*at, "by", Any.NAME].href


def test_what_was_cut_or_is_empty_or_another_thing_leads_nowhere() -> None:
    learned: Json = {"tiles": [{"id": 1}], "n": {"a": 1}}
    assert newest(learned, '{"tiles": [', truncated=True) == {}
    at = ("return_value",)
    assert [*newest(learned, {"tiles": [], "n": 3})] == [at, (*at, "n"), (*at, "tiles")]


def test_secrets_and_ids_are_no_examples() -> None:
    found = newest({"token": "a", "id": "b"}, {"token": "***", "id": "9f2c41d09f2c41d09f2c41d0"})
    assert [one.example for one in found.values()] == [None, None, None]
