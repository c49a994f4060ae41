"""The design's colours, spaces and radii, as static/css/tokens.css has them."""

import re
from dataclasses import dataclass

from app.web.assets import STATIC

_FILE = STATIC / "css" / "tokens.css"
_TOKEN = re.compile(r"^ +(?P<name>--[\w-]+): (?P<value>[^;]+);", re.MULTILINE)
_PAIR = re.compile(r"light-dark\((#[0-9A-F]{6}), (#[0-9A-F]{6})\)")


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour in both themes, as `#RRGGBB`."""

    name: str
    light: str
    dark: str


@dataclass(frozen=True, slots=True)
class Length:
    name: str
    px: int


def colours() -> tuple[Colour, ...]:
    pairs = ((name, _PAIR.fullmatch(value)) for name, value in _tokens())
    return tuple(Colour(name, pair[1], pair[2]) for name, pair in pairs if pair)


def lengths(prefix: str) -> tuple[Length, ...]:
    """Those whose names begin so: `--s` for spaces, `--radius-` for radii."""
    named = ((name, value) for name, value in _tokens() if name.startswith(prefix))
    return tuple(
        Length(name, int(value.removesuffix("px"))) for name, value in named if value[-2:] == "px"
    )


def contrast(one: str, other: str) -> float:
    """Of two colours, from 1 to 21, as WCAG 2 reckons it."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _tokens() -> list[tuple[str, str]]:
    """Names and values of the first rule; those after it are for other readers."""
    return _TOKEN.findall(_FILE.read_text().partition("\n}")[0])


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - the bend of sRGB's curve
