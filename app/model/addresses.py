"""Which addresses only their own machine reaches."""

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches it: `localhost`, `127.0.0.1`, `::1`."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
