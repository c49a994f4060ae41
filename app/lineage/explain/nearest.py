"""What somebody probably meant: the nearest of the names there are."""

from collections.abc import Iterable

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

#: Below this likeness a suggestion would rather mislead.
_ALIKE = 0.55
#: How much nearer a preferred name counts.
_PREFERENCE = 0.08
#: Longer names are cut before they are compared; the work grows with the square.
_LONGEST = 200


def nearest(wrong: str, names: Iterable[str], preferred: Iterable[str] = ()) -> str | None:
    """The likeliest correction, or None when nothing is near enough.

    Two letters swapped count as one mistake, so `extarct` finds `extract`. Of names about equally
    near, a preferred one wins.
    """
    liked = frozenset(preferred)
    best: tuple[float, float, str] | None = None
    for name in sorted(set(names)):
        if name == wrong:
            continue
        score = likeness(wrong, name) + (_PREFERENCE if name in liked else 0.0)
        ranked = (score, JaroWinkler.similarity(wrong[:_LONGEST], name[:_LONGEST]), name)
        if score >= _ALIKE and (best is None or ranked[:2] > best[:2]):
            best = ranked
    return best[2] if best else None


def likeness(one: str, other: str) -> float:
    """From 0 to 1; names that only differ in case or in `-` and `_` are nearly the same."""
    plain = [text[:_LONGEST].casefold().replace("-", "_") for text in (one, other)]
    alike = DamerauLevenshtein.normalized_similarity(plain[0], plain[1])
    if plain[0] in plain[1] or plain[1] in plain[0]:
        shorter = min(map(len, plain))
        alike = max(alike, 0.6 if shorter >= 4 else 0.0)  # noqa: PLR2004  # shorter parts are in everything
    return alike
