"""Numbers that the law keeps out of a contact list, found by their shape and their check digits.

`resident_number`: 개인정보 보호법 제24조의2 (no processing without a statute that asks for it);
`unique_identifier`: 제24조 (passport, driving licence, alien registration);
`financial_number`: 제16조 (only what the purpose needs).
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date

from shared.contacts.vocabulary import REFUSED, UNSEEN

RESIDENT_NUMBER = re.compile(r"(?<!\d)(\d{2})(\d{2})(\d{2})( {0,2}- {0,2}| ?)([1-8])(\d{6})(?!\d)", re.ASCII)
# The same without looking around: every message is asked, and most have no such digits.
_RESIDENT_DIGITS = re.compile(r"\d{6}[- ]{0,5}[1-8]\d{6}", re.ASCII)
_CARD = re.compile(
    r"(?<![\d-])(?:[3-69]\d{3}([- ]?)\d{4}\1\d{4}\1\d{4}|3[47]\d{2}[- ]?\d{6}[- ]?\d{5})(?![\d-])", re.ASCII
)
_LICENCE = re.compile(r"(?<![\d-])(?:1[1-9]|2[0-8])-\d{2}-\d{6}-\d{2}(?![\d-])", re.ASCII)
_PASSPORT = re.compile(r"[MSROGD]\d{8}|[MSROGD]\d{3}[A-Z]\d{4}", re.ASCII | re.IGNORECASE)
_ACCOUNT = re.compile(r"\d{2,6}-\d{2,6}-\d{2,7}(?:-\d{1,3})?", re.ASCII)
_NO_ACCOUNT = re.compile(
    r"0\d{1,2}-|(?:82-)?10-\d{4}-\d{4}$|\d{3}-\d{2}-\d{5}$|(?:19|20)?\d{2}-\d{1,2}-\d{1,2}$|(?:19[5-9]|20[0-4])\d-",
    re.ASCII,
)
# All of a row's cells are looked at, so that most rows have to be done with after one search: what is refused
# has twelve digits or more, of whatever width, with little between them. Cells are joined by U+001F.
# A mobile number as other systems write it, +821012345678, has twelve too and is none of them.
_SUSPECT = re.compile(r"(?<!\d)(?!(?<=\+)8210\d{8}(?!\d))\d(?:[^\w\x1f]{0,5}+\d){11}")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−ㅡ~∼·"), "-") | {0xA0: " "}
# Behind these words even a shape that tells little is what they say.
_NAMED = re.compile(
    r"(?P<passport>여권[^\d\x1f]{0,10}\d{3}[A-Z\d]\d{4}(?!\d))"
    r"|(?P<account>(?:계좌|은행|농협|카카오뱅크|토스뱅크|새마을금고|신협|수협)"
    r"[^\d\x1f]{0,10}\d{2,6}-\d{2,6}-\d{2,7}(?:-\d{1,3})?(?![\d-]))",
    re.IGNORECASE,
)
_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)


def refused_header(normal: str) -> str | None:
    """The code of a column that may not be imported, by its normalised header."""
    return next((code for code, names in REFUSED if any(name in normal for name in names)), None)


def refused_values(values: Sequence[str]) -> str | None:
    """The code of a column that may not be imported, by a sample of its values.

    A few resident numbers are enough; the other kinds have less telling shapes and must be most of a column.
    """
    filled = [_plain(value).strip() for value in values if value.strip()]
    if (found := sum(map(holds_resident_number, filled))) >= 2 and found * 5 >= len(filled):
        return "resident_number"
    for test, code in _COLUMN_TESTS:
        if (found := sum(map(test, filled))) >= 2 and found * 5 >= len(filled) * 3:
            return code
    return None


def refused_in(text: str) -> str | None:
    """The code of a number in a text that may not be kept. `text` may be a whole row's cells joined."""
    if not _SUSPECT.search(text) and "여권" not in text and "계좌" not in text:
        return None
    text = _plain(text)
    if holds_resident_number(text) or _holds_its_shape(text):
        return "resident_number"
    named = {match.lastgroup for match in _NAMED.finditer(text) if _is_what_it_is_called(match)}
    if _LICENCE.search(text) or "passport" in named:
        return "unique_identifier"
    cards = any(_is_card(match) for match in _CARD.finditer(text))
    return "financial_number" if cards or "account" in named else None


def _is_what_it_is_called(match: re.Match[str]) -> bool:
    """Whether behind 계좌 or a bank's name there is no phone, date or business number."""
    return match.lastgroup == "passport" or _is_account(re.sub(r"^\D+", "", match.group()))


def mask_identifiers(cells: Sequence[str]) -> list[str]:
    """The cells of a refused row, fit to be kept: a resident number shows its birth date only."""
    return [_masked(cell) for cell in cells]


def holds_resident_number(value: str) -> bool:
    """Whether a text holds a resident registration number: a birth date and a right check digit.

    Numbers given since October 2020 end in random digits: in lists those are told by their shape
    (`refused_in`, `refused_values`), in a message, which may name any number, they are not.
    """
    return _RESIDENT_DIGITS.search(value) is not None and any(
        _begins_with_birth_date(match) and _has_check_digit(_digits_of(match))
        for match in RESIDENT_NUMBER.finditer(value)
    )


def _without_digits(match: re.Match[str]) -> str:
    return re.sub(r"\d", "*", match.group()) if _is_what_it_is_called(match) else match.group()


def _plain(text: str) -> str:
    """A text with digits, dashes and blanks of the usual width."""
    if text.isascii():
        return text
    return UNSEEN.sub("", unicodedata.normalize("NFKC", text).translate(_DASHES))


def _holds_its_shape(text: str) -> bool:
    """Whether a text holds a birth date, a dash and seven digits more, whatever the last one is."""
    return any("-" in match[4] and _begins_with_birth_date(match) for match in RESIDENT_NUMBER.finditer(text))


def _digits_of(match: re.Match[str]) -> str:
    return "".join(part for part in match.groups() if part.isdigit())


def _masked(cell: str) -> str:
    if _SUSPECT.search(cell):
        cell = _plain(cell)
    cell = RESIDENT_NUMBER.sub(r"\1\2\3-*******", cell)
    cell = _LICENCE.sub("**-**-******-**", cell)
    cell = _NAMED.sub(_without_digits, cell)
    return _CARD.sub(lambda match: f"{match.group()[:4]}-****" if _is_card(match) else match.group(), cell)


def _is_card(match: re.Match[str]) -> bool:
    """The check digit of payment cards (ISO/IEC 7812-1, Luhn)."""
    digits = [int(char) for char in reversed(match.group()) if char.isdigit()]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return len(set(digits)) > 1 and (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _is_card_number(value: str) -> bool:
    match = _CARD.fullmatch(value)
    return match is not None and _is_card(match)


def _is_account(value: str) -> bool:
    """Three or four groups of digits that are no phone, date or business number (123-45-67890)."""
    digits = sum(map(str.isdigit, value))
    return bool(_ACCOUNT.fullmatch(value)) and 10 <= digits <= 16 and not _NO_ACCOUNT.match(value)


def _is_shaped_like_resident_number(value: str) -> bool:
    return RESIDENT_NUMBER.fullmatch(value) is not None and _holds_its_shape(value)


def _begins_with_birth_date(match: re.Match[str]) -> bool:
    year, month, day, century = (int(match[group]) for group in (1, 2, 3, 5))
    try:
        date((1900 if century in (1, 2, 5, 6) else 2000) + year, month, day)
    except ValueError:
        return False
    return True


def _has_check_digit(digits: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False))
    remainder = (11 - total % 11) % 10
    # Foreign residents' numbers (5 to 8) add two.
    if digits[6] in "5678":
        remainder = (remainder + 2) % 10
    return remainder == int(digits[12])


_COLUMN_TESTS: tuple[tuple[Callable[[str], bool], str], ...] = (
    (_is_shaped_like_resident_number, "resident_number"),
    (lambda value: bool(_LICENCE.fullmatch(value)), "unique_identifier"),
    (lambda value: bool(_PASSPORT.fullmatch(value)), "unique_identifier"),
    (_is_card_number, "financial_number"),
    (_is_account, "financial_number"),
)
