from app.store.layouts import read_layout, write_layout
from app.store.session import Store


def test_a_layout_is_found_by_its_structure(store: Store) -> None:
    with store.writing() as session:
        write_layout(session, "one", {"cards": [1.5, None], "id": "\0"})
        write_layout(session, "two", {})
        write_layout(session, "two", {"cards": []})
    with store.reading() as reader:
        assert read_layout(reader, "one") == {"cards": [1.5, None], "id": "\0"}
        assert read_layout(reader, "two") == {"cards": []}
        assert read_layout(reader, "three") is None
