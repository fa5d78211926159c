"""Korean addresses as lists hold them: the administrative district named in them, however it is written.

서울특별시, 서울시 and 서울 are the same; 경기도 수원시 팔달구 has one district of two words; Sejong has none;
a road-name address gives its 읍면동 in brackets. 동작구 is in 서울, because no other 시도 has one; nothing is
guessed: 중구 alone has no 시도.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from shared.contacts.sigungu import SIDO_OF_SIGUNGU

MAX_ADDRESS = 500
_NUMBER = "0123456789-"


class District(NamedTuple):
    """시도, 시군구 and 읍면동 of an address; "" where it does not say."""

    sido: str
    sigungu: str
    eupmyeondong: str


NOWHERE = District("", "", "")

# The short name of each 시도 and the other ways to write it.
_SIDO_FORMS = {
    "서울": "서울특별시 서울시",
    "부산": "부산광역시 부산시 부산직할시",
    "대구": "대구광역시 대구시 대구직할시",
    "인천": "인천광역시 인천시 인천직할시",
    "광주": "광주광역시 광주직할시",  # 광주시 is a city of 경기
    "대전": "대전광역시 대전시 대전직할시",
    "울산": "울산광역시 울산시",
    "세종": "세종특별자치시 세종시",
    "경기": "경기도",
    "강원": "강원도 강원특별자치도",
    "충북": "충청북도",
    "충남": "충청남도",
    "전북": "전라북도 전북특별자치도",
    "전남": "전라남도",
    "경북": "경상북도",
    "경남": "경상남도",
    "제주": "제주도 제주특별자치도",
}
SIDO = tuple(_SIDO_FORMS)
_GU_OF_GWANGJU = frozenset(["동구", "서구", "남구", "북구", "광산구"])
_SIDO_OF = {form: short for short, forms in _SIDO_FORMS.items() for form in (short, *forms.split())}
_GLUED_SIDO = re.compile(
    "(" + "|".join(sorted((f for f in _SIDO_OF if len(f) > 2), key=len, reverse=True)) + r")(?=[가-힣]{2})"
)
_GLUED_CITY = re.compile(r"([가-힣]{2,3}시)(?=[가-힣]{1,3}구(?:\s|$))")
_CITY = re.compile(r"[가-힣]{1,5}시")
_SIGUNGU = re.compile(r"[가-힣]{1,5}[시군구]")
_GU = re.compile(r"[가-힣]{1,4}구")
_EUPMYEONDONG = re.compile(r"[가-힣]{1,6}(?:\d{1,2}(?:[.,·]\d{1,2})?)?(?:읍|면|동)|[가-힣]{1,6}\d{1,2}가")
_ROAD = re.compile(r"[가-힣0-9]{1,20}(?:로|길)|[가-힣]{1,8}리")
# As a word alone; one syllable before its kind is mostly a name's end, but 중구 is in six cities.
_DISTRICT = re.compile(
    r"[가-힣]{2,8}[시군구]|[동서남북중]구|[가-힣]{2,6}(?:\d{1,2}(?:[.,·]\d{1,2})?)?(?:읍|면|동)|[가-힣]{1,6}\d{1,2}가"
)
_BRACKETS = re.compile(r"[()\[\],]")
# 101동 is a building.
_LEADING_DIGITS = re.compile(r"\d")


def district_of(address: str) -> District:
    """The district of an address. Never raises."""
    return _parsed(address[:MAX_ADDRESS])[0]


def without_postal_code(address: str) -> str:
    """An address without 06912 or 대한민국 in front of it."""
    match = _POSTAL_CODE.match(address)
    return address[match.end() :] if match else address


def names_province(address: str) -> bool:
    """Whether an address begins with its 시도, as whole addresses do."""
    return without_postal_code(address).split(" ", 1)[0] in _SIDO_OF


def unit_words(address: str) -> tuple[str, ...]:
    """The words an address is found by: its 시도 (short), 시군구, 읍면동, 리 and road names, each once."""
    return _parsed(address[:MAX_ADDRESS])[1]


def beside_number(address: str) -> str | None:
    """An address without the number at its end, if that stands alone: all such addresses have the same words.

    None when the address has none, or is so long that its end is not looked at.
    """
    head = address.rstrip(_NUMBER)
    alone = head != address and head.endswith(" ") and address[len(head)] != "-"
    return head if alone and len(address) <= MAX_ADDRESS else None


def district_words(district: str) -> tuple[str, ...]:
    """The same for a district that somebody asks for: "서울시 동작구", "수원시 팔달구", "상도동"."""
    return tuple(dict.fromkeys(_SIDO_OF.get(word, word) for word in _words(district[:MAX_ADDRESS])))


def is_district(word: str) -> bool:
    """Whether a word could be what a 시도, 시군구 or 읍면동 is called; so could names be: 홍길동, 이형구."""
    return word in _SIDO_OF or _DISTRICT.fullmatch(word) is not None


def _parsed(address: str) -> tuple[District, tuple[str, ...]]:
    address = without_postal_code(address)
    # What makes an address unlike its neighbours' is behind the first number: the rest repeats and is cached.
    match = _TAIL.search(address)
    if match and "(" not in address and "[" not in address:
        address = address[: match.start()]
    return _parse(address)


# 06912, (06912), 우) 156-030, 대한민국: what stands before an address.
_POSTAL_CODE = re.compile(
    r"\s{0,9}(?:[(\[]?우?[)\].:]?\s?[(\[]?(?:\d{5}|\d{3}-\d{3})[)\]]?(?=\s|[가-힣])|대한민국\s)\s*"
)
_TAIL = re.compile(r"(?<![가-힣0-9])\d[\d-]*(?:번지|호|층)?(?:\s.*)?$", re.DOTALL)


@lru_cache(maxsize=50_000)
def _parse(address: str) -> tuple[District, tuple[str, ...]]:
    words = _words(address)
    if len(words) > 1 and words[0] == "광주시" and words[1] in _GU_OF_GWANGJU:
        words[0] = "광주"  # the city of 경기 has none
    sido = _SIDO_OF.get(words[0], "") if words else ""
    rest = words[1:] if sido else words
    sigungu = _sigungu(rest)
    sido = sido or (SIDO_OF_SIGUNGU.get(sigungu[0], "") if sigungu else "")
    after = rest[len(sigungu) :]
    dong = next((word for word in after if _is_eupmyeondong(word)), "")
    others = (word for word in after if _is_eupmyeondong(word) or _ROAD.fullmatch(word))
    found = dict.fromkeys([*([sido] if sido else []), *sigungu, *others])
    return District(sido, " ".join(sigungu), dong), tuple(found)


def _words(address: str) -> list[str]:
    text = _BRACKETS.sub(" ", unicodedata.normalize("NFC", address))
    text = _GLUED_SIDO.sub(r"\1 ", text.strip(), count=1)
    return _GLUED_CITY.sub(r"\1 ", text).split()


def _sigungu(words: list[str]) -> list[str]:
    """수원시 팔달구, 동작구, 양평군: the words right after the 시도."""
    if not words or not _SIGUNGU.fullmatch(words[0]):
        return []
    if _CITY.fullmatch(words[0]) and len(words) > 1 and _GU.fullmatch(words[1]):
        return words[:2]
    return words[:1]


def _is_eupmyeondong(word: str) -> bool:
    return not _LEADING_DIGITS.match(word) and _EUPMYEONDONG.fullmatch(word) is not None
