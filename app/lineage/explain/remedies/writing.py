"""The lines that write return.json as it should be, in the pod's own language."""

import json
from collections.abc import Mapping

from app.model.values import Json

_PYTHON = """\
import json

with open("/airflow/xcom/return.json", "w", encoding="utf-8") as file:
    json.dump(value, file)"""
_SHELL = "jq -n --arg path \"$path\" '{path: $path}' > /airflow/xcom/return.json"


def writing_lines(rendered: Mapping[str, Json] | None) -> str:
    """Python's or the shell's, by the pod's command; both when it tells neither."""
    fields = rendered or {}
    command = json.dumps([fields.get("cmds"), fields.get("arguments")], default=str)
    if "python" in command:
        return _PYTHON
    if '"sh"' in command or '"bash"' in command or '/sh"' in command or '/bash"' in command:
        return _SHELL
    return f"# Python\n{_PYTHON}\n\n# shell\n{_SHELL}"
