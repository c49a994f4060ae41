from app.graph.groups import groups_of, outermost
from app.graph.parts import Card
from app.model.ids import RunKey

RUN = RunKey("orders", "manual__1")


def card(task_id: str, *, is_foreign: bool = False) -> Card:
    return Card(
        id=task_id,
        task_id=task_id,
        run=RUN,
        is_foreign=is_foreign,
        is_mapped=False,
        operator="",
        instances=(),
    )


def test_groups_are_what_stands_before_the_dots_outer_ones_first() -> None:
    cards = [card("plan"), card("eu.de.load"), card("eu.de.check"), card("eu.fr.load")]
    assert dict(groups_of(cards)) == {
        "eu": ("eu.de.load", "eu.de.check", "eu.fr.load"),
        "eu.de": ("eu.de.load", "eu.de.check"),
    }


def test_one_task_alone_is_no_group_to_fold() -> None:
    assert groups_of([card("eu.load"), card("us.load"), card("us.check")]).keys() == {"us"}


def test_a_card_of_another_run_stands_in_no_group() -> None:
    foreign = [card("other.a", is_foreign=True), card("other.b", is_foreign=True)]
    assert groups_of(foreign) == {}


def test_the_outermost_of_the_folded_groups_has_the_card() -> None:
    assert outermost(card("eu.de.load"), {"eu.de", "eu"}) == "eu"
    assert outermost(card("eu.de.load"), {"eu.de"}) == "eu.de"
    assert outermost(card("plan"), {"eu"}) == ""
    assert outermost(card(".odd"), {"", ".odd"}) == ""
