"""The digest of a secret under a key: the same for the same text, and nothing without the key."""

import hmac
from dataclasses import dataclass, field

from app.model.masks import MASK, SECRET, is_mask

# Of our digests: the same key used for something else gives others.
_PURPOSE = b"xcomtrace mask\x00"


@dataclass(frozen=True, slots=True)
class Seal:
    """Without a key nothing but `***`, as Airflow writes it."""

    key: bytes = field(default=b"", repr=False)

    def hide(self, secret: str) -> str:
        """What stands for the secret. Of what was masked before nobody knows what it was."""
        return self.digest(secret, SECRET)

    def digest(self, text: str, length: int, *, is_number: bool = False) -> str:
        if is_mask(text):
            return text
        if not self.key or MASK in text:
            return MASK
        data = _PURPOSE + text.encode("utf-8", "surrogatepass")
        digest = hmac.digest(self.key, data, "sha256").hex()[:length]
        return f"{MASK}{'#' if is_number else ''}{digest}"
