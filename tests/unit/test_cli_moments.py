"""Moments on the command line: aware, in UTC, or refused in words."""

from datetime import UTC, datetime

import pytest

from gateway.cli.moments import moment_of
from gateway.errors import BadSetting


def test_a_moment_comes_in_utc() -> None:
    assert moment_of("2027-01-31T06:00+02:00", "--at") == datetime(2027, 1, 31, 4, tzinfo=UTC)
    assert moment_of("2027-01-31T06:00Z", "--at").tzinfo is UTC


@pytest.mark.parametrize(
    "text", ["", "soon", "2027-01-31T06:00", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00+14:00"]
)
def test_what_is_no_moment_is_refused_with_its_option(text: str) -> None:
    with pytest.raises(BadSetting) as caught:
        moment_of(text, "--at")
    assert caught.value.where == "--at"
    assert caught.value.remedy
