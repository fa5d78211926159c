"""A person's values brought into the form in which two of them are compared. Pure; Hangul and Latin alike."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from shared.contacts.names import clean_name
from shared.contacts.vocabulary import DOUBLE_SURNAMES


class Spelling(NamedTuple):
    """A name as letters: Hangul syllables taken apart, lower case, no blanks. `words`: the same, word by word
    in alphabetical order; surname and given name of a Korean. `masked`: some of its letters are stars."""

    letters: str
    words: tuple[str, ...]
    masked: bool


class Address(NamedTuple):
    """An address without its province: its words as letters (Hangul taken apart), the same in one, and its
    groups of digits."""

    words: tuple[str, ...]
    letters: str
    numbers: tuple[str, ...]


class Person(NamedTuple):
    """What is compared of a person. `birth`: YYYYMMDD, YYYY or empty; phones in E.164."""

    names: tuple[Spelling, ...] = ()
    address: Address | None = None
    birth: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    kakao_ids: tuple[str, ...] = ()


_NOT_A_LETTER = re.compile(r"[\W\d_]+")
_DIGITS = re.compile(r"\d+")
_KOREAN = re.compile(r"[가-힣]{2,5}")
_BRACKETS = re.compile(r"[(\[{][^()\[\]{}]*[)\]}]")
# What only says what kind of number stands before it: 101동 1203호, 12번지, 3층.
_COUNTERS = re.compile(r"(?<=\d)\s*(?:번지|번길|동|호|층|통|반)(?![가-힣])")
_DATE = re.compile(r"(\d{4}|\d{2})\D+(\d{1,2})\D+(\d{1,2})\D*")
_OLDEST_OF_2000 = 30
_PROVINCES = frozenset(
    f"{name}{ending}"
    for names, endings in (
        ("서울 부산 대구 인천 광주 대전 울산 세종", ("", "시", "광역시", "특별시", "특별자치시")),
        ("경기 강원 충북 충남 전북 전남 경북 경남 제주", ("", "도", "특별자치도")),
        ("충청북 충청남 전라북 전라남 경상북 경상남", ("도",)),
    )
    for name in names.split()
    for ending in endings
)


def person(
    names: Iterable[str] = (),
    address: str = "",
    birth: str = "",
    phones: Iterable[str] = (),
    emails: Iterable[str] = (),
    kakao_ids: Iterable[str] = (),
) -> Person:
    """A person to compare. Phones are E.164, e-mails and Kakao ids normalised, the rest as it was written."""
    return Person(
        tuple(dict.fromkeys(spelling for name in names if (spelling := _spelling(name)) is not None)),
        read_address(address),
        read_birth(birth),
        tuple(phones),
        tuple(emails),
        tuple(kakao_ids),
    )


@lru_cache(maxsize=20_000)
def _spelling(name: str) -> Spelling | None:
    cleaned = clean_name(name)
    if not cleaned.display:
        return None
    words = tuple(sorted(filter(None, map(_letters, _parts(cleaned.display)))))
    letters = _letters(cleaned.display)
    return Spelling(letters, words, cleaned.key is None) if letters else None


def _parts(name: str) -> list[str]:
    """The words of a name; surname and given name of a Korean written in one word."""
    if not _KOREAN.fullmatch(name):
        return name.split()
    surname = 2 if len(name) > 2 and name[:2] in DOUBLE_SURNAMES else 1
    return [name[:surname], name[surname:]]


def _letters(text: str) -> str:
    return _NOT_A_LETTER.sub("", unicodedata.normalize("NFD", text.lower()))


@lru_cache(maxsize=20_000)
def read_address(text: str) -> Address | None:
    """An address to compare; None when there is none.

    서울특별시 동작구 상도로 12, 101동 1203호 and 동작구 상도로12 101-1203 are one.
    """
    plain = _BRACKETS.sub(" ", unicodedata.normalize("NFC", text).lower())
    plain = _COUNTERS.sub(" ", plain)
    words = plain.split()
    if len(words) > 1 and words[0].rstrip(",") in _PROVINCES:
        plain = " ".join(words[1:])
        words = words[1:]
    numbers = tuple(number.lstrip("0") or "0" for number in _DIGITS.findall(plain))
    letters = tuple(filter(None, map(_letters, words)))
    return Address(letters, "".join(letters), numbers) if letters or numbers else None


@lru_cache(maxsize=20_000)
def read_birth(text: str) -> str:
    """A birth date in any usual writing as YYYYMMDD, a year as YYYY; empty when it is neither."""
    digits = "".join(_DIGITS.findall(text))
    if match := _DATE.fullmatch(text.strip()):
        year, month, day = match.groups()
        digits = f"{year}{int(month):02d}{int(day):02d}"
    if len(digits) == 6:
        digits = ("20" if int(digits[:2]) < _OLDEST_OF_2000 else "19") + digits
    return digits if len(digits) in (4, 8) else ""
