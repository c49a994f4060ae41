"""`python -m tests.bench.mirror.server RUNS TASKS`: a FakeAirflow in a process of its own.

Its time is its own then, as an api-server's. It prints its address, and after each line on its
standard input how many requests there were.
"""

import sys

from tests.airflow.fake import FakeAirflow

# Of each value, about as much as a return.json of a few keys.
_LIST = [f"s3://lake/day=2026-11-26/part-{number:05}.parquet" for number in range(8)]


def fill(server: FakeAirflow, runs: int, tasks: int) -> None:
    """Finished runs, one an hour; each task returns one value."""
    names = tuple(f"task_{number:02}" for number in range(tasks))
    server.add_dag("etl", "source", tasks=names)
    for number in range(runs):
        server.tick(3_600)
        at = server.now
        run = server.add_run("etl", f"r{number:05}", run_after=at, end=at, updated_at=at)
        for name in names:
            value = {"rows": number, "files": _LIST, "task": name}
            run.task(name, rendered={"arguments": [f"--n={number}"]}).push("return_value", value)
    server.tick(3_600)


def main() -> None:
    runs, tasks = map(int, sys.argv[1:])
    with FakeAirflow() as server:
        fill(server, runs, tasks)
        _say(server.url)
        for _ in sys.stdin:
            _say(len(server.requests))


def _say(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
