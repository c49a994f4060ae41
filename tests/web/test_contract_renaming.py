from app.store.pages.contracts import LeafReader
from app.web.contract import key_rows
from app.web.contract_renaming import Renaming, renaming
from tests.build import RUN, START
from tests.lineage.contract.learned import learned_from
from tests.web.contract_facts import make_reader

SOURCE = "\n\n    arguments=[\"{{ ti.xcom_pull('extract')['tiles'][0]['uri'] }}\"],\n"


def rename(name: str, *readers: LeafReader) -> Renaming | None:
    contract = learned_from([{"tiles": [{"uri": "a"}], "rows": 1}])
    rows = key_rows(contract, readers, RUN.dag_id, START)
    row = next(row for row in rows if row.name == name)
    sources = {RUN.dag_id: SOURCE, "other": SOURCE}
    return renaming(row, rows, producer=(RUN.dag_id, "extract"), sources=sources)


def test_fields_of_every_dag_that_read_it_break_with_their_line() -> None:
    readers = (
        make_reader("tiles", 0, "uri", line=3),
        make_reader("tiles", 0, "uri", line=3, dag_id="other", field="env_vars.URI"),
    )
    found = rename("tiles[*].uri", *readers)
    assert found is not None
    assert found.title == "breaks 2 fields"
    assert [(one.dag_id, one.field, one.source) for one in found.fields] == [
        (RUN.dag_id, "arguments[0]", SOURCE.strip()),
        ("other", "env_vars.URI", SOURCE.strip()),
    ]
    assert found.copied == (
        "Renaming tiles[*].uri of task extract in DAG geo_tiles breaks 2 fields:\n"
        f"- geo_tiles / load arguments[0], line 3: {SOURCE.strip()}\n"
        f"- other / load env_vars.URI, line 3: {SOURCE.strip()}"
    )


def test_so_do_those_that_read_what_stands_in_it() -> None:
    found = rename("tiles", make_reader("tiles", 0, "uri"))
    assert found is not None
    assert [one.field for one in found.fields] == ["arguments[0]"]


def test_a_field_that_gets_the_whole_value_is_told_apart() -> None:
    found = rename("rows", make_reader(line=3), make_reader("rows", field="x"))
    assert found is not None
    assert [one.field for one in found.fields] == ["x"]
    assert [(one.field, one.source) for one in found.whole] == [("arguments[0]", "")]
    assert "may read it there:\n- geo_tiles / load arguments[0], line 3" in found.copied
    assert rename("rows", make_reader(line=3)) is None


def test_the_return_value_itself_has_no_name_to_change() -> None:
    assert rename("return_value", make_reader()) is None


def test_a_line_that_does_not_name_the_key_is_not_shown() -> None:
    found = rename("rows", make_reader("rows", line=3), make_reader("rows", field="x", line=99))
    assert found is not None
    assert [one.source for one in found.fields] == ["", ""]


def test_items_have_no_name_and_what_nobody_reads_breaks_nothing() -> None:
    assert rename("tiles[*]", make_reader("tiles", 0)) is None
    assert rename("rows", make_reader("tiles", 0)) is None
