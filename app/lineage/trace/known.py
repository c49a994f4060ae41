"""Names of a template whose values the facts tell; the others are wildcards."""

from typing import Any

from app.lineage.source.declaration import DeclaredTask, Fixed, Items, Members, Node, Words
from app.model.facts import RunFacts, Try


def known_names(facts: RunFacts, task: DeclaredTask, one: Try) -> dict[str, Any]:
    """run_id, the params as far as they are plain, and attributes of `ti`."""
    instance = one.key.instance
    names: dict[str, Any] = {
        "run_id": instance.run_id,
        "ti": {
            "run_id": instance.run_id,
            "dag_id": instance.dag_id,
            "task_id": instance.task_id,
            "map_index": instance.map_index,
            "try_number": one.key.try_number,
        },
    }
    params = plain(task.params) if task.params is not None else None
    if isinstance(params, dict):
        conf = facts.run.conf if isinstance(facts.run.conf, dict) else {}
        names["params"] = {**params, **conf}
    return names


def plain(node: Node) -> Any:
    """The declared value as Python has it; None where a part of it is not known."""
    if isinstance(node, Words):
        return node.text
    if isinstance(node, Fixed):
        return node.value
    if isinstance(node, Items):
        return [plain(one) for one in node.items]
    if isinstance(node, Members):
        return {name: plain(one) for name, one in node.members}
    return None
