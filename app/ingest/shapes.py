"""Secrets that are known by their own shape, whatever stands beside them.

Each pattern is linear: it is bounded, or ends in a repeat after which nothing can fail. A repeat
that must be followed by something begins only where the text before it has ended.
"""

import re

MASK = "***"
#: Nothing shorter has one of the shapes.
_SHORTEST = 12

# Tokens whose makers gave them a beginning of their own.
_TOKEN = re.compile(
    r"(?:AKIA|ASIA)[A-Z0-9]{16}"  # AWS access keys
    r"|gh[opsru]_[A-Za-z0-9]{30,255}|github_pat_\w{22,255}"
    r"|glpat-[\w-]{20,}"
    r"|xox[abeoprs]-[\w-]{10,}"  # Slack
    r"|AIza[\w-]{35}|ya29\.[\w-]{20,}"  # Google
    r"|sk_live_\w{16,}|rk_live_\w{16,}"  # Stripe
    r"|npm_[A-Za-z0-9]{36}|pypi-[\w-]{50,}"
    r"|dapi[0-9a-f]{32}"  # Databricks
    r"|hvs\.[\w-]{24,}"  # Vault
    r"|SG\.[\w-]{16,32}\.[\w-]{16,}"  # SendGrid
    r"|sk-(?<![\w-]sk-)(?=[A-Za-z_-]{0,60}\d)[\w-]{20,}"
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
_HOOK = re.compile(r"(?P<kept>hooks\.slack\.com/(?:services|workflows)/)[\w/-]{8,}")
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
_PRIVATE_KEY = re.compile(
    r"(?P<kept>-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----)(?:(?!-----END).){0,20000}", re.DOTALL
)
_BESIDE = (
    _PASSWORD_OF_URL, _TOKEN_OF_URL, _PRIVATE_KEY, _PARAMETER, _HOOK, _COOKIE, _USER,
)  # fmt: skip
#: One of these stands in every text that one of those finds something in.
_MARKS = ("://", "-----", "=", "ook", "OOK", "-u")


def without_shapes(text: str) -> str:
    """The text with `***` for tokens, keys, signatures, cookies and the passwords of addresses."""
    if len(text) < _SHORTEST:
        return text
    text = _TOKEN.sub(MASK, text)
    text = _JWT.sub(MASK, text)
    if any(mark in text for mark in _MARKS):
        for pattern in _BESIDE:
            text = pattern.sub(rf"\g<kept>{MASK}", text)
    return text
