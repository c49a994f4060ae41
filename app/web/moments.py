"""Moments that addresses and bodies name."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime


def _in_utc(at: datetime) -> datetime:
    """The moment in UTC, which one without a zone is in."""
    try:
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except OverflowError as error:
        raise ValueError("a moment of the years 1 to 9999, in UTC, is meant") from error


Moment = Annotated[datetime, AfterValidator(_in_utc)]
AwareMoment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
