"""Proxies that are believed what they say of a request, and readers whom one of them names."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address

from app.access.reader import Reader, Visit
from app.access.rules import Rule, rights_by

_FORWARDED = "x-forwarded-for"
#: Characters of a name; a longer one is no name.
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Proxies:
    """By the networks that they are in."""

    networks: Sequence[IPv4Network | IPv6Network] = ()

    def has(self, address: str) -> bool:
        try:
            at = ip_address(address)
        except ValueError:
            return False
        mapped = getattr(at, "ipv4_mapped", None) or at
        return any(mapped in network for network in self.networks)

    def address(self, visit: Visit) -> str:
        """Where the visit comes from: the last address that is none of the proxies'.

        What stands before that in the header, anybody may have written.
        """
        hops = [one.strip() for one in visit.headers.get(_FORWARDED, "").split(",")]
        at = visit.peer
        for hop in reversed([one for one in hops if one]):
            if not self.has(at):
                break
            at = hop
        return at


@dataclass(frozen=True, slots=True)
class ByProxy:
    """Readers whom a proxy names in a header, which nobody else is believed."""

    proxies: Proxies
    rules: Sequence[Rule]
    user_header: str = "x-forwarded-user"
    groups_header: str = "x-forwarded-groups"

    is_open = False
    has_sessions = False

    def reader(self, visit: Visit) -> Reader | None:
        user = visit.headers.get(self.user_header, "").strip()
        # With a comma it was sent twice: by the proxy, and by who wants to be somebody else.
        is_name = user and "," not in user and len(user) <= _LONGEST
        if not is_name or not self.proxies.has(visit.peer):
            return None
        groups = [one.strip() for one in visit.headers.get(self.groups_header, "").split(",")]
        return Reader(user, rights_by(self.rules, user, [one for one in groups if one]))

    def address(self, visit: Visit) -> str:
        return self.proxies.address(visit)
