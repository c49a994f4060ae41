"""Secrets of nobody, in the forms that secrets have; spelled so that no file holds one of them."""

from base64 import b64encode, urlsafe_b64encode

_SALT = "r4Nd0mQw7ZtY2xK9sVb3LpE6uHc8"


def _jwt() -> str:
    head = urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').decode().rstrip("=")
    body = urlsafe_b64encode(b'{"sub":"nobody","scope":"everything"}').decode().rstrip("=")
    return f"{head}.{body}.{_SALT}{_SALT[::-1]}"


#: Form -> (a line that holds the secret, the secret).
PLANTED: dict[str, tuple[str, str]] = {
    "named": (f"password=pw-{_SALT}", f"pw-{_SALT}"),
    "named in JSON": (f'{{"api_key": "ak-{_SALT}"}}', f"ak-{_SALT}"),
    "named in a dict": (f"{{'client_secret': 'cs-{_SALT}'}}", f"cs-{_SALT}"),
    "flag": (f"run --token fl-{_SALT} --verbose", f"fl-{_SALT}"),
    "URL": (f"postgresql://me:ur-{_SALT}@db.example/x", f"ur-{_SALT}"),
    "bearer": (f"Authorization: Bearer be-{_SALT}", f"be-{_SALT}"),
    "basic": (
        f"Authorization: Basic {b64encode(f'me:{_SALT}'.encode()).decode()}",
        b64encode(f"me:{_SALT}".encode()).decode(),
    ),
    "JWT": (f"got {_jwt()} from the server", _jwt()),
    "AWS key id": ("using AKIA" + "Q7ZT2XK9VB3LPE6U", "AKIA" + "Q7ZT2XK9VB3LPE6U"),
    "AWS secret": (f"aws_secret_access_key = {_SALT}/{_SALT[:11]}", f"{_SALT}/{_SALT[:11]}"),
    "GitHub": (f"cloning with ghp_{_SALT}ABCDefgh", f"ghp_{_SALT}ABCDefgh"),
    "GitLab": ("cloning with glpat-" + _SALT[:20], "glpat-" + _SALT[:20]),
    "Slack": ("posting as xoxb-" + "123456789012-" + _SALT, "xoxb-" + "123456789012-" + _SALT),
    "Google": ("key AIza" + "Sy" + _SALT + "QwErT", "AIza" + "Sy" + _SALT + "QwErT"),
    "Stripe": ("charging with sk_live_" + _SALT, "sk_live_" + _SALT),
}
