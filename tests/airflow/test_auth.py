import base64
import json
import sys

import pytest

from app.airflow.auth import (
    Anonymous,
    Password,
    RenewedToken,
    Token,
    TokenCommand,
    life_seconds,
    printed_token,
    token_source,
)
from app.model.errors import LoginFailed


def jwt(**claims: object) -> str:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"header.{body}.signature"


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def python(code: str) -> TokenCommand:
    return TokenCommand((sys.executable, "-c", code), seconds=5)


def test_a_token_is_renewed_at_80_percent_of_its_life() -> None:
    clock = Clock()
    tokens = [jwt(iat=0, exp=1000, n=number) for number in range(3)]
    given = iter(tokens)
    source = RenewedToken(lambda: next(given), clock=clock)
    assert source.token() == tokens[0]
    clock.seconds = 799
    assert source.token() == tokens[0]
    clock.seconds = 800
    assert source.token() == tokens[1]


def test_a_token_refused_to_many_requests_at_once_is_renewed_once() -> None:
    given = iter(["first", "second", "third"])
    source = RenewedToken(lambda: next(given), clock=Clock())
    token = source.token()
    source.renew(refused=token)
    assert source.token() == "second"
    source.renew(refused=token)
    assert source.token() == "second"


@pytest.mark.parametrize(
    ("token", "seconds"),
    [
        (jwt(iat=100, exp=160), 60),
        (jwt(exp=160), 3600),
        (jwt(iat=200, exp=100), 3600),
        (jwt(iat="x", exp=100), 3600),
        ("opaque", 3600),
        ("a.!!!.c", 3600),
        ("", 3600),
    ],
)
def test_a_tokens_life_is_told_by_itself_or_taken_for_an_hour(token: str, seconds: float) -> None:
    assert life_seconds(token) == seconds


def test_a_command_prints_the_token() -> None:
    assert printed_token(python("print('  abc\\n')")) == "abc"


def test_a_command_is_run_without_a_shell() -> None:
    assert printed_token(TokenCommand(("/bin/echo", "$HOME; id"))) == "$HOME; id"


@pytest.mark.parametrize(
    ("command", "line"),
    [
        (python("import sys; print('s3cret', file=sys.stderr); sys.exit(3)"), "exit code 3"),
        (python("pass"), "printed nothing"),
        (TokenCommand((sys.executable, "-c", "input()"), seconds=5), "exit code 1"),
        (TokenCommand(("/nonexistent/program",)), "cannot be run"),
        (TokenCommand(("/bin/sleep", "5"), seconds=0.1), "took longer than 0.1 s"),
    ],
)
def test_a_command_that_gives_no_token_is_a_failed_login(command: TokenCommand, line: str) -> None:
    with pytest.raises(LoginFailed, match=line) as caught:
        printed_token(command)
    assert "XCOMTRACE_AIRFLOW_TOKEN_COMMAND" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_credentials_do_not_show_their_secrets() -> None:
    shown = repr((Password("me", "s3cret"), Token("s3cret"), TokenCommand(("get", "s3cret"))))
    assert "s3cret" not in shown


def test_each_kind_of_credentials_has_its_source() -> None:
    def source(credentials: Password | Token | TokenCommand | Anonymous) -> str | None:
        return token_source(
            credentials, login=lambda user: f"for {user.username}", clock=Clock()
        ).token()

    assert source(Password("me", "x")) == "for me"
    assert source(Token("fixed")) == "fixed"
    assert source(python("print('printed')")) == "printed"
    assert source(Anonymous()) is None


def test_a_fixed_token_is_not_worth_asking_again() -> None:
    source = token_source(Token("x"), login=lambda _: "", clock=Clock())
    assert not source.renew(refused="x")
