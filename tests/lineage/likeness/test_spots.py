"""Places of which nobody has spoken are looked at; those that can tell nothing need not be."""

from typing import Any, NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.lineage.infer import Inference, Inferred
from app.lineage.likeness.spots import Fields
from app.lineage.resolve import RunIndex
from app.model.facts import RunFacts
from tests.build import make_try
from tests.lineage.scenario import Scenario

#: A place of which the source has spoken; none of the tries below has it.
TOLD = frozenset({"told"})
UUID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
pieces = st.sampled_from(
    [
        "base", "x7k2p", "q9z8x7c6v5b4", UUID, "481623", "30000000", "part-0001", "***", " ",
        "-", "/", "=", "{", "}", '"', "2026-11-20", "v12", "東京", "s3://", "[", "]", "1", "use",
    ]
)  # fmt: skip
texts = st.lists(pieces, min_size=1, max_size=5).map("".join)
values = texts | st.integers() | st.floats(allow_nan=False) | st.none() | st.booleans()
things = (
    st.just(UUID)
    | values
    | st.lists(values, max_size=2)
    | st.dictionaries(texts, values, max_size=2)
)


class Patient(Inference):
    """Looks the values up in every text, however little it can tell."""

    def is_dull(self, name: str, text: str) -> bool:  # noqa: ARG002  # as it is called
        return False


def _inferred(kind: type[Inference], facts: RunFacts) -> list[Inferred]:
    inference = kind(RunIndex(facts))
    return [inference.of(one, TOLD) for one in facts.tries]


@settings(max_examples=200, deadline=None)
@given(data=st.data(), given_=things, other=things)
def test_what_can_tell_nothing_is_passed_over_without_loss(
    data: st.DataObject, given_: Any, other: Any
) -> None:
    fields = {
        name: data.draw(
            things | st.sampled_from([given_, other, f"--in={given_}", f"{given_} ***", [given_]])
        )
        for name in ("arguments", "name", "labels", "namespace", "op_kwargs")
    }
    facts = Scenario(gave={"make": {"k": given_}, "b": other}, got={"use": fields}).facts()
    assert _inferred(Inference, facts) == _inferred(Patient, facts)


@pytest.mark.parametrize(
    ("field", "value"),
    [("base_container_name", "base"), ("name", "part-0001"), ("arguments", ["x", "12"])],
)
def test_the_values_are_not_gone_through_for_what_can_tell_nothing(field: str, value: Any) -> None:
    one = make_try("use", rendered={field: value})
    inference = Inference(RunIndex(Scenario(gave={"make": value}).facts()))
    told = TOLD | {f"{field}[2]"}
    assert list(Fields(_asked, inference.is_dull).of(one, told)) == []


def _asked() -> NoReturn:
    raise AssertionError
