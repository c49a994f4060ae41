"""xcomtrace shows how data moves between Airflow tasks; this is the map of its code.

The folders are the stops of the data's way, in order:

- `airflow` — what Airflow says, in Airflow's words: HTTP and nothing else.
- `ingest` — Airflow's words put into ours, secrets masked: payloads in, facts out.
- `store` — our words, kept: SQL and nothing else.
- `lineage` — what follows from the facts: flows and problems; no I/O, no clock.
- `graph` — a run and its flows as cards, ports and edges, and where they stand.
- `web` — shown to people: pages, the JSON API, live updates.

Beside the way:

- `model` — the words themselves, frozen values that every stop speaks.
- `query` — what people search for, read from what they typed.
- `access` — who is reading, and which DAGs they may see.
- `refresh` — the way walked once, from Airflow to what follows.
- `workers` — the way walked by any number of processes, on PostgreSQL.
- `notify` — new and returned problems told to webhooks.
- `demo` — a recorded Airflow that answers like a live one.
- `doctor` — all that a support person would ask, looked up at once.
- `settings` — what is set in variables and in xcomtrace.toml, read once, wrong ones refused.

`poller.py` says when to walk, `checkup.py` whether it can be walked, `flows.py` lists the pulls of
DAG files without walking, `lint.py` the mistakes in them, `prune.py` deletes old runs by hand,
`searching.py`, `searching_table.py` and `searching_json.py` search from a shell, `health.py` says
whether somebody walks, `backup.py` copies the store and puts a copy back, `database.py` opens it,
`logs.py` is how log lines look, `readers.py` makes from the settings how readers are known,
`main.py` wires everything, `__main__.py` is the command line.
"""
