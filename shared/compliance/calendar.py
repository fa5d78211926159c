"""Korean holidays, those of the lunar calendar included."""

from datetime import date, timedelta
from functools import lru_cache

import holidays

# The feasts of 제58조 제1항 제6호 by their names in the library, and how many days around them are near.
FEASTS = ("설날", "추석", "부처님오신날", "기독탄신일")
NEAR_DAYS = 7
_ELECTION = "선거일"  # an election day is a holiday itself; it does not move elections


@lru_cache(maxsize=64)
def _of_year(year: int) -> dict[date, str]:
    return dict(holidays.country_holidays("KR", years=[year], language="ko"))


def is_public_holiday(day: date) -> bool:
    """Whether a day is a public holiday for a reason other than an election."""
    names = _of_year(day.year).get(day, "")
    return any(_ELECTION not in name for name in names.split("; ") if name)


def feast_near(day: date) -> str | None:
    """The feast within seven days of a day, if there is one."""
    for distance in range(NEAR_DAYS + 1):
        for near in (day - timedelta(days=distance), day + timedelta(days=distance)):
            found = _feast_on(near)
            if found:
                return found
    return None


def _feast_on(day: date) -> str | None:
    names = _of_year(day.year).get(day, "").split("; ")
    return next((name for name in names if name in FEASTS), None)
