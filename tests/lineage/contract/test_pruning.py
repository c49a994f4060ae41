from app.lineage.contract.pruning import MOST_PLACES, children_of, pruned
from app.model.contract import Kind, Node
from app.model.values import Json
from tests.lineage.contract.learned import ran


def _size(node: Node) -> int:
    return 1 + sum(map(_size, children_of(node)))


def test_what_fits_stays_as_it_is() -> None:
    root = ran(1, {"a": {"b": 1}}).root
    assert pruned(root) == (root, False)


def test_the_deepest_places_go_first_and_it_is_told() -> None:
    value: dict[str, Json] = {
        f"a{'b' * n}": {f"c{'d' * m}": 1 for m in range(30)} for n in range(30)
    }
    contract = ran(1, value)
    assert contract.is_cut
    assert _size(contract.root) <= MOST_PLACES
    first = contract.root.names["return_value"].names["a"]
    assert first.kinds == {Kind.MAPPING: (1, 1)}
    assert first.names == {}


def test_the_keys_themselves_are_always_told() -> None:
    root = ran(1, {"a": 1}).root
    kept, is_cut = pruned(root, most=1)
    assert list(kept.names) == ["return_value"]
    assert is_cut
