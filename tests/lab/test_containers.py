"""What a kubelet does to commands before a container sees them."""

import pytest

from tests.lab.cluster.containers import expanded


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("--path=$(PATH_IN)", "--path=s3://lab/x"),
        ("$(PATH_IN)$(PATH_IN)", "s3://lab/xs3://lab/x"),
        ("$$(PATH_IN)", "$(PATH_IN)"),
        ("$(UNKNOWN)", "$(UNKNOWN)"),
        ("$PATH_IN", "$PATH_IN"),
        (None, ""),
    ],
)
def test_references_to_variables_are_expanded(text: str | None, seen: str) -> None:
    assert expanded([text], {"PATH_IN": "s3://lab/x"}) == [seen]
