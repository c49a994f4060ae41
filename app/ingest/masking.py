"""`Masking`: what of Airflow's words is a secret, taken out before anything is stored or logged.

Secrets are known by the names beside them (`names.py`, `beside.py`), by their own shape
(`shapes.py`), where it is set by their randomness (`entropy.py`), and once a name has told of one
wherever else it stands (`known.py`). What stood there reads
`***`, as in Airflow; with a key a digest follows, which is made of the whole secret, before
anything is cut (`seal.py`).
"""

import re
from collections.abc import Container, Iterable, Iterator
from typing import Protocol

from app.ingest.beside import secrets_beside
from app.ingest.depth import TOO_DEEP, is_too_deep
from app.ingest.dumps import without_environment
from app.ingest.entropy import Entropy, without_random
from app.ingest.known import Known
from app.ingest.names import Names
from app.ingest.seal import Seal
from app.ingest.shapes import Hide, is_key_beside, without_shapes
from app.ingest.sources import masked_source
from app.model.values import Json

# Characters of a flag; an argument that is longer is none.
_LONGEST_FLAG = 100
# A name in a mapping that is shorter is no token.
_SHORTEST_TOKEN = 20
_ARGUMENT = re.compile(r"(?P<flag>--?[\w.-]{1,100})=(?P<secret>.+)", re.DOTALL)
# Quotes are seen to where texts are; several flags are a command; the others are no secrets yet.
_NO_SECRET = re.compile(r"^[\"']|\s-|\{\{|^(?:None|null)$|^\*\*\*")
_DIGIT = re.compile(r"\d")
_ESCAPED = re.compile(r"\\+([\"'/\\])")


class Masking(Protocol):
    """What one deployment keeps of what Airflow says. None of it ever raises."""

    def value(self, value: Json) -> Json:
        """An XCom's value, a run's conf: its shape, its names and its nulls stay."""

    def fields(self, rendered: Json) -> Json:
        """Rendered fields by name."""

    def text(self, text: str) -> str: ...

    def beginning(self, text: str, *, length: int, sha256: str | None) -> str:
        """What is kept of a value too long to be kept: so many characters of its JSON."""

    def sha256(self, sha256: str | None) -> str | None:
        """The hash of such a value."""

    def log(self, text: str) -> str:
        """A line of a log, or an exception's words."""

    def error_type(self, name: str) -> str:
        """The name of an exception's class."""

    def source(self, source: str) -> str | None:
        """A DAG's source; None where none is kept."""

    def again(self, value: Json) -> Json:
        """A masked value without the secrets that have become known since."""

    @property
    def recalls(self) -> bool:
        """Whether stored masks tell it anything."""

    def learn_masks(self, masks: Iterable[str]) -> None:
        """What stood behind stored masks is known, too."""

    @property
    def known(self) -> int:
        """A number that grows with what is known."""


class SecretsMasked:
    """All is kept but secrets."""

    def __init__(
        self, names: Names | None = None, *, seal: Seal | None = None, entropy: str = Entropy.OFF
    ) -> None:
        self._names = names or Names()
        seal = seal or Seal()
        self._hide: Hide = seal.hide
        self._known = Known(seal)
        self._entropy = Entropy(entropy)

    def value(self, value: Json) -> Json:
        """The value without its secrets; one nested too deeply becomes `TOO_DEEP`.

        Lists of arguments (`["--password", "x"]`) and environment variables
        (`{"name": "DB_PASSWORD", "value": "x"}`) are known.
        """
        return TOO_DEEP if is_too_deep(value) else self.again(self._value(value))

    def again(self, value: Json) -> Json:
        texts: list[str] = []
        _add_texts(value, texts)
        return self._without_known_in(value) if self._known.is_in(texts) else value

    def _without_known_in(self, value: Json) -> Json:
        if isinstance(value, str):
            return self._without_known(value)
        if isinstance(value, list):
            return [self._without_known_in(item) for item in value]
        if isinstance(value, dict):
            return {name: self._without_known_in(member) for name, member in value.items()}
        return value

    @property
    def recalls(self) -> bool:
        return self._known.recalls

    def learn_masks(self, masks: Iterable[str]) -> None:
        self._known.learn_masks(masks)

    @property
    def known(self) -> int:
        return self._known.count

    def fields(self, rendered: Json) -> Json:
        return self.value(rendered)

    def text(self, text: str) -> str:
        """The text without its secrets. Linear in its length."""
        return self._without_known(self._text(text, is_prose=False))

    def prose(self, text: str) -> str:
        """The same of a text in which a name may tell of a secret without having one beside it."""
        return self._without_known(self._text(text, is_prose=True))

    def beginning(self, text: str, *, length: int, sha256: str | None) -> str:
        del sha256
        return self.text(text)[:length]

    def sha256(self, sha256: str | None) -> str | None:
        return sha256

    def log(self, text: str) -> str:
        """The text without its secrets, and without the environment of pods dumped in it."""
        return self.text(without_environment(text))

    def error_type(self, name: str) -> str:
        return self.log(name)

    def source(self, source: str) -> str | None:
        return masked_source(source, self)

    def is_sensitive(self, name: str) -> bool:
        return self._names.is_sensitive(name)

    def hide(self, secret: str) -> str:
        return self._hide(secret)

    def without_tokens(self, text: str) -> str:
        """The text without what is a secret whatever stands beside it."""
        return self._without_known(self._without_tokens(text, self._hide))

    def _without_tokens(self, text: str, hide: Hide) -> str:
        return without_random(without_shapes(text, hide), self._hide, self._entropy)

    def _without_known(self, text: str) -> str:
        pieces, done = [], 0
        for start, end in self._known.spots(text):
            pieces += [text[done:start], self._hide(text[start:end])]
            done = end
        return "".join((*pieces, text[done:])) if pieces else text

    def _hide_and_learn(self, secret: str) -> str:
        self._known.learn(secret)
        return self._hide(secret)

    def _text(self, text: str, *, is_prose: bool, hide: Hide | None = None) -> str:
        hide = hide or self._hide
        pieces, done = [], 0
        for start, end in secrets_beside(text, self._names):
            if is_prose and not _DIGIT.search(text, start, end):
                continue
            pieces += [text[done:start], hide(_unescaped(text[start:end]))]
            done = end
        if pieces:
            text = "".join((*pieces, text[done:]))
        return self._without_tokens(text, hide)

    def _value(self, value: Json) -> Json:
        if isinstance(value, str):
            return self._text(value, is_prose=False, hide=self._hide_and_learn)
        if isinstance(value, list):
            return list(self._items(value))
        if isinstance(value, dict):
            return self._members(value)
        return value

    def _members(self, members: dict[str, Json]) -> dict[str, Json]:
        kept: dict[str, Json] = {}
        for name in members:
            shown = name if len(name) < _SHORTEST_TOKEN else self._name(name, kept)
            kept[shown] = self._member(members, name)
        return kept

    def _name(self, name: str, others: Container[str]) -> str:
        """The name, which may be a secret itself; two of them stay two."""
        shown = self.text(name)
        while shown != name and shown in others:
            shown += "*"
        return shown

    def _items(self, items: list[Json]) -> Iterator[Json]:
        after_flag = False
        for item in items:
            if isinstance(item, str):
                is_secret = after_flag and item and not item.startswith("-")
                yield self._hide_and_learn(item) if is_secret else self._argument(item)
                after_flag = item.startswith("-") and self._is_flag_of_secret(item)
            else:
                yield self._value(item)
                after_flag = False

    def _is_flag_of_secret(self, item: str) -> bool:
        return "=" not in item and len(item) < _LONGEST_FLAG and self.is_sensitive(item)

    def _argument(self, item: str) -> str:
        """`--password=two words` is one argument, and all behind the sign is the secret."""
        found = _ARGUMENT.fullmatch(item) if item.startswith("-") else None
        if found and self.is_sensitive(found["flag"]) and not _NO_SECRET.search(found["secret"]):
            return f"{found['flag']}={self._hide_and_learn(found['secret'])}"
        return self._text(item, is_prose=False, hide=self._hide_and_learn)

    def _member(self, members: dict[str, Json], name: str) -> Json:
        value = members[name]
        if self.is_sensitive(name):
            return self._hidden(value, name)
        # An environment variable, a tag, a header: what names the value is a neighbour.
        if name == "value" and any(
            isinstance(label := members.get(where), str) and self.is_sensitive(label)
            for where in ("name", "key")
        ):
            return self._hidden(value, name)
        if isinstance(value, str) and is_key_beside(name, value):
            return self._hide_and_learn(value)
        return self._value(value)

    def _hidden(self, value: Json, name: str) -> Json:
        if isinstance(value, dict):
            return {key: self._hidden(member, name) for key, member in value.items()}
        if isinstance(value, list):
            return [self._hidden(item, name) for item in value]
        # Null, true and "" hide nothing and tell why a pull failed; `max_tokens` is a count.
        if value is None or isinstance(value, bool) or value == "":
            return value
        if isinstance(value, str):
            return self._hide_and_learn(value)
        return value if "tokens" in name.lower() else self._hide(str(value))


def _add_texts(value: Json, texts: list[str]) -> None:
    if isinstance(value, str):
        texts.append(value)
    elif isinstance(value, list | dict):
        for one in value if isinstance(value, list) else value.values():
            _add_texts(one, texts)


def _unescaped(secret: str) -> str:
    """As it stands in a value: one secret has one digest, wherever it is quoted."""
    return _ESCAPED.sub(r"\1", secret) if "\\" in secret else secret
