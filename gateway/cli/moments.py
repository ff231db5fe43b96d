"""Moments that are named on the command line."""

from datetime import UTC, datetime

from gateway.errors import BadSetting

__all__ = ["moment_of"]


def moment_of(text: str, option: str) -> datetime:
    """The moment, aware and in UTC; `option` is where it was named. Raises BadSetting."""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise BadSetting("the moment names no zone", where=option, remedy="Write it in UTC, with a Z at its end")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadSetting("this is no moment", where=option, remedy="Write it like 2027-01-31T06:00Z") from error
