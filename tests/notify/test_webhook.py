from typing import Any

import pytest

from app.model.findings import Severity
from app.notify.webhook import Webhook
from app.store.pages.problem_groups import GroupStatus
from tests.notify.news import make_news


@pytest.mark.parametrize(
    ("asked", "told", "is_wanted"),
    [
        ({}, {}, True),
        ({"deployment": "prod-*"}, {}, True),
        ({"deployment": "prod-us"}, {}, False),
        ({"dags": "geo_*"}, {}, True),
        ({"dags": "GEO_*"}, {}, False),
        ({}, {"severity": "warning"}, True),
        ({}, {"severity": "info"}, False),
        ({"severity": Severity.INFO}, {"severity": "info"}, True),
        ({"severity": Severity.ERROR}, {"severity": "warning"}, False),
        ({}, {"status": GroupStatus.MUTED}, False),
        ({}, {"status": GroupStatus.ACKNOWLEDGED}, False),
        ({}, {"status": GroupStatus.GONE}, False),
    ],
)
def test_a_webhook_is_told_what_it_asked_for_and_what_waits(
    asked: dict[str, Any], told: dict[str, Any], is_wanted: object
) -> None:
    assert Webhook("hook", "http://x", **asked).wants(make_news(**told)) is is_wanted


def test_a_webhook_does_not_show_where_it_is() -> None:
    shown = repr(Webhook("hook", "http://x/53CR3T", secret="hidden"))
    assert "53CR3T" not in shown
    assert "hidden" not in shown
