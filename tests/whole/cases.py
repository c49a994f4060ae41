"""The hand-written truth about the lab's DAGs, read from `cases/`."""

from pathlib import Path

FOLDER = Path(__file__).parent / "cases"


def sections(name: str) -> dict[str, frozenset[str]]:
    """DAG id to its lines, white space folded."""
    found: dict[str, list[str]] = {}
    for line in (FOLDER / name).read_text().splitlines():
        if line.startswith("== "):
            lines = found.setdefault(line[3:], [])
        elif line and not line.startswith("#"):
            lines.append(" ".join(line.split()))
    return {dag_id: frozenset(lines) for dag_id, lines in found.items()}
