"""Resources that a namespace's LimitRange lets pass, from the bounds that its refusal names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from app.lineage.explain.remedies.quantity import within
from app.lineage.explain.remedies.resources import container_resources
from app.lineage.explain.remedies.sidecar import AMPLE, REQUESTS, connection_extra

# "minimum cpu usage per Container is 400m, but request is 1m", "maximum memory usage per Container
# is 1Gi.  No limit is specified": the LimitRanger's own words.
_BOUND = re.compile(
    r"(?P<which>minimum|maximum) (?P<name>[a-z][a-z-]{1,30}) usage per (?P<unit>Container|Pod) is "
    r"(?P<bound>[\d.]{1,20}[a-zA-Z]{0,2})"
    r"(?:, but (?:request|limit) is (?P<seen>[\d.]{1,20}[a-zA-Z]{0,2}))?"
)
#: Bounds of a kind that are looked at; a LimitRange has few.
_MOST = 50
_RATIO = re.compile(r"(?P<name>[a-z][a-z-]{1,30}) max limit to request ratio per Container")


@dataclass(frozen=True, slots=True)
class _Bound:
    resource: str
    least: str | None = None
    most: str | None = None
    seen: str | None = None  # What was asked for; None: nothing was.

    @property
    def is_sidecars(self) -> bool:
        """The sidecar asks for what no job asks for, and has no limit."""
        return self.seen is None or self.seen == REQUESTS.get(self.resource)


def is_sidecars(message: str) -> bool:
    """Whether the LimitRange refuses the sidecar, and not only what the job asks for."""
    return any(bound.is_sidecars for bound in _bounds(message))


def sidecar_extra(message: str) -> str:
    """The connection's extra: within the bounds, limits as requests, so that any ratio is met."""
    bounds = [bound for bound in _bounds(message) if bound.is_sidecars]
    names = dict.fromkeys(bound.resource for bound in bounds)
    amounts = {name: _amount(name, bounds) for name in names}
    return connection_extra(resources={"requests": {**REQUESTS, **amounts}, "limits": amounts})


def job_resources(message: str) -> str:
    """The operator's argument with the bounds that its own resources overstep."""
    broken = {bound.resource: bound.least or bound.most or "" for bound in _bounds(message)}
    return container_resources(broken, broken)


def _amount(resource: str, bounds: list[_Bound]) -> str:
    amount = AMPLE.get(resource, "1")
    for bound in bounds:
        if bound.resource == resource:
            amount = within(amount, least=bound.least, most=bound.most)
    return amount


def _bounds(message: str) -> Iterator[_Bound]:
    for found in islice(_BOUND.finditer(message), _MOST):
        bound = found["bound"].rstrip(".")
        seen = found["seen"].rstrip(".") if found["seen"] else None
        # What all containers of a pod ask for together is the job's to change.
        if found["unit"] == "Pod":
            seen = seen or "all"
        if found["which"] == "minimum":
            yield _Bound(found["name"], least=bound, seen=seen)
        else:
            yield _Bound(found["name"], most=bound, seen=seen)
    for found in islice(_RATIO.finditer(message), _MOST):
        yield _Bound(found["name"])
