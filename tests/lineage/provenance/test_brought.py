from app.lineage.provenance.brought import brought, field_texts, parts_of
from app.lineage.provenance.followed import Piece
from app.model.findings import Evidence, Flow
from app.model.ids import RunKey
from app.model.values import Json
from tests.build import make_consumer, make_flow, make_producer

VALUE = "s3://lake/part-7f3a9c.parquet"
RUN = RunKey("geo_tiles", "r1")


def into(field: str, *spans: tuple[int, int], **more: Evidence) -> Flow:
    return make_flow(make_producer(), make_consumer(field=field, spans=spans), **more)


def found(text: str, fields: dict[str, str], *flows: Flow) -> tuple[Piece, ...]:
    return brought(text, run=RUN, fields=fields, flows=flows)


def test_what_a_flow_brought_into_a_field_and_stands_in_what_was_given_is_found() -> None:
    fields = {"arguments[0]": f"--in={VALUE}"}
    flow = into("arguments[0]", (5, 34))
    assert found(f"wrote {VALUE}", fields, flow) == (
        Piece((6, 35), flow.producer, Evidence.INFERRED),
    )
    assert found("wrote nothing", fields, flow) == ()


def test_what_chance_puts_anywhere_says_nothing() -> None:
    assert found("14 tiles", {"arguments[0]": "14"}, into("arguments[0]", (0, 2))) == ()


def test_a_field_that_shows_another_value_brought_nothing() -> None:
    flow = into("arguments[0]", (0, 29), evidence=Evidence.CONTRADICTED)
    assert found(f"wrote {VALUE}", {"arguments[0]": VALUE}, flow) == ()


def test_fields_are_told_by_the_addresses_that_flows_name() -> None:
    rendered: dict[str, Json] = {
        "env_vars": [{"name": "IN", "value": VALUE}],
        "arguments": ["a", 3],
    }
    assert field_texts(rendered) == {
        "env_vars.IN": VALUE,
        "arguments[0]": "a",
        "arguments[1]": "3",
    }


def test_three_parts_are_followed_and_never_the_whole() -> None:
    producer = make_producer()
    pieces = [Piece((at, at + 1), producer, Evidence.INFERRED) for at in range(5)]
    assert parts_of("abcde", pieces) == ("a", "b", "c")
    assert parts_of("a", pieces[:1]) == ()
