from hypothesis import given
from hypothesis import strategies as st

from app.web.run_lines import rounded

points = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=2, max_size=6)


def test_corners_are_round_and_ends_exact() -> None:
    path = rounded([(0, 10), (50, 10), (50, 40), (90, 40)])
    assert path == "M0,10L44,10Q50,10 50,16L50,34Q50,40 56,40L90,40"


def test_a_short_side_gets_a_smaller_corner() -> None:
    assert rounded([(0, 0), (10, 0), (10, 4)]) == "M0,0L8,0Q10,0 10,2L10,4"


@given(points)
def test_any_line_begins_and_ends_where_it_should(line: list[tuple[int, int]]) -> None:
    path = rounded(line)
    assert path.startswith(f"M{line[0][0]},{line[0][1]}")
    assert path.endswith(f"L{line[-1][0]},{line[-1][1]}")
