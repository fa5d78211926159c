"""The days that follow from election day (공직선거법 제33조, 제34조, 제35조, 제49조, 제60조의2)."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from shared.compliance.calendar import is_public_holiday

WEDNESDAY = 2


class ElectionKind(StrEnum):
    """What is elected; the days differ by it."""

    PRESIDENT = "president"
    ASSEMBLY = "assembly"
    GOVERNOR = "governor"
    SUPERINTENDENT = "superintendent"
    METRO_COUNCIL = "metro_council"
    CITY_HEAD = "city_head"
    CITY_COUNCIL = "city_council"
    COUNTY_HEAD = "county_head"
    COUNTY_COUNCIL = "county_council"


# When pre-candidates may register: days before election day, or before the campaign begins (제60조의2 제1항;
# 교육감: 지방교육자치에 관한 법률 제49조 follows 시·도지사).
_BEFORE_ELECTION = {
    ElectionKind.PRESIDENT: 240,
    ElectionKind.ASSEMBLY: 120,
    ElectionKind.GOVERNOR: 120,
    ElectionKind.SUPERINTENDENT: 120,
}
_BEFORE_CAMPAIGN = {
    ElectionKind.METRO_COUNCIL: 90,
    ElectionKind.CITY_HEAD: 90,
    ElectionKind.CITY_COUNCIL: 90,
    ElectionKind.COUNTY_HEAD: 60,
    ElectionKind.COUNTY_COUNCIL: 60,
}


@dataclass(frozen=True)
class KeyDates:
    """The days of one election, all inclusive.

    `registration_closes_on` is the last day to register as candidate (제49조); `campaign_starts_on` the
    선거기간개시일 (제33조). `days_90`, `days_60`, `days_6`: from then on the rules of 제82조의8·제111조,
    제108조 제2항 and 제108조 제1항 hold, until `election_day`.
    """

    kind: ElectionKind
    election_day: date
    pre_registration_opens_on: date
    registration_opens_on: date
    registration_closes_on: date
    campaign_starts_on: date
    days_120: date
    days_90: date
    days_60: date
    days_6: date


def key_dates(kind: ElectionKind, election_day: date) -> KeyDates:
    """The days that follow from the day of an election."""
    president = kind is ElectionKind.PRESIDENT
    starts = _before(election_day, 22 if president else 13)
    opens = _before(election_day, 24 if president else 20)
    if kind in _BEFORE_ELECTION:
        pre = _before(election_day, _BEFORE_ELECTION[kind])
    else:
        pre = _before(starts, _BEFORE_CAMPAIGN[kind])
    return KeyDates(
        kind=kind,
        election_day=election_day,
        pre_registration_opens_on=pre,
        registration_opens_on=opens,
        registration_closes_on=opens + timedelta(days=1),
        campaign_starts_on=starts,
        days_120=_before(election_day, 120),
        days_90=_before(election_day, 90),
        days_60=_before(election_day, 60),
        days_6=_before(election_day, 6),
    )


def assembly_election_day(year: int) -> date:
    """The general election of a year (2028, 2032, …): the first Wednesday from 50 days before 29 May."""
    return _lawful_day(_before(date(year, 5, 29), 50))


def local_election_day(year: int) -> date:
    """The local elections of a year (2026, 2030, …): the first Wednesday from 30 days before 30 June."""
    return _lawful_day(_before(date(year, 6, 30), 30))


def by_election_days(year: int) -> tuple[date, date]:
    """The two days of by-elections (제35조): the first Wednesdays of April and October."""
    return _lawful_day(date(year, 4, 1)), _lawful_day(date(year, 10, 1))


def upcoming(today: date, years: int = 4) -> list[tuple[str, date]]:
    """(`local`, `assembly` or `by_election`, day) of what the law's formulas give in the next years."""
    found: list[tuple[str, date]] = []
    for year in range(today.year, today.year + years + 1):
        if year % 4 == 2:
            found.append(("local", local_election_day(year)))
        if year % 4 == 0:
            found.append(("assembly", assembly_election_day(year)))
        found += [("by_election", day) for day in _by_elections(year)]
    return sorted([one for one in found if one[1] >= today], key=lambda one: one[1])


def _by_elections(year: int) -> list[date]:
    """By-elections of spring are held with the general election in its year (제203조)."""
    spring, autumn = by_election_days(year)
    return [autumn] if year % 4 == 0 else [spring, autumn]


def _lawful_day(earliest: date) -> date:
    """The first Wednesday; a week later when it or a day beside it is a public holiday (제34조 제2항)."""
    day = earliest + timedelta(days=(WEDNESDAY - earliest.weekday()) % 7)
    beside = (day - timedelta(days=1), day, day + timedelta(days=1))
    return day + timedelta(days=7) if any(is_public_holiday(one) for one in beside) else day


def _before(day: date, days: int) -> date:
    return day - timedelta(days=days)
