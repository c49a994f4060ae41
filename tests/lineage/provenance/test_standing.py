from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.lineage.provenance.standing import standings


def test_a_text_stands_where_it_is_a_word_of_its_own() -> None:
    assert standings("z14", "z14/z14b/az14 z14") == ((0, 3), (14, 17))
    assert standings("14", "--zoom=14") == ((7, 9),)
    assert standings("", "anything") == ()


@given(st.text(alphabet="ab /", max_size=4), st.text(alphabet="ab /", max_size=30))
def test_every_stretch_is_the_text_and_none_overlaps_another(part: str, whole: str) -> None:
    found = standings(part, whole)
    assert all(whole[start:end] == part for start, end in found)
    assert all(one[1] <= other[0] for one, other in pairwise(found))
