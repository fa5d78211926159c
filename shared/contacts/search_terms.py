"""What a contact can be found by, as terms: a contact matches a query when it has all the query's terms.

Terms are plain text here ("n:홍길"); the caller stores and asks for their keyed hashes only. Kinds: `n` one
or two characters of the name, `c` the same in leading consonants (ㅎㄱ), `p` four digits in a row of a phone
or the whole number, `e` an e-mail address, `w` a Latin word (local part, Kakao id, beginning of a Latin
name), `a` an administrative unit of the address, `tag`, `import`.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from shared.contacts.emails import parse_emails
from shared.contacts.names import choseong, ngrams, search_key
from shared.contacts.phones import parse_phones

MAX_QUERY = 100
WINDOW = 4
SEARCHABLE_DIGITS = 8

_UNIT = re.compile(r"[가-힣0-9]{1,20}(?:시|도|군|구|읍|면|동|리|가|로|길)")
_LATIN_WORD = re.compile(r"[a-z0-9][a-z0-9'-]*")
_NUMBER = re.compile(r"\+?[\d().-]*\d[\d().-]*", re.ASCII)
_JAMO = re.compile(r"[ㄱ-ㅎ]")
_CLUSTERS = {
    "ㄳ": "ㄱㅅ",
    "ㄵ": "ㄴㅈ",
    "ㄶ": "ㄴㅎ",
    "ㄺ": "ㄹㄱ",
    "ㄻ": "ㄹㅁ",
    "ㄼ": "ㄹㅂ",
    "ㄽ": "ㄹㅅ",
    "ㄾ": "ㄹㅌ",
    "ㄿ": "ㄹㅍ",
    "ㅀ": "ㄹㅎ",
    "ㅄ": "ㅂㅅ",
}
_CLUSTER_TABLE = str.maketrans(_CLUSTERS)
_NO_SUCH_NUMBER = "p:short"


def contact_terms(
    names: Iterable[str] = (),
    phones: Iterable[str] = (),
    emails: Iterable[str] = (),
    kakao_ids: Iterable[str] = (),
    address: str = "",
    tags: Iterable[str] = (),
    import_ids: Iterable[str] = (),
) -> set[str]:
    """Everything a contact is found by. Phones are E.164, e-mails and Kakao ids normalised."""
    terms = profile_terms(names, address, tags, import_ids)
    for kind, values in (("phone", phones), ("email", emails), ("kakao_id", kakao_ids)):
        for value in values:
            terms.update(point_terms(kind, value))
    return terms


def profile_terms(
    names: Iterable[str], address: str, tags: Iterable[str], import_ids: Iterable[str]
) -> set[str]:
    """The terms of a contact that are not of its contact points."""
    terms = {tag_term(tag) for tag in tags}
    terms.update(f"import:{import_id}" for import_id in import_ids)
    for name in names:
        terms.update(name_terms(name))
    if address:
        terms.update(address_terms(address))
    return terms


def point_terms(kind: str, value: str) -> list[str]:
    """The terms of one contact point."""
    if kind == "phone":
        return phone_terms(value)
    if kind == "email":
        return [f"e:{value}", f"w:{value.partition('@')[0]}"]
    return [f"w:{value}"]


@lru_cache(maxsize=50_000)
def name_terms(name: str) -> tuple[str, ...]:
    """n-grams of the name and of its leading consonants; beginnings of its Latin words."""
    key = search_key(name)
    if key.isascii():
        return tuple(_beginnings(name.lower()))
    consonants = choseong(key)
    found = [f"n:{gram}" for gram in ngrams(key)]
    if consonants != key:
        found += [f"c:{gram}" for gram in ngrams(consonants)]
    return (*found, *_beginnings(name.lower()))


def phone_terms(e164: str) -> list[str]:
    """The number and every four digits in a row among its last eight."""
    digits = e164[-SEARCHABLE_DIGITS:].lstrip("+")
    return [f"p:{e164}", *(f"p:{digits[i : i + WINDOW]}" for i in range(len(digits) - WINDOW + 1))]


def address_terms(address: str) -> list[str]:
    """The administrative units named in an address: 마포구, 망원동, 월드컵로."""
    return [f"a:{word}" for word in address.split() if _UNIT.fullmatch(word)]


def district_term(district: str) -> str:
    return f"a:{unicodedata.normalize('NFC', district.strip())}"


def tag_term(tag: str) -> str:
    return f"tag:{unicodedata.normalize('NFC', tag.strip())}"


def import_term(import_id: str) -> str:
    return f"import:{import_id}"


def query_terms(query: str) -> list[str]:
    """The terms of what somebody typed; all must be there. Empty only for an empty query.

    Words are joined by AND. Digits match as a whole number or from four in a row (shorter ones match
    nothing); Hangul matches anywhere in the name, leading consonants too (ㅎㄱㄷ, 홍길ㄷ); a Latin word is an
    e-mail's local part, a Kakao id or the beginning of a Latin name; `#태그` is a tag.
    """
    terms: dict[str, None] = {}
    for word in _words(unicodedata.normalize("NFC", query[:MAX_QUERY]).lower()):
        terms.update(dict.fromkeys(_word_terms(word)))
    return list(terms)


def _words(query: str) -> list[str]:
    """The words of a query; the pieces of a number written with blanks count as one word."""
    words: list[str] = []
    number = False
    for word in query.split():
        if _NUMBER.fullmatch(word):
            words[-1:] = [words[-1] + word] if number else [*words[-1:], word]
            number = True
        else:
            words.append(word)
            number = False
    return words


def _word_terms(word: str) -> list[str]:
    if _NUMBER.fullmatch(word):
        return _number_terms(word)
    if word.startswith("#") and len(word) > 1:
        return [tag_term(word[1:])]
    if "@" in word[1:]:
        return _email_terms(word)
    if word.isascii():
        return [f"w:{word.removeprefix('@')}"]
    return _name_query_terms(word.translate(_CLUSTER_TABLE))


def _number_terms(word: str) -> list[str]:
    if phones := parse_phones(word).phones:
        return [f"p:{phones[0].e164}"]
    digits = re.sub(r"^(?:010|\+?8210)", "", re.sub(r"[^\d+]", "", word)).lstrip("+")
    if not WINDOW <= len(digits) <= SEARCHABLE_DIGITS:
        return [_NO_SUCH_NUMBER]
    return [f"p:{digits[i : i + WINDOW]}" for i in range(len(digits) - WINDOW + 1)]


def _email_terms(word: str) -> list[str]:
    local, _, domain = word.partition("@")
    if "." not in domain:
        return [f"w:{local}"]  # still typing the domain
    emails = parse_emails(word).emails
    return [f"e:{emails[0].address if emails else word}"]


def _name_query_terms(word: str) -> list[str]:
    if len(word) == 1:
        return [_gram_term(word)]
    return [_gram_term(pair) for pair in map("".join, pairwise(word))]


def _gram_term(gram: str) -> str:
    return f"c:{choseong(gram)}" if _JAMO.search(gram) else f"n:{gram}"


def _beginnings(name: str) -> list[str]:
    words = _LATIN_WORD.findall(name)
    return [f"w:{word[:length]}" for word in words for length in range(1, len(word) + 1)]
