"""Days as lists write them: births, and when somebody consented."""

import re
from datetime import date, timedelta

MAX_BIRTH = 40
# The beginning of a resident number, the rest covered: 850101-1, 850101-1******.
_FIRST_SEVEN = re.compile(r"(\d{2})(\d{2})(\d{2}) ?- ?([1-8])[*xX●○]{0,6}", re.ASCII)
# What stands behind a day: a time (as databases write dates) and a .0 (as programs write numbers).
_NO_DAY = re.compile(
    r"(?:T| )(?:(?:오전|오후) ?)?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z| ?[AaPp][Mm])?$|(?<=\d{4})\.0+$"
)
_DAY_NUMBER = re.compile(r"\d{5}")
_SHORT_YEAR = re.compile(r"\d{6}|\d\d\D+\d{1,2}\D+\d{1,2}(?:\D.*)?")


def birth_of(text: str) -> str:
    """YYYY-MM-DD when the day is known (of the moon's year: with 음력), YYYY when only the year is; other
    writings as they are."""
    text = _NO_DAY.sub("", " ".join(text.split()))
    if not text.strip("0-./ "):
        return ""  # 0-0-00: a program's way to say that it does not know
    day = _day_of(text)
    return (f"{day} (음력)" if "음" in text else day) if day else text[:MAX_BIRTH]


def is_day_number(text: str) -> bool:
    """Whether a text is a spreadsheet's number of a day and not a day as people write it."""
    return bool(_DAY_NUMBER.fullmatch(text))


def day_told(text: str) -> str:
    """The day when somebody consented: unlike a birth's, a year of two digits is this century's."""
    return birth_of(f"20{text}" if _SHORT_YEAR.fullmatch(text) else text)


def _day_of(text: str) -> str:
    if match := _FIRST_SEVEN.fullmatch(text):
        century = 1900 if match[4] in "1256" else 2000
        return _date(century + int(match[1]), int(match[2]), int(match[3]))
    numbers = re.findall(r"\d+", text)
    whole = "".join(numbers)
    if len(numbers) == 3 and len(numbers[0]) in (2, 4):
        return _date(_full_year(numbers[0]), int(numbers[1]), int(numbers[2]))
    if len(whole) == 8:
        return _date(int(whole[:4]), int(whole[4:6]), int(whole[6:]))
    if len(numbers) != 1:
        return ""  # 2012.03 is a month
    if len(whole) == 6:
        return _date(_full_year(whole[:2]), int(whole[2:4]), int(whole[4:]))
    if len(whole) == 5 and text.isdigit():
        return (date(1899, 12, 30) + timedelta(days=int(whole))).isoformat()  # a spreadsheet's day number
    return whole if len(whole) == 4 and 1900 <= int(whole) <= 2100 else ""


def _full_year(digits: str) -> int:
    """Two digits mean the last hundred years; a voter is of age, so only 00 to 10 are this century's."""
    year = int(digits)
    return year if len(digits) == 4 else (2000 if year <= 10 else 1900) + year


def _date(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""
