"""The days that follow from an election day, against the table of messaging-korea.md §8.6 and the statute."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.compliance import ElectionKind, key_dates
from shared.compliance.calendar import feast_near, is_public_holiday
from shared.compliance.election_dates import (
    assembly_election_day,
    by_election_days,
    local_election_day,
    upcoming,
)


def test_the_local_elections_of_2026() -> None:
    dates = key_dates(ElectionKind.GOVERNOR, date(2026, 6, 3))
    assert dates.pre_registration_opens_on == dates.days_120 == date(2026, 2, 3)
    assert dates.campaign_starts_on == date(2026, 5, 21)
    assert (dates.registration_opens_on, dates.registration_closes_on) == (
        date(2026, 5, 14),
        date(2026, 5, 15),
    )
    assert dates.days_90 == date(2026, 3, 5)
    assert dates.days_60 == date(2026, 4, 4)
    assert dates.days_6 == date(2026, 5, 28)


@pytest.mark.parametrize(
    ("kind", "opens"),
    [
        (ElectionKind.METRO_COUNCIL, date(2026, 2, 20)),
        (ElectionKind.CITY_HEAD, date(2026, 2, 20)),
        (ElectionKind.CITY_COUNCIL, date(2026, 2, 20)),
        (ElectionKind.COUNTY_HEAD, date(2026, 3, 22)),
        (ElectionKind.COUNTY_COUNCIL, date(2026, 3, 22)),
        (ElectionKind.SUPERINTENDENT, date(2026, 2, 3)),
    ],
)
def test_pre_candidates_register_from_different_days(kind: ElectionKind, opens: date) -> None:
    assert key_dates(kind, date(2026, 6, 3)).pre_registration_opens_on == opens


def test_the_general_election_of_2028() -> None:
    dates = key_dates(ElectionKind.ASSEMBLY, assembly_election_day(2028))
    assert dates.election_day == date(2028, 4, 12)
    assert dates.pre_registration_opens_on == date(2027, 12, 14)
    assert dates.campaign_starts_on == date(2028, 3, 30)
    assert (dates.days_90, dates.days_60, dates.days_6) == (
        date(2028, 1, 13),
        date(2028, 2, 12),
        date(2028, 4, 6),
    )


def test_a_president_has_23_days() -> None:
    day = date(2025, 6, 3)
    dates = key_dates(ElectionKind.PRESIDENT, day)
    assert dates.campaign_starts_on == dates.registration_closes_on + timedelta(days=1) == date(2025, 5, 12)
    assert (day - dates.campaign_starts_on).days + 1 == 23
    assert dates.pre_registration_opens_on == day - timedelta(days=240)


def test_an_election_beside_a_holiday_moves_a_week() -> None:
    assert local_election_day(2026) == date(2026, 6, 3)
    assert local_election_day(2030) == date(2030, 6, 12), "6 June is a holiday, the 5th would be beside it"


def test_by_elections() -> None:
    assert by_election_days(2026)[1] == date(2026, 10, 7)
    assert by_election_days(2027) == (date(2027, 4, 7), date(2027, 10, 6))
    assert [day for _, day in upcoming(date(2026, 6, 1), 2)][:5] == [
        date(2026, 6, 3),
        date(2026, 10, 7),
        date(2027, 4, 7),
        date(2027, 10, 6),
        date(2028, 4, 12),
    ]


@given(st.integers(2025, 2060))
def test_elections_move_once_when_a_holiday_is_beside_them(year: int) -> None:
    april, october = by_election_days(year)
    for day, first in ((april, date(year, 4, 1)), (october, date(year, 10, 1))):
        assert day.weekday() == 2
        week = timedelta(days=7)
        regular = day if day - first < week else day - week
        beside = [is_public_holiday(regular + timedelta(days=one)) for one in (-1, 0, 1)]
        assert any(beside) is (day != regular)


@given(st.sampled_from(ElectionKind), st.dates(date(2025, 1, 1), date(2060, 1, 1)))
def test_the_days_come_in_their_order(kind: ElectionKind, day: date) -> None:
    dates = key_dates(kind, day)
    # 제33조: the last day to register, and the campaign six days later (a president's on the next day).
    gap = 1 if kind is ElectionKind.PRESIDENT else 6
    assert dates.campaign_starts_on - dates.registration_closes_on == timedelta(days=gap)
    assert dates.pre_registration_opens_on < dates.registration_opens_on < dates.registration_closes_on
    assert dates.days_90 < dates.days_60 < dates.days_6 < day


@pytest.mark.parametrize(
    ("day", "feast"),
    [
        (date(2026, 2, 17), "설날"),
        (date(2026, 9, 18), "추석"),
        (date(2026, 9, 17), None),
        (date(2026, 5, 31), "부처님오신날"),
        (date(2026, 12, 31), "기독탄신일"),
        (date(2027, 1, 2), None),
    ],
)
def test_feasts_are_near_for_seven_days(day: date, feast: str | None) -> None:
    assert feast_near(day) == feast
