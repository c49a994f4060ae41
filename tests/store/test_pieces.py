from app.store.pieces import pieces


def test_a_long_list_comes_in_pieces_that_one_statement_takes() -> None:
    items = list(range(25_000))
    cut = list(pieces(items))
    assert [len(piece) for piece in cut] == [10_000, 10_000, 5_000]
    assert [item for piece in cut for item in piece] == items


def test_nothing_has_no_pieces() -> None:
    assert list(pieces([])) == []
