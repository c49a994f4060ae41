from app.lineage.contract.places import place_of, places
from app.model.contract import Any
from tests.lineage.contract.learned import node_at, ran

_KEY = "return_value"


def test_places_stand_before_what_stands_in_them() -> None:
    contract = ran(1, {"tiles": [{"uri": "a"}], "by_day": {"2026-11-20": 1}})
    assert [place for place, *_ in places(contract)] == [
        (_KEY,),
        (_KEY, "by_day"),
        (_KEY, "by_day", Any.NAME),
        (_KEY, "tiles"),
        (_KEY, "tiles", Any.ITEM),
        (_KEY, "tiles", Any.ITEM, "uri"),
    ]


def test_a_path_is_found_whatever_its_position_and_data_key() -> None:
    contract = ran(1, {"tiles": [{"uri": "a"}], "by_day": {"2026-11-20": 1}})
    assert place_of(contract, _KEY, ("tiles", 7, "uri")) == (_KEY, "tiles", Any.ITEM, "uri")
    assert place_of(contract, _KEY, ("by_day", "2026-12-01")) == (_KEY, "by_day", Any.NAME)
    assert place_of(contract, _KEY, ("tiles", "uri")) is None
    assert place_of(contract, "other", ()) is None
    assert node_at(contract, _KEY, ("uri",)) is None
