"""Local times without an offset, over whole rows: nothing is guessed, and no minute is read as two instants."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mapping_builders import codes, delivery, mapped, mapping_of, rejected, run

from gateway import adapters
from gateway.errors import BadSetting
from gateway.mapping import Mapped, Mapping
from gateway.model.stages import NativeRecord

ZONES = ["America/Los_Angeles", "America/Phoenix", "America/St_Johns", "Australia/Lord_Howe", "Europe/Dublin", "UTC"]
SECONDS = "YYYY-MM-DD HH:mm:ss"


def feed(zone: str, dst: str, shapes: Any = SECONDS) -> Mapping:
    return mapping_of(
        {"activity.call.reported": {"from": "At", "date": shapes}},
        reads={"format": "delimited", "timezone": zone, "dst": dst},
    )


def reported(mapping: Mapping, text: str) -> datetime:
    instant = mapped(mapping, At=text).activities[0].reported
    assert instant is not None
    return instant


class TestNovembersRepeatedHour:
    @pytest.mark.parametrize(("dst", "hour"), [("earlier", 8), ("later", 9)])
    def test_a_policy_reads_it(self, dst: str, hour: int) -> None:
        at = reported(feed("America/Los_Angeles", dst), "2024-11-03 01:30:00")
        assert at == datetime(2024, 11, 3, hour, 30, tzinfo=UTC)

    def test_without_one_the_row_waits(self) -> None:
        problems = rejected(feed("America/Los_Angeles", "quarantine"), At="2024-11-03 01:30:00")
        assert codes(problems) == [("ambiguous-time", "At")]

    def test_the_second_before_and_the_one_after_are_certain(self) -> None:
        mapping = feed("America/Los_Angeles", "quarantine")
        assert reported(mapping, "2024-11-03 00:59:59") == datetime(2024, 11, 3, 7, 59, 59, tzinfo=UTC)
        assert reported(mapping, "2024-11-03 02:00:00") == datetime(2024, 11, 3, 10, tzinfo=UTC)


class TestMarchsMissingHour:
    @pytest.mark.parametrize(("dst", "hour"), [("earlier", 9), ("later", 10)])
    def test_a_policy_reads_it_and_says_so(self, dst: str, hour: int) -> None:
        result = run(feed("America/Los_Angeles", dst), At="2024-03-10 02:30:00")
        assert isinstance(result, Mapped)
        assert result.record.activities[0].reported == datetime(2024, 3, 10, hour, 30, tzinfo=UTC)
        assert codes(result.warnings) == [("nonexistent-time", "At")]

    def test_without_one_the_row_waits(self) -> None:
        problems = rejected(feed("America/Los_Angeles", "quarantine"), At="2024-03-10 02:30:00")
        assert codes(problems) == [("nonexistent-time", "At")]


class TestLocalTimesWithoutAnOffset:
    def test_a_document_without_a_zone_is_refused_before_the_first_row(self) -> None:
        with pytest.raises(BadSetting, match="needs a zone"):
            mapping_of({"activity.call.reported": {"from": "At", "date": SECONDS}}, reads={"format": "delimited"})

    def test_they_are_never_read_as_utc(self) -> None:
        assert reported(feed("America/Los_Angeles", "earlier"), "2024-07-04 17:00:00") == datetime(
            2024, 7, 5, tzinfo=UTC
        )

    def test_an_offset_in_the_text_is_believed_before_the_zone(self) -> None:
        mapping = feed("America/Los_Angeles", "quarantine", ["YYYY-MM-DDTHH:mm:ssZ", SECONDS])
        assert reported(mapping, "2024-11-03T01:30:00-08:00") == datetime(2024, 11, 3, 9, 30, tzinfo=UTC)
        assert reported(mapping, "2024-11-03T09:30:00Z") == datetime(2024, 11, 3, 9, 30, tzinfo=UTC)

    @pytest.mark.parametrize("zone", ZONES)
    def test_what_is_read_is_what_the_clock_on_the_wall_showed(self, zone: str) -> None:
        """For every local minute of the years around the changes: the instant, shown in the zone, is the text again."""
        mapping = feed(zone, "quarantine")
        wall = ZoneInfo(zone)

        @given(st.integers(0, 4 * 366 * 24 * 60))
        def law(minutes: int) -> None:
            text = f"{datetime(2023, 1, 1) + timedelta(minutes=minutes):%Y-%m-%d %H:%M:%S}"  # noqa: DTZ001
            result = run(mapping, At=text)
            if isinstance(result, Mapped):
                instant = result.record.activities[0].reported
                assert instant is not None
                assert f"{instant.astimezone(wall):%Y-%m-%d %H:%M:%S}" == text
                assert instant.tzinfo is UTC
            else:
                local = datetime.fromisoformat(text).replace(tzinfo=wall)
                assert local.utcoffset() != local.replace(fold=1).utcoffset()

        law()


def test_two_formats_in_one_row() -> None:
    """As a city's export writes them: one column on the twelve-hour clock, the next with the month in letters."""
    mapping = mapping_of(
        {
            "activity.call.reported": {"from": "Received", "date": "MM/DD/YYYY hh:mm:ss A"},
            "activity.call.started": {"from": "Began", "date": "YYYY MMM DD hh:mm:ss A"},
            "activity.call.ended": {"from": "Closed", "date": "YYYY-MM-DDTHH:mm:ss", "zone": "UTC"},
        },
        reads={"format": "delimited", "timezone": "America/New_York", "dst": "later"},
    )
    text = b"Number,Received,Began,Closed\n7,11/03/2024 01:30:00 AM,2024 Nov 03 12:10:00 AM,2024-11-03T06:45:00\n"
    received = delivery(text)
    (item,) = adapters.read(received, mapping.reading)
    assert isinstance(item, NativeRecord)
    activity = mapped(mapping, **item.fields).activities[0]
    assert activity.reported == datetime(2024, 11, 3, 6, 30, tzinfo=UTC)
    assert activity.started == datetime(2024, 11, 3, 4, 10, tzinfo=UTC)
    assert activity.ended == datetime(2024, 11, 3, 6, 45, tzinfo=UTC)


def test_two_formats_in_one_column() -> None:
    mapping = feed("America/Chicago", "quarantine", ["MM/DD/YYYY HH:mm", "YYYY-MM-DD"])
    assert reported(mapping, "07/04/2030 22:15") == datetime(2030, 7, 5, 3, 15, tzinfo=UTC)
    assert reported(mapping, "2030-07-04") == datetime(2030, 7, 4, 5, tzinfo=UTC)
    assert codes(rejected(mapping, At="04.07.2030")) == [("bad-date", "At")]


def test_midnight_and_noon_on_the_twelve_hour_clock() -> None:
    mapping = feed("America/Chicago", "quarantine", "M/D/YYYY h:mm A")
    assert reported(mapping, "1/2/2030 12:00 AM") == datetime(2030, 1, 2, 6, tzinfo=UTC)
    assert reported(mapping, "1/2/2030 12:00 PM") == datetime(2030, 1, 2, 18, tzinfo=UTC)
    assert codes(rejected(mapping, At="1/2/2030 0:00 AM")) == [("bad-date", "At")]
