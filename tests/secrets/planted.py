"""Secrets of many kinds, each new for each seed and as real as its makers make them.

A `Planted` is the text in which a secret stands as people write it, with the parts that must be
found nowhere.
"""

import base64
import json
import random
import string
from dataclasses import dataclass

_LETTERS = string.ascii_letters + string.digits
_HEX = "0123456789abcdef"
_URL = _LETTERS + "-_"
_BASE64 = _LETTERS + "+/"


@dataclass(frozen=True)
class Planted:
    kind: str
    text: str
    secrets: tuple[str, ...]


class Makers:
    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)  # noqa: S311 - no secrets of anybody

    def some(self, letters: str, count: int) -> str:
        # A secret without a digit, or with hyphens at its ends, would be a word's like.
        inner = "".join(self._dice.choice(letters) for _ in range(count - 2))
        return f"{self._dice.choice('abcdef')}{inner}{self._dice.choice('123456789')}"

    def password(self) -> str:
        return self.some(_LETTERS, 18)

    def lines(self, count: int = 4) -> list[str]:
        return [self.some(_BASE64, 64) for _ in range(count)]


def planted(seed: int) -> tuple[Planted, ...]:
    """One of each kind."""
    return tuple(_all(Makers(seed)))


def _all(make: Makers) -> "list[Planted]":  # noqa: PLR0915 - one after the other
    found: list[Planted] = []

    def add(kind: str, text: str, *secrets: str) -> None:
        found.append(Planted(kind, text, secrets))

    def token(kind: str, text: str) -> None:
        add(kind, text, text)

    word = make.password()
    add("password", f"--db-password={word}", word)
    word = make.password()
    add("password in JSON", json.dumps({"client_secret": word, "n": 1}), word)
    word = make.password()
    add("address", f"postgresql://etl:{word}@db.example.com:5432/geo", word)
    access, secret = f"AKIA{make.some(string.ascii_uppercase, 16).upper()}", make.some(_BASE64, 40)
    add("AWS pair", f"{access}:{secret}", access, secret)
    word = make.some(_BASE64, 86)
    add("Azure", f"DefaultEndpointsProtocol=https;AccountName=lake;AccountKey={word}==", word)
    word = make.some(_LETTERS, 43)
    add("Azure SAS", f"https://lake.blob.core.windows.net/c/x?sv=2025&se=x&sig={word}%3D", word)
    first, *more = make.lines()
    key = "\n".join((first, *more))
    add(
        "PEM",
        f"-----BEGIN RSA PRIVATE KEY-----\n{key}\n-----END RSA PRIVATE KEY-----",
        first,
        *more,
    )
    first, *more = make.lines()
    key = "\n".join(("", first, *more))
    add(
        "PGP",
        f"-----BEGIN PGP PRIVATE KEY BLOCK-----\n{key}\n-----END PGP PRIVATE KEY BLOCK-----",
        first,
        *more,
    )
    first, *more = make.lines()
    key = "\n".join((first, *more))
    pem = f"-----BEGIN PRIVATE KEY-----\n{key}\n-----END PRIVATE KEY-----\n"
    account = {"type": "service_account", "private_key": pem, "client_email": "etl@example.com"}
    add("Google account", json.dumps(account), first, *more)
    encoded = base64.b64encode(f"-----BEGIN RSA PRIVATE KEY-----\n{make.lines()[0]}".encode())
    add("kubeconfig key", f"client-key-data: {encoded.decode()}", encoded.decode()[44:])
    word = make.some(_LETTERS, 40)
    add("kubeconfig token", f"users:\n- name: etl\n  user:\n    token: {word}\n", word)
    word = make.password()
    login = base64.b64encode(f"etl:{word}".encode()).decode()
    add("Docker", json.dumps({"auths": {"registry.example.com": {"auth": login}}}), login)
    word = make.password()
    add("netrc", f"machine api.example.com login etl password {word}", word)
    word = f"{make.some(_LETTERS, 22)}/{make.some(_LETTERS, 30)}"
    add("htpasswd", f"etl:$2y$05${word}", word)
    word = make.some(_URL, 43)
    add("Fernet", f"AIRFLOW__CORE__FERNET_KEY={word}=", word)
    word = make.some(_HEX, 40)
    add("Datadog", f"DD_APP_KEY={word}", word)
    word = make.some(_LETTERS, 24)
    add("Slack hook", f"https://hooks.slack.com/services/T0AB/B0CD/{word}", word)
    word = make.some(_URL, 35)[:33]
    add("Telegram", f"https://api.telegram.org/bot812345678:AA{word}/sendMessage", word)
    word = make.some(_LETTERS, 30)
    add("header", f"Authorization: Bearer {word}", word)
    word = make.some(_LETTERS, 30)
    add("cookie", f"Set-Cookie: session={word}; Path=/; Secure", word)
    head = base64.urlsafe_b64encode(b'{"alg":"HS256"}').decode().rstrip("=")
    body = base64.urlsafe_b64encode(b'{"sub":"etl","iat":1795000000}').decode().rstrip("=")
    add("JWT", f"{head}.{body}.{(word := make.some(_URL, 43))}", word)
    token("GitHub", f"ghp_{make.some(_LETTERS, 36)}")
    token("GitLab", f"glpat-{make.some(_URL, 20)}")
    token("Slack", f"xoxb-1234567890-{make.some(_LETTERS, 24)}")
    token("Stripe", f"sk_live_{make.some(_LETTERS, 24)}")
    token("Twilio", f"SK{make.some(_HEX, 32)}")
    token("SendGrid", f"SG.{make.some(_URL, 22)}.{make.some(_URL, 43)}")
    token("npm", f"npm_{make.some(_LETTERS, 36)}")
    token("PyPI", f"pypi-{make.some(_URL, 80)}")
    token("Databricks", f"dapi{make.some(_HEX, 32)}")
    token("Vault", f"hvs.{make.some(_URL, 90)}")
    token("OpenAI", f"sk-proj-{make.some(_LETTERS, 48)}")
    token("Anthropic", f"sk-ant-api03-{make.some(_URL, 93)}")
    token("Hugging Face", f"hf_{make.some(_LETTERS, 34)}")
    token("PagerDuty", f"u+{make.some(_LETTERS, 18)}")
    token("Google", f"AIza{make.some(_URL, 35)}")
    return found
