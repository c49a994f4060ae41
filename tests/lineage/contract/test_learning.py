from app.lineage.contract.joining import joined
from app.lineage.contract.learning import observed
from app.model.contract import Contract, Given, Kind
from tests.lineage.contract.learned import day, learned_from, node_at, ran, returned


def test_it_knows_what_was_in_each_run_and_what_was_not() -> None:
    contract = learned_from([{"uri": "a", "rows": 1}, {"uri": "b"}, {"uri": "c", "rows": 3}])
    uri = node_at(contract, "return_value", ("uri",))
    rows = node_at(contract, "return_value", ("rows",))
    assert uri is not None
    assert rows is not None
    assert uri.always == 0b111
    assert rows.always == 0b101
    assert rows.kinds == {Kind.INTEGER: (2, 0b101)}
    assert [value for value, *_ in rows.lowest] == [1, 3]
    assert [value for value, *_ in rows.highest] == [3, 1]
    assert (rows.first, rows.last) == (1 * 86_400, 3 * 86_400)


def test_a_key_that_one_mapped_instance_lacks_is_not_always_there() -> None:
    contract = ran(1, {"uri": "a"}, {"uri": "b", "rows": 1})
    uri, rows = (node_at(contract, "return_value", (name,)) for name in ("uri", "rows"))
    assert uri is not None
    assert rows is not None
    assert (uri.always, rows.always) == (1, 0)


def test_an_instance_that_pushed_nothing_lacks_every_key() -> None:
    contract = observed(day(1), [returned(1), ()])
    node = node_at(contract, "return_value", ())
    assert node is not None
    assert node.always == 0
    assert contract.root.kinds == {Kind.MAPPING: (2, 1)}


def test_items_of_a_list_are_one_place_and_its_lengths_are_known() -> None:
    contract = learned_from([{"tiles": [{"uri": "a"}]}, {"tiles": [{"uri": "b"}, {"uri": "c"}]}])
    tiles = node_at(contract, "return_value", ("tiles",))
    uri = node_at(contract, "return_value", ("tiles", 7, "uri"))
    assert tiles is not None
    assert uri is not None
    assert tiles.lengths == (1, 2)
    assert uri.kinds == {Kind.STRING: (3, 0b11)}


def test_keys_that_are_data_are_one_place_beside_those_that_are_names() -> None:
    contract = learned_from([{"by_day": {"2026-11-01": 3, "2026-11-02": 4, "total": 7}}])
    by_day = node_at(contract, "return_value", ("by_day",))
    assert by_day is not None
    assert list(by_day.names) == ["total"]
    assert by_day.any_name is not None
    assert by_day.any_name.kinds == {Kind.INTEGER: (2, 1)}


def test_a_masked_or_cut_value_is_present_and_of_no_known_type() -> None:
    cut = Given("big", '{"a": 1, "b', 5, is_whole=False)
    contract = observed(day(1), [(*returned({"token": "***"}), cut)])
    for key, path in (("return_value", ("token",)), ("big", ())):
        node = node_at(contract, key, path)
        assert node is not None
        assert node.kinds == {Kind.UNKNOWN: (1, 1)}
        assert (node.examples, node.always) == ((), 1)


def test_dates_have_a_range_and_no_examples() -> None:
    days = ["2026-11-20", "2026-11-19T23:00:00-05:00", "2026-11-18"]
    node = node_at(learned_from(days), "return_value", ())
    assert node is not None
    assert node.dates == ("2026-11-18", "2026-11-19T23:00:00-05:00")
    assert node.examples == ()


def test_a_value_of_any_depth_and_width_is_learned_in_bounds() -> None:
    deep: object = 1
    for _ in range(100):
        deep = {"a": [deep]}
    wide = {f"n{'a' * (n % 50)}{'b' * (n // 50)}": {"x": {"y": n}} for n in range(90)}
    contract = observed(day(1), [(Given("deep", deep, 1), Given("wide", wide, 1))])
    assert node_at(contract, "deep", ("a", 0)) is not None
    assert node_at(contract, "wide", (next(iter(wide)), "x")) is not None
    assert contract.root.any_name is None


def test_a_run_that_no_instance_survived_teaches_nothing() -> None:
    assert joined(Contract(), observed(day(1), [])) == Contract()
