"""Every error of xcomtrace, in one tree; whose fault it is shows in its class.

XcomtraceError
├── SettingsError            a setting is wrong: the operator's to mend
├── AirflowError             Airflow did not answer as it should
│   ├── Unreachable          no connection, or it broke off
│   ├── TlsFailed            the certificate is not trusted
│   ├── LoginFailed          wrong user, password or token
│   ├── NotAllowed           signed in, but may not read this
│   ├── NotThere             the thing asked for does not exist (any more)
│   ├── Busy                 429 or 5xx: try again later
│   ├── NotAirflow           something answers, but it is not Airflow's API
│   ├── WrongVersion         an Airflow we cannot speak to
│   ├── OldAnswer            an answer of some time ago, out of somebody's memory
│   └── BadAnswer            an answer that cannot be read
├── StoreError               the database refused
│   ├── SchemaOutdated       it needs `xcomtrace migrate`
│   ├── StoreLocked          another process has it
│   ├── StoreFull            no room is left
│   ├── Outpaced             another process has taken over what this one did
│   └── NotKept              what a reader asks for is not in it
├── AccessError              a reader cannot be let in
│   ├── SignInRefused        not with this name and password
│   └── RightsUnknown        what they may see cannot be told now
├── NotUnderstood            a search cannot be read; it knows where
└── RecordingError           a recording cannot be read or written
"""


class XcomtraceError(Exception):
    """Something went wrong that a person can act on: one line, naming what to do."""


class SettingsError(XcomtraceError):
    """A setting is wrong; the message names it."""


class AirflowError(XcomtraceError):
    """Airflow did not answer as it should."""


class Unreachable(AirflowError):
    """There is no connection to Airflow, or it broke off."""


class TlsFailed(AirflowError):
    """Airflow's certificate is not trusted here."""


class LoginFailed(AirflowError):
    """Airflow refused the user, password or token."""


class NotAllowed(AirflowError):
    """Airflow knows the user, who may not read this."""


class NotThere(AirflowError):
    """Airflow does not have it, or no longer."""


class Busy(AirflowError):
    """Airflow asks to be left alone for a while."""

    def __init__(
        self, message: str, *, retry_after: float | None = None, status: int | None = None
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after  # Seconds, when Airflow said so.
        self.status = status  # Of the HTTP answer.


class NotAirflow(AirflowError):
    """Something answers at the address, but not Airflow's API."""


class WrongVersion(AirflowError):
    """An Airflow of a version that this xcomtrace cannot read."""


class OldAnswer(AirflowError):
    """An answer that Airflow gave some time ago and something in between remembered."""


class BadAnswer(AirflowError):
    """An answer of Airflow that cannot be read."""


class StoreError(XcomtraceError):
    """The database refused."""


class SchemaOutdated(StoreError):
    """The database's schema is older than this program."""


class StoreLocked(StoreError):
    """Another process holds the database."""


class StoreFull(StoreError):
    """No room is left for the database."""


class Outpaced(StoreError):
    """Another process has taken over: what this one still knows is too old to be written."""


class NotKept(StoreError):
    """What a reader asks for is not in the database; the message says what."""


class AccessError(XcomtraceError):
    """A reader cannot be let in."""


class SignInRefused(AccessError):
    """Nobody is known by this; the message says no more than that."""

    def __init__(self, message: str, *, wait: int | None = None) -> None:
        super().__init__(message)
        self.wait = wait  # Seconds until it can be tried again, after too many tries.


class RightsUnknown(AccessError):
    """What a reader may see cannot be told now."""


class NotUnderstood(XcomtraceError):
    """A search cannot be read; the message says what to write instead."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position  # Of the character that it is about, counted from 0.


class RecordingError(XcomtraceError):
    """A recording cannot be read or written."""
