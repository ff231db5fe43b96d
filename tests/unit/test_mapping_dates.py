"""Dates: a declared format and zone, a declared policy for the change of the clocks, no guessing."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from gateway.mapping.dates import compile_day, compile_instant, has_offset
from gateway.mapping.faults import CellFault

CHICAGO = ZoneInfo("America/Chicago")
SEATTLE = ZoneInfo("America/Los_Angeles")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")


@pytest.mark.parametrize(
    ("shape", "text", "expected"),
    [
        ("M/D/YYYY h:mm:ss A", "11/04/2023 6:08:26 PM", datetime(2023, 11, 5, 1, 8, 26, tzinfo=UTC)),
        ("M/D/YYYY h:mm:ss A", "1/4/2023 12:00:00 AM", datetime(2023, 1, 4, 8, tzinfo=UTC)),
        ("M/D/YYYY h:mm:ss A", "1/4/2023 12:00:00 p.m.", datetime(2023, 1, 4, 20, tzinfo=UTC)),
        ("YYYY-MM-DDTHH:mm:ssZ", "2023-07-01T10:00:00+05:30", datetime(2023, 7, 1, 4, 30, tzinfo=UTC)),
        ("YYYY-MM-DDTHH:mm:ssZ", "2023-07-01T10:00:00-0600", datetime(2023, 7, 1, 16, tzinfo=UTC)),
        ("YYYY-MM-DDTHH:mm:ssZ", "2023-07-01T10:00:00Z", datetime(2023, 7, 1, 10, tzinfo=UTC)),
        ("YYYY-MM-DD HH:mm:ss.SSS", "2023-07-01 10:00:00.25", datetime(2023, 7, 1, 17, 0, 0, 250000, tzinfo=UTC)),
        ("YYYY MMM DD hh:mm:ss A", "2023 Dec 31 11:59:59 PM", datetime(2024, 1, 1, 7, 59, 59, tzinfo=UTC)),
        ("YYYYMMDDHHmm", "202307010930", datetime(2023, 7, 1, 16, 30, tzinfo=UTC)),
        ("M/D/YYYY", "7/1/2023", datetime(2023, 7, 1, 7, tzinfo=UTC)),
    ],
)
def test_instants_are_read_in_their_zone_and_kept_in_utc(shape: str, text: str, expected: datetime) -> None:
    value, odd = compile_instant((shape,), SEATTLE, "quarantine")(text)
    assert value == expected
    assert value.tzinfo is UTC
    assert odd is None


@pytest.mark.parametrize(
    "text",
    [
        "13/45/2023 6:08:26 PM",
        "2/29/2023 6:08:26 PM",
        "1/4/2023 0:08:26 PM",
        "1/4/2023 13:08:26 PM",
        "1/4/2023",
        "1/4/23 6:08:26 PM",
        "1/4/2023 6:60:26 PM",
        "1/4/2023 6:08:26 PM ",
        "\u0661/4/2023 6:08:26 PM",
        "1/4/0000 6:08:26 PM",
        "",
    ],
)
def test_what_the_format_does_not_say_is_a_bad_date(text: str) -> None:
    with pytest.raises(CellFault) as caught:
        compile_instant(("M/D/YYYY h:mm:ss A",), SEATTLE, "earlier")(text)
    assert caught.value.code == "bad-date"


def test_formats_are_tried_in_order() -> None:
    day = compile_day(("MM/DD/YYYY", "YYYY-MM-DD"))
    assert day("02/03/2030") == day("2030-02-03") == date(2030, 2, 3)


@pytest.mark.parametrize("offset", ["+15:00", "+05:60"])
def test_an_offset_that_no_zone_has_is_a_bad_date(offset: str) -> None:
    with pytest.raises(CellFault):
        compile_instant(("YYYY-MM-DDTHH:mm:ssZ",), None, "earlier")(f"2030-01-01T00:00:00{offset}")


@pytest.mark.parametrize("text", ["0001-01-01 00:00", "0024-07-01 10:00", "1799-12-31 23:59", "9999-12-31 23:59"])
def test_an_instant_beyond_the_calendar_is_a_bad_date(text: str) -> None:
    with pytest.raises(CellFault) as caught:
        compile_instant(("YYYY-MM-DD HH:mm",), CHICAGO, "earlier")(text)
    assert caught.value.code == "bad-date"


class TestTheHourThatAutumnRepeats:
    TEXT = "2023-11-05 01:30"

    @pytest.mark.parametrize(("policy", "hour"), [("earlier", 6), ("later", 7)])
    def test_a_policy_picks_one_of_both_readings(self, policy: str, hour: int) -> None:
        value, odd = compile_instant(("YYYY-MM-DD HH:mm",), CHICAGO, policy)(self.TEXT)  # type: ignore[arg-type]
        assert (value, odd) == (datetime(2023, 11, 5, hour, 30, tzinfo=UTC), None)

    def test_or_refuses(self) -> None:
        with pytest.raises(CellFault) as caught:
            compile_instant(("YYYY-MM-DD HH:mm",), CHICAGO, "quarantine")(self.TEXT)
        assert caught.value.code == "ambiguous-time"

    def test_the_minutes_before_and_after_have_one_reading(self) -> None:
        read = compile_instant(("YYYY-MM-DD HH:mm",), CHICAGO, "quarantine")
        assert read("2023-11-05 00:59")[0] == datetime(2023, 11, 5, 5, 59, tzinfo=UTC)
        assert read("2023-11-05 02:00")[0] == datetime(2023, 11, 5, 8, 0, tzinfo=UTC)

    def test_a_half_hour_change_is_found_as_well(self) -> None:
        with pytest.raises(CellFault) as caught:
            compile_instant(("YYYY-MM-DD HH:mm",), LORD_HOWE, "quarantine")("2024-04-07 01:45")
        assert caught.value.code == "ambiguous-time"


class TestTheHourThatSpringLeavesOut:
    TEXT = "2024-03-10 02:30"

    @pytest.mark.parametrize(("policy", "hour"), [("earlier", 7), ("later", 8)])
    def test_a_policy_reads_it_with_a_warning(self, policy: str, hour: int) -> None:
        value, odd = compile_instant(("YYYY-MM-DD HH:mm",), CHICAGO, policy)(self.TEXT)  # type: ignore[arg-type]
        assert value == datetime(2024, 3, 10, hour, 30, tzinfo=UTC)
        assert odd is not None
        assert odd.code == "nonexistent-time"

    def test_or_refuses(self) -> None:
        with pytest.raises(CellFault) as caught:
            compile_instant(("YYYY-MM-DD HH:mm",), CHICAGO, "quarantine")(self.TEXT)
        assert caught.value.code == "nonexistent-time"

    def test_an_offset_in_the_text_leaves_nothing_to_decide(self) -> None:
        value, odd = compile_instant(("YYYY-MM-DD HH:mmZ",), CHICAGO, "quarantine")("2024-03-10 02:30-06:00")
        assert (value, odd) == (datetime(2024, 3, 10, 8, 30, tzinfo=UTC), None)


@pytest.mark.parametrize(
    ("shape", "complaint"),
    [
        ("yyyy-MM-DD", "unknown letter"),
        ("YYYY-MM", "needs a year"),
        ("MM/DD", "needs a year"),
        ("YYYY-MM-DD hh:mm", "'h' with 'A'"),
        ("YYYY-MM-DD HH:mm A", "'h' with 'A'"),
        ("YYYY-MM-DD mm:ss", "leaves out"),
        ("YYYY-MM-DD HH.SSS", "leaves out"),
        ("YYYY-MM-MM", "twice"),
    ],
)
def test_a_format_that_cannot_work_is_refused_before_the_first_row(shape: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        compile_day((shape,))


def test_a_time_without_zone_and_offset_is_refused_before_the_first_row() -> None:
    with pytest.raises(ValueError, match="needs a zone"):
        compile_instant(("YYYY-MM-DD HH:mm",), None, "earlier")
    assert has_offset(("YYYY-MM-DD HH:mmZ",))
