import pytest

from app.access.rules import Rule, rights_by

RULES = (
    Rule(users=("Ann@*",), deployments=("prod-eu",), dags=("geo_*", "tiles")),
    Rule(groups=("admins",)),
)


@pytest.mark.parametrize(
    ("user", "groups", "deployment", "dag_id", "seen"),
    [
        ("ann@x.example", (), "prod-eu", "geo_tiles", True),
        ("ANN@x.example", (), "prod-eu", "tiles", True),
        ("ann@x.example", (), "prod-eu", "Geo_tiles", False),
        ("ann@x.example", (), "prod-eu", "orders", False),
        ("ann@x.example", (), "prod-us", "geo_tiles", False),
        ("ann@x.example", ("admins",), "prod-us", "orders", True),
        ("bob@x.example", ("Admins",), "prod-us", "orders", False),
        ("bob@x.example", (), "prod-eu", "geo_tiles", False),
    ],
)
def test_what_any_rule_allows_is_seen(
    user: str, groups: tuple[str, ...], deployment: str, dag_id: str, seen: object
) -> None:
    assert rights_by(RULES, user, groups).may_read(deployment, dag_id) is seen


def test_a_rule_for_nobody_is_for_nobody() -> None:
    assert not rights_by((Rule(),), "ann", ("geo",)).grants
