from app.model.values import shape_of


def test_the_shape_of_a_path_has_none_for_positions() -> None:
    assert shape_of(("rows", 3, "0")) == ("rows", None, "0")
    assert shape_of(()) == ()
