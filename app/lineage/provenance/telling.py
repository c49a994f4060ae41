"""Whether two places that hold the same text tell anything about each other."""

from app.lineage.likeness.rarity import Rarities
from app.model.facts import Run, RunFacts
from app.model.ids import RunKey

#: Bits of chance that a text needs: one word has 7 at most, a number of three digits 10, a date 0.
_LEAST_BITS = 12.0


def is_telling(text: str, run: RunKey) -> bool:
    """Whether chance does not put the text into many places: no word, date or short number.

    `run`: where it was met; its own id and the name of its DAG tell nothing there. A masked text
    never tells anything: what is behind the mask may differ.
    """
    return Rarities(RunFacts(Run(run, state=""))).of(text).bits >= _LEAST_BITS
