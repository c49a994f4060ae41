"""How rare a text is of which only a digest is kept: the digest's length says so."""

from app.lineage.likeness.rarity import Rarities
from app.model.facts import Run, RunFacts
from app.model.ids import RunKey
from app.model.masks import COMMON, RARE, SECRET

#: Bits below which a text is common: more than a value needs, for nobody can tell any more how many
#: others of the run differ from it in nothing but digits.
_COMMON = 20.0
#: Bits that are no words, below which a text may stay the same from run to run; those of a number.
_LASTING, _LASTING_NUMBER = 6.0, 19.0
_OF_NO_RUN = RunFacts(Run(RunKey("", ""), state=""))


def digits_of(text: str) -> int:
    """How many digits the digest of the text is to have."""
    rarity = Rarities(_OF_NO_RUN).of(text)
    if max(rarity.bits, rarity.telling) < _COMMON:
        return COMMON
    is_number = text.lstrip("-").replace(".", "", 1).isdigit()
    return RARE if rarity.telling >= (_LASTING_NUMBER if is_number else _LASTING) else SECRET
