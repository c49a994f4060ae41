"""What is measured: reading DAG files, analysing runs, and both beside Airflow's import."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from app.flows import claims
from app.lineage.analyze import analyze
from app.lineage.source.declare import declare
from tests.bench.airflow_import import import_times, with_start
from tests.bench.long_file import long_file
from tests.bench.runs import facts_of
from tests.bench.sources import by_loop, written_out
from tests.bench.timing import Timing, best_of, forget, nothing

CORPUS = Path(__file__).parents[1] / "accuracy" / "dags"


@dataclass(frozen=True, slots=True)
class Sizes:
    lines: int = 3_000
    pods: int = 1_000
    rounds: int = 5
    files: int | None = None  # None: every file of the corpus.


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement; `limit` in seconds of wall time, where issue 3 names one."""

    name: str
    time: Timing
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class Ratio:
    """How often our time goes into Airflow's for the same file, by wall and by processor time."""

    name: str
    wall: float
    cpu: float


def corpus(sizes: Sizes) -> list[Path]:
    return sorted(CORPUS.rglob("*.py"))[: sizes.files]


def of_corpus(sizes: Sizes, files: Sequence[Path]) -> tuple[list[Row], list[Timing]]:
    """The median and the worst DAG file; and every file's time, in order."""
    texts = [path.read_text() for path in files]
    read = [best_of(sizes.rounds, partial(declare, text), forget) for text in texts]
    told = [best_of(sizes.rounds, partial(claims, "", text), forget) for text in texts]
    lines = int(median(text.count("\n") for text in texts))
    worst = max(range(len(files)), key=lambda at: read[at].wall)
    count = f"{len(files)} DAG files, {lines} lines in the middle"
    return [
        Row(f"read a DAG file: the median of {count}", _median(read), 0.05),
        Row(f"read a DAG file: the worst, {files[worst].name}", read[worst]),
        Row(
            "the same with the pulls of its templates (xcomtrace flows): the median", _median(told)
        ),
        Row(
            "the same with the pulls of its templates: the worst",
            max(told, key=lambda one: one.wall),
        ),
    ], read


def of_long_file(sizes: Sizes) -> list[Row]:
    text = long_file(sizes.lines)
    name = f"a generated DAG file of {text.count(chr(10)):,} lines"
    return [
        Row(f"read {name}", best_of(sizes.rounds, partial(declare, text), forget), 1.0),
        Row(
            "the same with the pulls of its templates",
            best_of(sizes.rounds, partial(claims, "", text), forget),
        ),
    ]


def of_runs(sizes: Sizes) -> Iterator[Row]:
    """A run whose templates are all different, as written out and as made by a loop."""
    for name, source in (
        ("every pod written out", written_out(sizes.pods)),
        ("pods made in a loop", by_loop(sizes.pods)),
    ):
        facts = facts_of(sizes.pods, source)
        size = f"a run of {sizes.pods + 1:,} tasks and {3 * sizes.pods:,} pulls, {name}"

        def declared(source: str = source) -> None:
            forget()
            declare(source)

        for how, prepare, limit in (
            ("from nothing", forget, None),
            ("its source read before", declared, 0.3),
            ("looked at again", nothing, 0.3),
        ):
            took = best_of(sizes.rounds, partial(analyze, facts), prepare)
            yield Row(f"analyse {size}: {how}", took, limit)
    facts = facts_of(sizes.pods, None)
    yield Row(
        f"analyse a run of {sizes.pods + 1:,} tasks without its source",
        best_of(sizes.rounds, partial(analyze, facts), forget),
    )


def beside_airflow(
    sizes: Sizes, files: Sequence[Path], ours: Sequence[Timing]
) -> Iterator[Ratio | Row]:
    """Airflow's import of each file beside our reading of it, measured in the same run."""
    with TemporaryDirectory(prefix="xcomtrace-bench-") as folder:
        made = {
            "the generated long file": long_file(sizes.lines),
            "every pod written out": written_out(sizes.pods),
            "pods made in a loop": by_loop(sizes.pods),
        }
        paths = []
        for number, text in enumerate(made.values()):
            paths.append(Path(folder, f"made_{number}.py"))
            paths[-1].write_text(text)
        theirs = import_times([*files, *paths], sizes.rounds)
        pairs = [(one, other) for one, other in zip(ours, theirs, strict=False) if other]
        yield Row(
            f"Airflow imports a DAG file: the median of {len(pairs)}",
            _median([b for _, b in pairs]),
        )
        yield _ratio(f"Airflow / we: the median of {len(pairs)} DAG files", pairs)
        for name, text, path, other in zip(
            made, made.values(), paths, theirs[len(files) :], strict=True
        ):
            if other:
                own = best_of(sizes.rounds, partial(declare, text), forget)
                yield Row(f"Airflow imports {name}", other)
                yield _ratio(f"Airflow / we: {name}", [(own, other)])
                if path == paths[0]:
                    start = with_start(path, min(sizes.rounds, 3))
                    yield Row(f"Airflow starts and imports {name}", start)
                    yield _ratio(f"Airflow with its start / we: {name}", [(own, start)])


def _median(times: Sequence[Timing]) -> Timing:
    return Timing(median(one.wall for one in times), median(one.cpu for one in times))


def _ratio(name: str, pairs: Sequence[tuple[Timing, Timing]]) -> Ratio:
    walls = [other.wall / own.wall for own, other in pairs]
    return Ratio(name, median(walls), median(other.cpu / own.cpu for own, other in pairs))
