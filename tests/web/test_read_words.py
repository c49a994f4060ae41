from app.web.read_words import within_the_whole


def test_tasks_that_pulled_the_whole_are_named_once_and_a_few() -> None:
    assert within_the_whole(["a"]) == "read as part of the whole, by a"
    assert within_the_whole(["a", "b", "a"]) == "read as part of the whole, by a and b"
    assert within_the_whole("abcde") == "read as part of the whole, by a, b, c and 2 more"
