from app.web.compare_versions import DiffLine, version_diff


def test_lines_that_differ_are_shown_with_those_around_them() -> None:
    before = "\n".join("abcdefgh")
    after = "\n".join("abcdXfgh")
    found = version_diff((1, before), (2, after))
    assert found is not None
    assert found.title == "DAG version 1 ran left, 2 right"
    assert found.lines == (
        DiffLine("@", ""),
        *(DiffLine(" ", one) for one in "cd"),
        DiffLine("-", "e"),
        DiffLine("+", "X"),
        *(DiffLine(" ", one) for one in "fg"),
    )


def test_the_same_version_shows_nothing() -> None:
    assert version_diff((1, "a"), (1, "a")) is None
    assert version_diff((None, None), (None, None)) is None


def test_what_cannot_be_shown_is_said() -> None:
    notes = [
        version_diff((1, "a"), (2, None)),
        version_diff((1, "a"), (2, "a")),
        version_diff((1, "a\n" * 5000), (2, "b")),
    ]
    assert [one.note if one else "" for one in notes] == [
        "The source of one of them is not kept.",
        "The DAG's own file is the same in both.",
        "The file is too long to be compared line by line.",
    ]


def test_a_difference_without_end_is_cut() -> None:
    found = version_diff((1, "a\n" * 400), (2, "b\n" * 400))
    assert found is not None
    assert len(found.lines) == 240
    assert found.note == "561 more lines differ"
