"""What is counted of a visit; how long the real ones take is not looked at here."""

import socket

import pytest

from tests.bench.__main__ import as_table
from tests.bench.beside import ours, theirs
from tests.bench.beside.counting import NOTHING, Sent, Tally, tally
from tests.bench.beside.figures import of_visits, ratio
from tests.bench.beside.questions import QUESTIONS, Asked
from tests.bench.beside.sides import Visit
from tests.bench.beside.standing import listener, processor
from tests.bench.beside.steps import Act, Reached, Sight, Way, opened, pressed, reached, turned

ASKED = Asked(QUESTIONS[0], "lab/1", "s3://shop/orders.csv.gz")
SEEN = Sight("b", "value")


def visit(seconds: float) -> Visit:
    cost = Tally(seconds, 12, 34_567, 89_000)
    return Visit((Reached("the value", (Act.OPEN, Act.PRESS, Act.PRESS), cost),), 0.25)


def test_what_the_browser_had_or_made_itself_is_no_request() -> None:
    sent = [
        Sent("http://a/page", "document", 100),
        Sent("http://a/script", "script", 0, is_cached=True),
        Sent("http://a/type", "font", 30),
        Sent("http://a/live", "eventsource", 0),
        Sent("blob:http://a/1", "script", 7),
        Sent("data:image/png;base64,", "image", 9),
    ]
    assert tally(1.5, sent) == Tally(1.5, requests=3, size=100, fonts=30)


def test_each_part_of_the_answer_has_all_that_was_done_until_then() -> None:
    steps = [opened("http://a/", SEEN, tells="one"), pressed(SEEN, SEEN), turned(SEEN, tells="two")]
    costs = [Tally(1, 2, 30, 4), Tally(2, 3, 5, 0), Tally(0, 1, 1, 0)]
    first, second = reached(steps, costs)
    assert (first.tells, first.cost, first.in_words) == ("one", costs[0], "1 opened")
    assert (second.tells, second.cost) == ("two", Tally(3, 6, 36, 4))
    assert second.in_words == "1 opened, 1 pressed, 1 scrolled"


def test_nothing_adds_nothing() -> None:
    assert NOTHING + Tally(1, 2, 3, 4) == Tally(1, 2, 3, 4)


def test_the_table_tells_time_requests_bytes_processor_and_how_many_times_as_long() -> None:
    mine, other = [visit(1.0), visit(2.0), visit(3.0)], [visit(4.0), visit(20.0), visit(9.0)]
    lines = [*as_table([*of_visits("a", mine), ratio("a", mine, other)])][1:]
    assert [" ".join(line.split()) for line in lines] == [
        "3,000.0 ms a: the value: time (2000.0 in the middle, 3 in all)",
        "12 a: the value: requests (1 opened, 2 pressed)",
        "34.6 kB a: the value: bytes but fonts (fonts 89.0)",
        "250.0 ms a: processor of its server (250.0 in the middle, 3 in all)",
        "4.0 x a: Airflow's time for ours (3.0 to 10.0)",
    ]


@pytest.mark.parametrize("way", [ours.from_run, ours.at_once, ours.from_front])
def test_ours_tells_the_whole_answer_at_the_end(way: Way) -> None:
    steps = way("http://a", ASKED)
    assert [step.tells for step in steps if step.tells] == ["the value, its task and key"]
    assert {sight.text for sight in steps[-1].shows} == {ASKED.value, "export_orders", "path"}


def test_a_run_id_is_quoted_as_ours_are() -> None:
    assert "/runs/lab%2F1" in ours.from_run("http://a", ASKED)[0].at.text


def test_theirs_tells_it_in_three_parts_and_its_tab_alone_only_the_value() -> None:
    parts = [step.tells for step in theirs.from_run("http://a", ASKED) if step.tells]
    assert parts == [theirs.VALUE, theirs.TEMPLATE, theirs.ALL]
    (only,) = theirs.at_once("http://a", ASKED)
    assert only.tells == theirs.VALUE


def test_the_listener_of_a_port_is_found_and_its_time_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert processor(listener(server.getsockname()[1])) > 0
