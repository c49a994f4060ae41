"""What a visit costs: time, requests and the bytes of their answers."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sent:
    """An answer as the network saw it."""

    address: str
    kind: str
    size: int  # Of its body as sent; 0 while a stream is still open.
    is_cached: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    seconds: float
    requests: int
    size: int  # Of all bodies but fonts.
    fonts: int

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.seconds + other.seconds,
            self.requests + other.requests,
            self.size + other.size,
            self.fonts + other.fonts,
        )


NOTHING = Tally(0.0, 0, 0, 0)


def tally(seconds: float, sent: Iterable[Sent]) -> Tally:
    """What the browser had already, or made itself, asked nothing of the server."""
    asked = [one for one in sent if not one.is_cached and one.address.startswith("http")]
    fonts = sum(one.size for one in asked if one.kind == "font")
    return Tally(seconds, len(asked), sum(one.size for one in asked) - fonts, fonts)
