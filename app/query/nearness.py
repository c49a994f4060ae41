"""Words before a colon that were meant to be words of the search language."""

from collections.abc import Collection

from rapidfuzz.distance import DamerauLevenshtein

#: What other tools, or Airflow's own columns, call it.
_OTHER_NAMES = {
    "dag_id": "dag", "task_id": "task", "run_id": "run", "dag_run": "run", "status": "state",
    "after": "since", "before": "until", "regex": "re", "regexp": "re",
}  # fmt: skip
#: Letters of other scripts that look like ours.
_LOOKALIKES = str.maketrans("аеорсухкіѕԁтнмві", "aeopcyxkisdthmbi")
#: Shorter words are often words of their own.
_SHORTEST = 3
#: In shorter words another letter is another word: `tag` is not `dag`.
_LONG = 5


def meant(word: str, known: Collection[str]) -> str | None:
    """The known word that a mistyped one clearly stands for, None for words of their own."""
    folded = word.lower().translate(_LOOKALIKES)
    if folded in known or folded in _OTHER_NAMES:
        return _OTHER_NAMES.get(folded, folded)
    if len(folded) < _SHORTEST:
        return None
    return next((each for each in known if _is_slip(folded, each)), None)


def _is_slip(word: str, known: str) -> bool:
    """One letter too many, too few or wrong, or two swapped."""
    if len(known) < _SHORTEST or DamerauLevenshtein.distance(word, known) != 1:
        return False
    return len(known) >= _LONG or len(word) != len(known) or sorted(word) == sorted(known)
