import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lineage.explain.nearest import likeness, nearest


@pytest.mark.parametrize(
    ("wrong", "names", "meant"),
    [
        ("extarct", ["extract", "export", "exact"], "extract"),
        ("enirch", ["extract", "enrich", "join"], "enrich"),
        ("mkae", ["make", "bake", "fake"], "make"),
        ("out_path", ["gone", "rows", "output_path"], "output_path"),
        ("outputpath", ["output_path", "output"], "output_path"),
        ("extract-tiles", ["extract_tiles", "extract_files"], "extract_tiles"),
        ("checksum", ["rows", "path"], None),
        ("x", [], None),
    ],
)
def test_the_name_that_was_meant_is_found(wrong: str, names: list[str], meant: str | None) -> None:
    assert nearest(wrong, names) == meant


def test_of_two_names_equally_near_the_preferred_one_wins() -> None:
    assert nearest("lxad", ["load", "lead"], preferred=["lead"]) == "lead"


@given(wrong=st.text(), names=st.lists(st.text()))
def test_a_suggestion_is_one_of_the_names_and_never_the_wrong_one(
    wrong: str, names: list[str]
) -> None:
    assert nearest(wrong, names) in {None, *names} - {wrong}


@given(one=st.text(), other=st.text())
def test_likeness_is_between_nothing_and_the_same(one: str, other: str) -> None:
    assert 0 <= likeness(one, other) <= 1
