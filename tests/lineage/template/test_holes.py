from hypothesis import given
from hypothesis import strategies as st

from app.lineage.template.holes import has_holes, hole, is_marked, literals, shown, with_anything


def test_a_hole_is_shown_in_braces() -> None:
    assert shown(f"load_{hole('t')}_x") == "load_{t}_x"


def test_the_known_texts_stand_between_the_holes() -> None:
    assert literals(f"load_{hole('t')}_x{hole('u')}") == ["load_", "_x", ""]


@given(name=st.text())
def test_any_name_makes_one_hole(name: str) -> None:
    text = hole(name)
    assert has_holes(text)
    assert len(with_anything(text)) == 1


def test_a_text_from_outside_that_holds_our_marks_is_known() -> None:
    assert is_marked("a\ue002b")
    assert not is_marked("plain")
