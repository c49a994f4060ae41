"""Values of which Airflow makes objects are wildcards, whatever stands beside them."""

import pytest

from app.lineage.template.holes import ANYTHING
from app.lineage.template.reads import Answer, Ask, Read
from app.lineage.template.render import Renderer
from app.model.values import Json
from tests.build import make_instance, make_xcom

_DATE: Json = {"__classname__": "datetime.datetime", "__data__": {"timestamp": 1.0}}
_VALUE: Json = {"at": _DATE, "n": 1, "all": [{"at": _DATE}, "x"]}


class _One:
    """A world in which every pull gives the same value."""

    def __init__(self, value: Json) -> None:
        self._xcom = make_xcom("a", value)

    def pull(self, ask: Ask) -> Answer:
        return Answer((Read(ask, "a", make_instance("a"), 1, self._xcom),))


@pytest.mark.parametrize(
    ("value", "template", "expected"),
    [
        (_DATE, "{{ ti.xcom_pull('a') }}", "*"),
        (_DATE, "{{ ti.xcom_pull('a').isoformat() }}", "*"),
        (_VALUE, "{{ ti.xcom_pull('a').at }}", "*"),
        (_VALUE, "{{ ti.xcom_pull('a').n }}", "1"),
        (_VALUE, "{{ ti.xcom_pull('a')['all'] }}", "[{'at': *}, 'x']"),
        (_VALUE, "{{ ti.xcom_pull('a')['all'][1] }}", "x"),
        (_VALUE, "{{ ti.xcom_pull('a') | tojson }}", "*"),
    ],
)
def test_an_object_is_not_printed_as_it_is_stored(
    value: Json, template: str, expected: str
) -> None:
    (way,) = Renderer().render(template, _One(value))
    assert way.text.replace(ANYTHING, "*") == expected


def test_two_values_under_one_address_are_told_apart() -> None:
    renderer = Renderer()
    for value, expected in ((_DATE, ANYTHING), ("x", "x"), (_DATE, ANYTHING)):
        (way,) = renderer.render("{{ ti.xcom_pull('a') }}", _One(value))
        assert way.text == expected
