import ast

import pytest

from app.lineage.explain.remedies.writing import writing_lines
from app.model.values import Json


@pytest.mark.parametrize(
    ("rendered", "has_python", "has_shell"),
    [
        ({"cmds": ["python", "-c"], "arguments": ["x"]}, True, False),
        ({"cmds": ["sh", "-c"], "arguments": ["echo 1"]}, False, True),
        ({"cmds": ["/bin/bash", "-c"]}, False, True),
        ({"arguments": None}, True, True),
        (None, True, True),
    ],
)
def test_the_lines_are_in_the_pods_own_language(
    rendered: dict[str, Json] | None, *, has_python: bool, has_shell: bool
) -> None:
    lines = writing_lines(rendered)
    assert ("json.dump(value, file)" in lines) is has_python
    assert ("jq -n" in lines) is has_shell
    if not has_shell:
        ast.parse(lines)
