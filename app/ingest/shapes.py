"""Secrets that are known by their own shape, whatever stands beside them.

Each pattern is linear: it is bounded, or ends in a repeat after which nothing can fail. A repeat
that must be followed by something begins only where the text before it has ended.
"""

import re
from base64 import b64decode
from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

#: What stands for a secret.
Hide: TypeAlias = Callable[[str], str]
#: Nothing shorter has one of the shapes.
SHORTEST = 12

# Tokens whose makers gave them a beginning of their own. Each begins with a letter of its own, by
# which Python skips through a text.
_TOKEN = re.compile(
    r"A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{16}"  # AWS access keys
    r"|AIza[\w-]{35}|ya29\.[\w-]{20,}|GOCSPX-[\w-]{24,}"  # Google
    r"|AGE-SECRET-KEY-1[A-Z0-9]{50,}"
    r"|ATATT3x[\w=-]{40,}"  # Atlassian
    r"|NRAK-[A-Z0-9]{27}|PMAK-[0-9a-f]{24}-[0-9a-f]{30,}"  # New Relic, Postman
    r"|SG\.[\w-]{16,32}\.[\w-]{16,}"  # SendGrid
    r"|SK(?<!\wSK)[0-9a-f]{32}(?!\w)"  # Twilio
    r"|dapi[0-9a-f]{32}"  # Databricks
    r"|dckr_(?:pat|oat)_[\w-]{20,}|dop_v1_[0-9a-f]{64}|dp\.(?:pt|st)\.[A-Za-z0-9]{40,}"
    r"|gAAAAAB(?<![\w+/-]gAAAAAB)[\w-]{60,}={0,2}"  # What a Fernet key has encrypted
    r"|gh[opsru]_[A-Za-z0-9]{30,255}|github_pat_\w{22,255}"
    r"|gl(?:pat|dt|rt|cbt|ptt|ft|soat|imt|agent|ffct)-[\w.-]{20,}"  # GitLab
    r"|glsa_[A-Za-z0-9]{32}_[0-9a-fA-F]{8}|gsk_[A-Za-z0-9]{40,}"  # Grafana, Groq
    r"|hf_[A-Za-z0-9]{30,}|hv[sbr]\.[\w-]{24,}"  # Hugging Face, Vault
    r"|lin_api_[A-Za-z0-9]{40}|npm_[A-Za-z0-9]{36}|nvapi-[\w-]{40,}"
    r"|pplx-[A-Za-z0-9]{40,}|pscale_(?:tkn|pw)_[\w.-]{30,}|pul-(?<![\w-]pul-)[0-9a-f]{40}|pypi-[\w-]{50,}"
    r"|rk_(?:live|test)_\w{16,}|r8_(?<!\wr8_)[A-Za-z0-9]{37}|rubygems_[0-9a-f]{48}"
    r"|shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}|sk_(?:live|test)_\w{16,}"  # Shopify, Stripe
    r"|sk-(?<![\w-]sk-)(?=[A-Za-z_-]{0,60}\d)[\w-]{20,}"  # OpenAI, Anthropic and their like
    r"|sntry[su]_[\w=+/-]{40,}"
    r"|whsec_[A-Za-z0-9+/]{24,}={0,2}"
    r"|xapp-\d-[\w-]{20,}|xox[abeoprs]-[\w-]{10,}|xkeysib-[0-9a-f]{64}-\w{16}"  # Slack, Brevo
    # Private keys as base64, as a kubeconfig has them.
    r"|LS0tLS1CRUdJTi(?:BSU0EgUFJJVkFUR|BQUklWQVRF|BFQyBQUklWQVRF|BPUEVOU1NI|BFTkNSWVBURUQ|BEU0EgUFJJ)"
    r"[A-Za-z0-9+/]{16,}={0,2}"
)
_JWT = re.compile(
    r"eyJ(?:(?<![\w-]eyJ)|(?<=\\[nrt]eyJ))[\w-]{8,}\.eyJ[\w-]{4,}(?:\.[\w-]{0,8000})?"
)
# Signed addresses, and connection strings of Azure and ODBC.
_PARAMETER = re.compile(
    r"(?P<kept>[?&;](?:sig|signature|x-amz-signature|x-goog-signature|accountkey|sharedaccesskey|pwd)"
    r"=)[^&;\s\"'\\<>]{4,}",
    re.IGNORECASE,
)
_HOOK = re.compile(
    r"(?P<kept>hooks\.slack\.com/(?:services|workflows)/|discord(?:app)?\.com/api/webhooks/\d{1,30}/"
    r"|webhook\.office\.com/webhookb?2?/|api\.telegram\.org/bot\d{6,12}:)[\w/@-]{8,}"
)
_COOKIE = re.compile(
    r"(?P<kept>cookie(?:\\{0,8}[\"'])?[ \t]{0,4}[:=,][ \t]{0,4}(?:\\{0,8}[\"'])?[\w.-]{1,100}=)"
    r"[^\n\"'\\]{1,8000}",
    re.IGNORECASE,
)
# `curl -u me:secret`; `https://me:secret@host`, `redis://:secret@host`, `https://token@host`.
_USER = re.compile(
    r"(?P<kept>(?<=[\s\"'])(?:-u|--user)(?:[ =]|[\"'],[ ]?)[\"']?[\w.@-]{1,100}:)[^\s\"'\\]{1,1000}"
)
_PASSWORD_OF_URL = re.compile(r"(?P<kept>://[^/\s:@'\"]{0,256}:)[^/\s@'\"]{1,1024}(?=@)")
_TOKEN_OF_URL = re.compile(r"(?P<kept>://)[\w-]{20,256}(?=@)")
# `-----BEGIN RSA PRIVATE KEY-----`, `-----BEGIN PGP PRIVATE KEY BLOCK-----`.
_PRIVATE_KEY = re.compile(
    r"(?P<kept>-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----)"
    r"(?!(?:\s|\\n){0,10}\*\*\*)(?:(?!-----END).){0,20000}",
    re.DOTALL,
)
# The secret of AWS behind its access key, which was seen to before: its name may be far away.
_PAIR = re.compile(
    r"(?P<kept>(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])[^A-Za-z0-9+/]{1,20}"
    r"(?:[A-Za-z_]{1,40}[^A-Za-z0-9+/]{1,8})?)[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/=])"
)
# `machine api.example login me password secret`, in one line or several.
_NETRC = re.compile(
    r"(?P<kept>\blogin(?:\s|\\n){1,10}[^\s\\]{1,200}(?:\s|\\n){1,10}password(?:\s|\\n){1,10})"
    r"[^\s\"'\\]{1,1000}"
)
# `me:$2y$05$…`, as htpasswd and shadow write them.
_CRYPT = re.compile(
    r"\$(?:apr1|2[abxy]|[156y]|argon2(?:id?|d))\$[\w./$=,+-]{20,500}|\{SSHA(?:256|512)?\}[\w+/=]{20,}"
)
_AZURE = re.compile(r"(?<![\w~.-])[\w~.-]{3}\dQ~[\w~.-]{31,34}(?![\w~.-])")
_TELEGRAM = re.compile(r"(?P<kept>(?<!\d)\d{8,10}:)AA[\w-]{33}(?![\w-])")
_TERRAFORM = re.compile(r"(?<!\w)[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,}")
_PAGERDUTY = re.compile(r"(?<![\w+])u\+[\w-]{18}(?![\w+-])")
# Names that are no names of secrets to Airflow, with what only a secret looks like behind them.
_KEY_BESIDE = re.compile(
    r"(?P<kept>(?:(?:dd|datadog)[_-]?app(?:lication)?[_-]?key|fernet[_-]?key|client-key-data)"
    r"\\{0,8}[\"']?\s{0,4}[:=]\s{0,4}\\{0,8}[\"']?)[A-Za-z0-9+/_-]{20,8000}={0,2}",
    re.IGNORECASE,
)
# `"auth": "bWU6c2VjcmV0"`, as Docker's config has it: user and password as base64.
_AUTH = re.compile(
    r"(?P<kept>\bauth\\{0,8}[\"']\s{0,4}:\s{0,4}\\{0,8}[\"'])(?P<login>[A-Za-z0-9+/]{8,8000}={0,2})"
)
#: The mark stands in every text that the pattern finds something in.
_MARKED = (
    ("://", _PASSWORD_OF_URL), ("://", _TOKEN_OF_URL), ("-----BEGIN", _PRIVATE_KEY),
    ("=", _PARAMETER), ("ook", _HOOK), ("telegram", _HOOK), ("ookie", _COOKIE), ("OOKIE", _COOKIE),
    ("-u", _USER), ("login", _NETRC), ("$", _CRYPT), ("{SSHA", _CRYPT), ("Q~", _AZURE),
    (":AA", _TELEGRAM), (".atlasv1.", _TERRAFORM), ("u+", _PAGERDUTY),
    ("key-data", _KEY_BESIDE), ("ernet", _KEY_BESIDE), ("ERNET", _KEY_BESIDE),
    ("app_key", _KEY_BESIDE), ("APP_KEY", _KEY_BESIDE), ("application_key", _KEY_BESIDE),
)  # fmt: skip


def without_shapes(text: str, hide: Hide) -> str:
    """The text without tokens, keys, signatures, cookies and the passwords of addresses."""
    if len(text) < SHORTEST:
        return text

    def hidden(found: re.Match[str]) -> str:
        kept = found.groupdict().get("kept") or ""
        return kept + hide(found[0][len(kept) :])

    if "AKIA" in text or "ASIA" in text:
        text = _PAIR.sub(hidden, text)
    text = _JWT.sub(hidden, _TOKEN.sub(hidden, text))
    for mark, pattern in _MARKED:
        if mark in text:
            text = pattern.sub(hidden, text)
    return _without_logins(text, hide) if "auth" in text else text


def is_key_beside(name: str, value: str) -> bool:
    """Whether the value is a secret by its shape, and by a name that alone is none to Airflow."""
    if name == "auth":
        return _is_login(value)
    return _may_name_a_key(name) and _KEY_BESIDE.fullmatch(f"{name}={value}") is not None


@lru_cache(maxsize=4_096)
def _may_name_a_key(name: str) -> bool:
    return _KEY_BESIDE.fullmatch(f"{name}={'x' * 20}") is not None


def _without_logins(text: str, hide: Hide) -> str:
    return _AUTH.sub(
        lambda one: one["kept"] + hide(one["login"]) if _is_login(one["login"]) else one[0], text
    )


def _is_login(text: str) -> bool:
    """Whether it is base64 for `user:password`."""
    try:
        user, sign, password = b64decode(text, validate=True).decode().partition(":")
    except ValueError:
        return False
    return bool(sign) and f"{user}{password}".isprintable()
