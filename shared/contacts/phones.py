"""Korean phone numbers as people type them: repaired, checked and classified.

The rules come from the number plan and from what the numbering library gets wrong about it: it takes
012 pagers, 010 numbers with seven digits and unassigned 010-0/010-1 ranges for valid mobiles. A number of the
unassigned 010-1 range is kept, because people write 010-1234-5678, but no message is ever sent to it.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from shared.contacts.vocabulary import PLACEHOLDERS

TEXTABLE = re.compile(r"010[2-9]\d{7}", re.ASCII)
MAX_CELL = 200
_SHORTEST = 9  # digits of a whole number


class Phone(NamedTuple):
    """One number. `kind`: mobile, unassigned (010-1), legacy (01X), pager, landline, voip,
    foreign. Only mobiles are textable."""

    e164: str
    national: str
    kind: str
    textable: bool
    repaired: bool


class PhoneCell(NamedTuple):
    """What a cell held: its numbers in order, and the reason codes of the parts that are none."""

    phones: tuple[Phone, ...]
    problems: tuple[str, ...]


EMPTY_CELL = PhoneCell((), ())

_FAST = re.compile(r"\s*(0?)10[-. ]?([2-9]\d{3})[-. ]?(\d{4})\s*", re.ASCII)
_FORMULA_TEXT = re.compile(r'="(.*)"')
_SCIENTIFIC = re.compile(r"(\d)(?:[.,](\d+))?e\+?(\d{1,3})", re.IGNORECASE)
_SEPARATOR = re.compile(r"[/,;|\n\r、&]|및|또는|혹은|\bor\b")
_SLASHED = re.compile(r"0\d{1,2}/\d{3,4}/\d{4}")  # 010/2345/6789 is one number
_NOTE = re.compile(r"[(\[{<][^()\[\]{}<>]*[^\W\d_][^()\[\]{}<>]*[)\]}>]")
_EXTENSION = re.compile(r"(?:내선|ext\.?|구내)\s*:?\s*\d+", re.IGNORECASE)
_LABEL = re.compile(
    r"(?:휴대전화번호|휴대전화|휴대폰번호|휴대폰|핸드폰|전화번호|전화|연락처|자택|사무실|회사|직장|본인|배우자"
    r"|남편|아내|자녀|아들|어머니|아버지|보호자|번호|집|부|모|폰|mobile|phone|cell|tel|h\.?p\.?|fax|m\.|t\.)"
    r"[\s.:)]*",
    re.IGNORECASE,
)
_LETTER_DIGITS = str.maketrans("OoQlIi", "000111")
_LOOKS_DIGITAL = re.compile(r"[\dOoQlIi+().\s-]+")
_FULL_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94)}
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−ー一ㅡ~～·∼_"), "-")
_INVISIBLE: dict[int, None] = dict.fromkeys(
    map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u202a\u202c\u202d")
)
_TIDY = {**_FULL_WIDTH, **_DASHES, **_INVISIBLE, 0x3000: " ", 0xA0: " "}
_COUNTRY = re.compile(r"(?:00700|00[1-9]\d{0,2}|00)?\+?82(?=0?[1-9])")
_NUMBERS_IN_A_ROW = re.compile(
    r"(?<!\d)(?:(?:\+?82[-. ]*)?\(?0?\)?1\d|0\d{1,2})[-. )]*\d{3,4}[-. ]*\d{4}(?!\d)", re.ASCII
)
# A whole mobile number among words: 처 010-2345-6789, HP)010-2345-6789. Not 일공공-1234-5678.
_MOBILE_AMONG_WORDS = re.compile(
    r"[^\d+*]*(?<![A-Za-z])((?:\+?82[-. ]*\(?0?\)?|0)10[-. )]*[2-9]\d{3}[-. ]*\d{4})(?![A-Za-z])[^\d*]*",
    re.ASCII,
)
# 02-123-4567~9: lines in a row, of which the first is called.
_LAST_OF_SEVERAL = re.compile(r"(?<=\d{4})\s*[~∼～]\s*\d{1,3}(?!\d)(?=\s*(?:$|[(/,;|\n]))")

_KINDS = {
    PhoneNumberType.FIXED_LINE: "landline",
    PhoneNumberType.VOIP: "voip",
}


def parse_phones(cell: str) -> PhoneCell:
    """The numbers of a cell, and the reason codes of what could not be read.

    The codes' sentences are `reason.<code>` in the catalogue. An empty cell and a placeholder such as
    없음 give neither. Never raises.
    """
    plain = plain_mobile(cell)
    if plain is not None:
        e164, repaired = plain
        return PhoneCell((_mobile(e164[5:9], e164[9:], repaired),), ())
    return _parse_messy(cell)


def plain_mobile(cell: str) -> tuple[str, bool] | None:
    """(E.164, whether its zero was missing) of a cell that is one mobile number and no more: most of them."""
    match = _FAST.fullmatch(cell)
    if match is None:
        return None
    zero, middle, last = match.groups()
    if middle == last and middle == middle[0] * 4:
        return None
    return f"+8210{middle}{last}", not zero


def national(e164: str) -> str:
    """How a stored number is shown: 010-1234-5678; foreign numbers in international form."""
    if e164.startswith("+8210") and len(e164) == 13:
        return f"010-{e164[5:9]}-{e164[9:]}"
    return _national_by_library(e164)


def _mobile(middle: str, last: str, repaired: bool) -> Phone:
    return Phone(f"+8210{middle}{last}", f"010-{middle}-{last}", "mobile", True, repaired)


@lru_cache(maxsize=20_000)
def _parse_messy(cell: str) -> PhoneCell:
    tidy = _with_plain_digits(_LAST_OF_SEVERAL.sub("", cell[:MAX_CELL]).translate(_TIDY)).strip()
    if formula := _FORMULA_TEXT.fullmatch(tidy):
        tidy = formula.group(1)
    tidy = tidy.strip("'\" \t")
    if not tidy.strip("-. ") or tidy.lower().replace(" ", "") in PLACEHOLDERS:
        return EMPTY_CELL
    if len(cell) > MAX_CELL:
        return _problem("phone_too_long")
    return _parse_parts(_parts(tidy))


def _with_plain_digits(text: str) -> str:
    """Digits of whatever alphabet as 0 to 9; a circled or raised one is no digit of a number."""
    return text if text.isascii() else "".join(str(unicodedata.decimal(char, char)) for char in text)


def _parts(tidy: str) -> list[str]:
    if _SLASHED.fullmatch(tidy):
        return [tidy.replace("/", "-")]
    parts = [part for part in _SEPARATOR.split(_NOTE.sub(_kept_of_note, tidy)) if part.strip()]
    if len(parts) == 1 and _digits_in(tidy) > 15:
        # Two numbers with nothing but a blank between them.
        found = _NUMBERS_IN_A_ROW.findall(parts[0])
        return found if _digits_in(parts[0]) - _digits_in("".join(found)) < _SHORTEST else parts
    return parts or [tidy]


def _digits_in(text: str) -> int:
    return sum(map(str.isdigit, text))


def _kept_of_note(match: re.Match[str]) -> str:
    """Nothing of (본인), but what may be one more number: (배우자 010-3456-7890)."""
    return f",{match.group()[1:-1]}," if _digits_in(match.group()) >= _SHORTEST else " "


def _parse_parts(parts: list[str]) -> PhoneCell:
    phones: dict[str, Phone] = {}
    problems: list[str] = []
    for part in parts:
        found = _parse_one(part)
        if isinstance(found, Phone):
            phones.setdefault(found.e164, found)
        elif found and part.strip().lower() not in PLACEHOLDERS:
            problems.append(found)
    return PhoneCell(tuple(phones.values()), tuple(problems))


def _parse_one(part: str) -> Phone | str:
    """A number, a reason code, or "" for a part that only held a label."""
    text = _LABEL.sub("", _EXTENSION.sub("", part)).strip("'\": \t")
    if not text:
        return ""
    if scientific := _SCIENTIFIC.fullmatch(text):
        return _written_out(*scientific.groups(default=""))
    repaired = text.endswith(".0") or text.endswith(".00")
    text = re.sub(r"\.00?$", "", text)
    if any(char in "OoQlIi" for char in text) and _LOOKS_DIGITAL.fullmatch(text):
        text, repaired = text.translate(_LETTER_DIGITS), True
    if any(char.isalpha() for char in text):
        among = _MOBILE_AMONG_WORDS.fullmatch(text)
        return _classify(among.group(1), True) if among else "phone_letters"
    if "*" in text:
        return "phone_masked"
    return _classify(text, repaired)


def _written_out(first: str, rest: str, exponent: str) -> Phone | str:
    """1.023456789E9, as Java programs write it, has all the digits; 1.02E+09 lost some."""
    if len(rest) != int(exponent):
        return "phone_digits_lost"
    return _classify(first + rest, True)


def _classify(text: str, repaired: bool) -> Phone | str:
    digits = re.sub(r"\D", "", text)
    if len(set(digits)) == 1:
        return "phone_placeholder"
    korean = _without_country(text, digits)
    if korean is None:
        return _foreign(digits, repaired)
    if not korean.startswith("0") and len(korean) >= 9:
        korean, repaired = "0" + korean, repaired or digits == korean
    return _korean(korean, repaired)


def _without_country(text: str, digits: str) -> str | None:
    """The national digits with their zero, or None for another country's number."""
    compact = re.sub(r"\++", "+", re.sub(r"[^\d+]", "", text))
    if match := _COUNTRY.match(compact):
        rest = compact[match.end() :]
        written = compact[: match.end()] != "82"
        if written or len(digits) >= 11:
            return rest if rest.startswith("0") else "0" + rest
    if compact.startswith("+") or compact.startswith("00"):
        return None
    return digits


def _korean(digits: str, repaired: bool) -> Phone | str:
    if digits.startswith("010"):
        return _check_mobile(digits, repaired)
    if len(digits) < 9:
        return _too_short(digits)
    if len(digits) > 12:
        return "phone_too_long"
    if reason := _service_number(digits):
        return reason
    return _by_library(digits, repaired)


def _check_mobile(digits: str, repaired: bool) -> Phone | str:
    if len(digits) < 11:
        return "phone_too_short"
    if len(digits) > 11:
        return "phone_too_long"
    if len(set(digits[3:])) == 1:
        return "phone_placeholder"
    if digits.startswith("0100"):
        return "phone_unassigned"
    if not TEXTABLE.fullmatch(digits):
        return _spaced(digits, "unassigned", repaired)
    return _mobile(digits[3:7], digits[7:], repaired)


def _too_short(digits: str) -> str:
    if re.fullmatch(r"1[568]\d{2}\d{4}", digits):
        return "phone_company_number"
    if re.fullmatch(r"[2-9]\d{6,7}", digits):
        return "phone_no_area_code"
    return "phone_too_short"


def _service_number(digits: str) -> str | None:
    """Numbers that are never a voter's: virtual (050x), toll-free, premium, company numbers."""
    if digits.startswith("050"):
        return "phone_virtual_number"
    if re.match(r"0(?:80|60|30|13)", digits):
        return "phone_service_number"
    if re.match(r"01[568]\d{2}\d{4,5}$", digits) and len(digits) <= 9:
        return "phone_company_number"
    return None


def _by_library(digits: str, repaired: bool) -> Phone | str:
    if re.fullmatch(r"01[16789]\d{7,8}", digits):
        return _spaced(digits, "legacy", repaired)
    if re.fullmatch(r"012\d{7,8}", digits):
        return _spaced(digits, "pager", repaired)
    parsed = _parse_by_library(digits)
    if parsed is None or parsed.country_code != 82 or not phonenumbers.is_valid_number(parsed):
        return "phone_too_long" if len(digits) > 11 else "phone_invalid"
    kind = _KINDS.get(phonenumbers.number_type(parsed))
    if kind is None:
        return "phone_company_number"
    shown = phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)
    return Phone(f"+82{parsed.national_number}", shown, kind, False, repaired)


def _spaced(digits: str, kind: str, repaired: bool) -> Phone:
    shown = f"{digits[:3]}-{digits[3:-4]}-{digits[-4:]}"
    return Phone("+82" + digits[1:], shown, kind, False, repaired)


def _foreign(digits: str, repaired: bool) -> Phone | str:
    parsed = _parse_by_library("+" + re.sub(r"^00", "", digits))
    if parsed is None or not phonenumbers.is_valid_number(parsed):
        return "phone_invalid"
    if parsed.country_code == 82:
        return _korean(f"0{parsed.national_number}", repaired)  # behind more signs than a prefix has
    e164 = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    shown = phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)
    return Phone(e164, shown, "foreign", False, repaired)


def _parse_by_library(text: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, "KR")
    except phonenumbers.NumberParseException:
        return None


@lru_cache(maxsize=20_000)
def _national_by_library(e164: str) -> str:
    parsed = _parse_by_library(e164)
    if parsed is None:
        return e164
    korean = parsed.country_code == 82
    style = PhoneNumberFormat.NATIONAL if korean else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style)


def _problem(code: str) -> PhoneCell:
    return PhoneCell((), (code,))
