"""`StructureOnly`: the shape of what Airflow says, with a keyed digest for each scalar of it.

Kept as they are: names in mappings and of environment variables, the lengths of lists, null, true,
false, "" and the text None, which tell why a pull failed; and the flag of an argument, as `--in=`.
Of all else not a character is kept. A digest is the longer the rarer its text is, so that lineage
still knows what chance puts into two places.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from app.ingest.depth import TOO_DEEP, is_too_deep
from app.ingest.seal import Seal
from app.ingest.tries import RENDERING_FAILED
from app.model.masks import SECRET, is_mask
from app.model.values import Json

_TELLING = frozenset({"", "None", "null", "True", "False", "true", "false", "[]", "{}"})
# A flag, with its value behind the sign. A random token has capitals, or no word.
_FLAG = re.compile(r"(?P<flag>--[a-z][a-z0-9]{0,30}(?:[-_][a-z0-9]{1,30}){0,6}|-[A-Za-z])")
_ARGUMENT = re.compile(rf"{_FLAG.pattern}=(?P<value>.*)", re.DOTALL)
_ERROR = re.compile(r"[\w.]{0,200}\b[A-Z][A-Za-z]{0,50}(?:Error|Exception|Timeout|Exit|Interrupt)")
_ENVIRONMENT = "env_vars"


@dataclass(frozen=True, slots=True)
class StructureOnly:
    """`digits`: how many a text's digest is to have, by how rare the text is.

    `is_data`: whether a name in a mapping is data itself, such as a date or a path.
    """

    seal: Seal
    digits: Callable[[str], int]
    is_data: Callable[[str], bool]

    def value(self, value: Json) -> Json:
        return TOO_DEEP if is_too_deep(value) else self._value(value)

    def fields(self, rendered: Json) -> Json:
        """Rendered fields; their environment variables keep their names."""
        environment = rendered.get(_ENVIRONMENT) if isinstance(rendered, dict) else None
        if not isinstance(rendered, dict) or not isinstance(environment, list):
            return self.value(rendered)
        variables = [self._variable(one) for one in environment]
        others = {name: self.value(one) for name, one in rendered.items() if name != _ENVIRONMENT}
        return {**others, _ENVIRONMENT: variables}

    def again(self, value: Json) -> Json:
        """The value: nothing of it is in clear."""
        return value

    @property
    def recalls(self) -> bool:
        return False

    def learn_masks(self, masks: Iterable[str]) -> None:
        """Nothing: there is nothing left to find."""

    @property
    def known(self) -> int:
        return 0

    def text(self, text: str) -> str:
        if text in _TELLING or is_mask(text):
            return text
        return self.seal.digest(text, self.digits(text))

    def beginning(self, text: str, *, length: int, sha256: str | None) -> str:
        """A digest of all of the value, where its hash is known."""
        del length
        return self.text(sha256 or text)

    def sha256(self, sha256: str | None) -> str | None:
        """None: whoever guesses a value could try it by a hash without a key."""
        return sha256 and None

    def log(self, text: str) -> str:
        return RENDERING_FAILED if RENDERING_FAILED in text else ""

    def error_type(self, name: str) -> str:
        return name if _ERROR.fullmatch(name) else ""

    def source(self, source: str) -> str | None:
        return source and None

    def _value(self, value: Json) -> Json:
        if isinstance(value, str):
            return self._argument(value)
        if isinstance(value, list):
            return [self._value(item) for item in value]
        if isinstance(value, dict):
            return self._members(value)
        if value is None or isinstance(value, bool):
            return value
        text = str(value) if isinstance(value, int) else repr(value)
        return self.seal.digest(text, self.digits(text), is_number=True)

    def _argument(self, text: str) -> str:
        if _FLAG.fullmatch(text):
            return text
        found = _ARGUMENT.fullmatch(text) if text.startswith("-") else None
        return f"{found['flag']}={self.text(found['value'])}" if found else self.text(text)

    def _members(self, members: dict[str, Json]) -> dict[str, Json]:
        return {self._name(name): self._value(value) for name, value in members.items()}

    def _name(self, name: str) -> str:
        return self.seal.digest(name, SECRET) if self.is_data(name) else name

    def _variable(self, one: Json) -> Json:
        if not isinstance(one, dict) or not isinstance(name := one.get("name"), str):
            return self.value(one)
        rest = self.value({**one, "name": ""})
        return {**rest, "name": self._name(name)} if isinstance(rest, dict) else rest
