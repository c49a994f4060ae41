"""The drawing of a value's way: a card per task, its origin on the left, the last readers right."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.lineage.provenance.chain import Chain, Joint, Station
from app.lineage.provenance.occurrences import Occurrence, Tie
from app.model.ids import RunKey
from app.model.leaves import Place
from app.web import links, text
from app.web.leaf_places import Spelling, spelling
from app.web.run_lines import rounded
from app.web.run_words import worst_of
from app.web.value_places import alike_at, place_link

# Px.
WIDTH, HEAD, ROW, FOOT, BETWEEN, APART = 212, 42, 20, 6, 64, 16
# Characters of the head's and the rows' texts that fit.
_HEAD_ROOM, _BELOW_ROOM, _ROW_ROOM = 24, 30, 28
# Steps to each side, tasks of one step, rows of one task.
_MOST_STEPS, _MOST_TASKS, _MOST_ROWS = 6, 6, 3


@dataclass(frozen=True, slots=True)
class ChainRow:
    """`sign`: "got" or "gave"."""

    sign: str
    name: str
    title: str
    href: str
    is_chosen: bool
    y: int


@dataclass(frozen=True, slots=True)
class ChainCard:
    task: str
    title: str
    number: str
    below: str  # Its DAG and run where they are not the chosen one's.
    href: str
    state: str | None
    is_chosen: bool
    x: int
    y: int
    height: int
    rows: tuple[ChainRow, ...]


@dataclass(frozen=True, slots=True)
class ChainLine:
    path: str
    evidence: str
    end_x: int
    end_y: int


@dataclass(frozen=True, slots=True)
class Drawing:
    width: int
    height: int
    card_width: int
    cards: tuple[ChainCard, ...]
    lines: tuple[ChainLine, ...]
    words: str  # What it shows, for who cannot see it.
    cut: str  # What it leaves out.


def drawing(chain: Chain, *, own: RunKey) -> Drawing:
    """Columns of cards, step by step; `own`: the run of the chosen place."""
    columns = _columns(chain.stations)
    heights = [_height_of(chain.stations[one] for one in column) for column in columns]
    cards: dict[int, ChainCard] = {}
    for across, column in enumerate(columns):
        y = (max(heights) - heights[across]) // 2
        for one in column:
            x = across * (WIDTH + BETWEEN)
            cards[one] = _card(chain.stations[one], x=x, y=y, own=own)
            y += cards[one].height + APART
    joints = [one for one in chain.joints if {one.source, one.target} <= cards.keys()]
    return Drawing(
        width=len(columns) * (WIDTH + BETWEEN) - BETWEEN,
        height=max(heights, default=0),
        card_width=WIDTH,
        cards=tuple(cards.values()),
        lines=tuple(_line(cards[one.source], cards[one.target], one) for one in joints),
        words=_words(len(chain.stations)),
        cut=_cut(len(chain.stations) - len(cards)),
    )


def _columns(stations: Sequence[Station]) -> list[list[int]]:
    """Positions of the stations that are shown, step by step."""
    steps: dict[int, list[int]] = defaultdict(list)
    for position, one in enumerate(stations):
        if abs(one.step) <= _MOST_STEPS:
            steps[one.step].append(position)
    return [steps[step][:_MOST_TASKS] for step in sorted(steps)]


def _height_of(column: Iterable[Station]) -> int:
    heights = [HEAD + len(_rows(one)) * ROW + FOOT for one in column]
    return sum(heights) + (len(heights) - 1) * APART


def _card(station: Station, *, x: int, y: int, own: RunKey) -> ChainCard:
    ones = (*station.got, *station.gave)
    rows = _rows(station)
    named = spelling(one.at for one in ones)
    name = f"{station.run.dag_id} / {station.task_id} in {station.run.run_id}"
    return ChainCard(
        task=text.telling_end(station.task_id, _HEAD_ROOM),
        title=name,
        number=text.times(station.instances),
        below=text.telling_end(_below(station, own), _BELOW_ROOM),
        href=links.task_instance(deployment=station.deployment, instance=ones[0].at.instance),
        state=worst_of(one.state for one in ones),
        is_chosen=any(one.tie is Tie.CHOSEN for one in ones),
        x=x,
        y=y,
        height=HEAD + len(rows) * ROW + FOOT,
        rows=tuple(_row(some, HEAD + n * ROW, named) for n, some in enumerate(rows)),
    )


def _below(station: Station, own: RunKey) -> str:
    """When it had the value; which run it is in, where that is not the chosen one's."""
    if station.run == own:
        first = min(one.at.time for one in (*station.got, *station.gave))
        is_known = any(one.is_kept for one in (*station.got, *station.gave))
        return f"{first:%H:%M:%S} UTC" if is_known else "same run"
    if station.run.dag_id == own.dag_id:
        return f"run {station.run.run_id}"
    return f"DAG {station.run.dag_id}"


def _rows(station: Station) -> list[list[Occurrence]]:
    """Places that are alike together, those that got before those that gave; the first of many."""
    alike: dict[tuple[object, ...], list[Occurrence]] = {}
    for one in (*station.got, *station.gave):
        at = one.at
        alike.setdefault((at.place, at.name, alike_at(one)), []).append(one)
    # The chosen place is always shown.
    ordered = sorted(alike.values(), key=lambda ones: not any(_is_chosen(one) for one in ones))
    shown = ordered[:_MOST_ROWS]
    return [ones for ones in alike.values() if ones in shown]


def _is_chosen(one: Occurrence) -> bool:
    return one.tie is Tie.CHOSEN


def _row(same: Sequence[Occurrence], y: int, named: Spelling) -> ChainRow:
    is_field = same[0].at.place is Place.FIELD
    chosen = next((one for one in same if _is_chosen(one)), None)
    one = chosen or same[0]
    name = named.of_all([each.at for each in same])
    return ChainRow(
        sign="got" if is_field else "gave",
        name=text.telling_end(name, _ROW_ROOM),
        title=f"{one.act.value} {name}",
        href=place_link(one),
        is_chosen=chosen is not None,
        y=y,
    )


def _line(source: ChainCard, target: ChainCard, joint: Joint) -> ChainLine:
    start = (source.x + WIDTH, _middle(source, "gave"))
    end = (target.x, _middle(target, "got"))
    bend = max(start[0] + BETWEEN / 2, end[0] - BETWEEN / 2)
    points = (start, (bend, start[1]), (bend, end[1]), end)
    return ChainLine(rounded(points), joint.evidence.value, *end)


def _middle(card: ChainCard, sign: str) -> int:
    """Of the card's first row of that sign."""
    own = next((row for row in card.rows if row.sign == sign), card.rows[0])
    return card.y + own.y + ROW // 2


def _words(stations: int) -> str:
    return f"The way of the value over {text.count(stations, 'task')}, from left to right"


def _cut(number: int) -> str:
    return f"{text.count(number, 'more task')} not drawn; the list below has all" if number else ""
