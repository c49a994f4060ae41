"""Polling by any number of processes over one PostgreSQL: who polls which Airflow, and when.

- `turn` — one deployment's turn in this process, which another process can take over.
- `queue` — the jobs of all processes, in procrastinate's tables.
- `workers` — the thread that takes jobs and asks for new ones.

Every process asks each second which deployments are due and puts a job for each into the queue,
where it stands once. A worker takes a job that no other one has; of one deployment one job runs at
a time, a pass or some back-filling, which has a queue of its own and does not keep passes waiting.
A worker that is not heard of for ten seconds has lost its jobs. Should it come back from a pause,
it is refused when it wants to write: its turn is over (app/store/turns.py).
"""

from app.workers.turn import Turn
from app.workers.workers import Polled, Workers

__all__ = ["Polled", "Turn", "Workers"]
