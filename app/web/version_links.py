"""The pages of the values that one version of a task instance shows, by their addresses; pure."""

from collections.abc import Iterable

from app.model.facts import XCom
from app.model.leaves import address_in
from app.web import links
from app.web.fields import fields_of
from app.web.leaf_changes import xcom_places
from app.web.timeline import Version


def field_hrefs(version: Version, deployment: str) -> dict[str, str]:
    """None of fields that were written over: the page of a try's value shows the last ones."""
    if version.rendered is None or not version.is_rendered_current:
        return {}
    at = version.attempt.key
    return {
        one.address: links.got_value(
            deployment=deployment,
            instance=at.instance,
            try_number=at.try_number,
            field=one.template_field,
            path=one.path,
        )
        for one in fields_of(version.rendered)
    }


def xcom_hrefs(xcoms: Iterable[XCom], deployment: str) -> dict[str, str]:
    return {
        name: links.value(address_in(xcom.at, deployment, path))
        for name, (xcom, path, _) in xcom_places(xcoms).items()
    }
