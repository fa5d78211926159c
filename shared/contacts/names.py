"""People's names as lists hold them: cleaned for display, keyed for matching, cut for search."""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from shared.contacts.vocabulary import (
    DOUBLE_SURNAMES,
    LONG_TITLES,
    NAME_PLACEHOLDERS,
    POLITE_ENDINGS,
    SURNAMES,
    TITLES,
    UNSEEN,
)

MAX_NAME = 100


class Name(NamedTuple):
    """A cleaned name.

    `display` is what people see, `key` what two spellings of one person share (None when the name is masked
    or missing and must match nobody), `note` what stood around it and is worth keeping (배우자, 위원장).
    """

    display: str
    key: str | None
    note: str


NO_NAME = Name("", None, "")

_CLEAN_KOREAN = re.compile(r"[가-힣]{2,3}")
_BRACKETS = re.compile(r"\s*[(\[{<（【]([^)\]}>）】]*)[)\]}>）】]\s*")
_TRAILING_DIGITS = re.compile(r"(?<=[가-힣])\s*\d{1,3}$")
_MASKED = re.compile(r"[*○●◯□Ⅹ＊〇◎△▲☆★]+|(?<=[가-힣])(?:[OoXx0]+|ㅇ+)(?=[가-힣]|$)")
# 홍길동대표 is 홍길동, a 대표; what may as well be the end of a name and a shorter title (시의원, 동대표)
# stands alone or behind a whole name.
_TITLES = "|".join(sorted(TITLES, key=len, reverse=True))
_LONG_TITLES = "|".join(sorted(LONG_TITLES, key=len, reverse=True))
_SUFFIX = re.compile(
    rf"(?P<space>\s*)(?:(?P<title>(?:(?<=\s)|(?<=[가-힣]{{3}}))(?:{_LONG_TITLES})|{_TITLES})님?"
    rf"|(?P<addressed>{'|'.join(POLITE_ENDINGS)}))$"
)
# Behind a name the whole word is a title: 홍길동 조직본부장; so is what stands before it: 홍길동 전 의원.
_TITLE_WORD = re.compile(
    rf"(?P<name>\S.*?)\s(?P<title>(?:(?:전|현|구|시|도|군|前|現)\s)?[前現]?[가-힣]*(?:{_LONG_TITLES}|{_TITLES}))님?"
)
_TITLE_FIRST = re.compile(rf"(?P<title>(?:[전현前現]\s)?(?:{_LONG_TITLES}|{_TITLES}))\s(?P<name>.+)")
# A telephone number behind a name: 홍길동 010-2345-6789.
_NUMBER = re.compile(r"(?<=[^\W\d_])[\s/,:]*(\+?\d[\d. -]{7,}\d)$")

_CHOSEONG = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_FIRST, _LAST, _PER_CHOSEONG = 0xAC00, 0xD7A3, 588
# The codec knows the syllables of KS X 1001, and spells every other one out in four letters.
_RARE = frozenset(c for c in map(chr, range(_FIRST, _LAST + 1)) if len(c.encode("euc_kr")) != 2)
_RARE |= frozenset(map(chr, [*range(0x3131, 0x3164), *range(0x1100, 0x1200)]))
_CHOSEONG_OF = {code: _CHOSEONG[(code - _FIRST) // _PER_CHOSEONG] for code in range(_FIRST, _LAST + 1)}


def clean_name(cell: str) -> Name:
    """The name of a cell without honorifics, notes, numbering and stray blanks. Never raises."""
    if _CLEAN_KOREAN.fullmatch(cell) and cell[-1] not in "님씨" and cell not in NAME_PLACEHOLDERS:
        return Name(cell, cell, "")
    return _clean(cell)


def is_masked(name: str) -> bool:
    """Whether letters of a name are covered: 홍*동, 김OO."""
    return _MASKED.search(name) is not None


def search_key(name: str) -> str:
    """A name as search compares it: NFC, no blanks, lower case."""
    return unicodedata.normalize("NFC", "".join(name.split())).lower()


def clearly_differ(one: str, other: str) -> bool:
    """Whether two names that came with one phone number are certainly those of two people.

    Not certain, so False: one is missing or masked (홍*동 may be 홍길동, but not 김철수), they are written in
    two scripts (Hong, 洪), or at most one letter differs (홍길동, 홍길둥). Symmetric; takes cleaned names or
    raw cells.
    """
    left, right = clean_name(one), clean_name(other)
    if not left.display or not right.display:
        return False
    if left.key is None or right.key is None:
        return _masks_contradict(search_key(left.display), search_key(right.display))
    if left.key == right.key or _script(left.key) != _script(right.key):
        return False
    return not _within_one_edit(*(unicodedata.normalize("NFD", name) for name in (left.key, right.key)))


def choseong(text: str) -> str:
    """The leading consonants of Hangul syllables (홍길동 → ㅎㄱㄷ); every other character as it is."""
    return text.translate(_CHOSEONG_OF)


def rare_letters(name: str) -> str:
    """Hangul outside the 2,350 syllables of KS X 1001 and letters that form none (뷁, ㅇ), each once.

    A name may have them (설믜); more often somebody mistyped it, or a program mangled it.
    """
    return "" if _RARE.isdisjoint(name) else "".join(dict.fromkeys(char for char in name if char in _RARE))


def ngrams(text: str) -> list[str]:
    """Every character and every pair of neighbours."""
    return [*text, *map("".join, pairwise(text))]


def looks_like_name(value: str) -> bool:
    """Whether a value looks like a Korean person's name: two to four syllables that begin with a surname."""
    text = "".join(value.split())
    return bool(re.fullmatch(r"[가-힣]{2,4}", text)) and (text[0] in SURNAMES or text[:2] in DOUBLE_SURNAMES)


def _masks_contradict(left: str, right: str) -> bool:
    """Whether two names, at least one masked, differ where both show a character."""
    masked = [
        {place for match in _MASKED.finditer(name) for place in range(*match.span())}
        for name in (left, right)
    ]
    shown = set(range(len(left))) - masked[0] - masked[1]
    return len(left) == len(right) and any(left[i] != right[i] for i in shown)


def _script(name: str) -> str:
    """Hangul, Latin or other, by the first letter."""
    letter = next((char for char in name if char.isalpha()), "")
    return "latin" if letter.isascii() else "hangul" if _FIRST <= ord(letter) <= _LAST else "other"


def _within_one_edit(left: str, right: str) -> bool:
    """Whether one replaced, added or missing letter makes one text the other."""
    if len(left) > len(right):
        left, right = right, left
    if len(right) - len(left) > 1:
        return False
    same = next((i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), len(left))
    rest = left[same:] if len(left) < len(right) else left[same + 1 :]
    return rest == right[same + 1 :]


@lru_cache(maxsize=20_000)
def _clean(cell: str) -> Name:
    text = " ".join(unicodedata.normalize("NFC", UNSEEN.sub("", cell)).split())
    if len(text) > MAX_NAME:
        return NO_NAME
    notes: list[str] = []
    before = None
    while text != before:  # what is taken away may uncover more: 홍길동2님
        before = text
        text, found = _stripped(text)
        notes += found
    if text.lower().replace(" ", "") in NAME_PLACEHOLDERS or not any(map(str.isalpha, text)):
        return NO_NAME
    return Name(text, _key(text), ", ".join(notes))


def _stripped(text: str) -> tuple[str, list[str]]:
    """The text without one layer of what is no name, and the part of that worth keeping."""
    text, notes = _without_brackets(text.strip("'\"`., "))
    if number := _NUMBER.search(text):
        text, notes = text[: number.start()], [number[1], *notes]
    text, titles = _without_honorifics(_TRAILING_DIGITS.sub("", text))
    return _closed_up(text), titles + notes


def _without_brackets(text: str) -> tuple[str, list[str]]:
    notes = [note.strip() for note in _BRACKETS.findall(text) if note.strip()]
    outside = _BRACKETS.sub(" ", text).strip()
    # "(홍길동)" alone is the name itself.
    return (outside, notes) if outside else (" ".join(notes), [])


def _without_honorifics(text: str) -> tuple[str, list[str]]:
    titles: list[str] = []
    while found := _title_word(text) or _suffix(text):
        text, title = found
        titles[:0] = [title] if title else []
    return text, titles


def _title_word(text: str) -> tuple[str, str] | None:
    """A name and what stands apart from it, if that ends in a title: 홍길동 서울시당 위원장, 이준 전 의원,
    대표 홍길동; not 홍 길동대표."""
    if match := _TITLE_WORD.fullmatch(text):
        for name in (text[: text.index(" ")], match["name"], text[: text.rindex(" ")]):
            if _is_whole(name) and (name == match["name"] or (len(name) > 2 and looks_like_name(name))):
                return name, text[len(name) + 1 : match.end("title")]
    match = _TITLE_FIRST.fullmatch(text)
    return (match["name"], match["title"]) if match and looks_like_name(match["name"]) else None


def _suffix(text: str) -> tuple[str, str] | None:
    match = _SUFFIX.search(text)
    return (text[: match.start()], match["title"] or "") if match and _is_honorific(text, match) else None


def _is_whole(name: str) -> bool:
    """Whether a text is a name already, so that the next word is not the rest of it (홍, 남궁, 홍 길)."""
    words = name.split()
    return len("".join(words)) > max(1, len(words)) and name not in DOUBLE_SURNAMES


def _is_honorific(text: str, match: re.Match[str]) -> bool:
    """Whether a suffix is a title and not part of the name: 홍길동님, 이준 대표, but not 김하님 or 김이사."""
    before = text[: match.start()]
    syllables = len("".join(before.split()))
    if match["addressed"] in ("님", "씨") and not match["space"]:
        return syllables >= 3
    return syllables >= 2 and "".join(before.split()) not in DOUBLE_SURNAMES


def _closed_up(text: str) -> str:
    """홍 길동 and 홍 길 동 are one word; what no one name is keeps its blanks: 홍길동 엄마, Hong Gildong."""
    words = text.split()
    joined = "".join(words)
    apart = len(joined) > 3 and len(words[0]) > 1 and words[0] not in DOUBLE_SURNAMES
    return joined if re.fullmatch(r"[가-힣]{2,5}", joined) and not apart else " ".join(words)


def _key(display: str) -> str | None:
    if not display or is_masked(display):
        return None
    return search_key(display)
