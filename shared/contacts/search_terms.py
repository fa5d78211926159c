"""What a contact can be found by, as terms: a contact matches a question when it has all the question's
terms.

Terms are plain text here ("n:홍길"); the caller stores and asks for their keyed hashes only. No term is one
person's own: whole phones, e-mail addresses and Kakao ids are found by the primary key of contact_points, so
the index over terms stays small and cheap to write (docs/decisions/0009). Kinds:

`n` one or two characters of a name, `c` two leading consonants (ㅎㄱ) or one three times (ㅇㅇㅇ), `b`
and `bc` the name's first character and first consonant, `l` its length (both for ranking), `p` four digits in
a row of a phone, `g` three letters in a row of a Latin word (local part, Kakao id, Latin name), `w` its one
or two first letters, `a` an administrative unit or road of the address, `has` a way to reach, `f` a custom
field and its value, `tag`.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from shared.contacts.addresses import district_words, is_district, unit_words
from shared.contacts.emails import parse_emails
from shared.contacts.names import choseong, ngrams, search_key
from shared.contacts.phones import parse_phones
from shared.contacts.vocabulary import UNSEEN

MAX_QUERY = 100
WINDOW = 4
TRIGRAM = 3
SEARCHABLE_DIGITS = 8
MAX_LABEL = 50
MAX_VALUE = 200

_HANGUL_NAME = re.compile(r"[가-힣]+")
_LATIN_WORD = re.compile(r"[a-z0-9][a-z0-9'-]*")
_NUMBER = re.compile(r"\+?[\d().-]*\d[\d().-]*", re.ASCII)
# As a web page or a word processor writes a number: 010–2345–6789, ０１０－….
_DASHES_TOO = re.compile(r"[\d‐‑‒–—―−－ㅡ~∼～·().+-]+")
# The prefix of all mobiles, and of landlines where it stands apart: 031-123, (02) 123.
_PREFIX = re.compile(r"^(?:\+?82[-.)]*10|010|\+82[-.)]?0?\d{1,2}(?=[-.)])|\(?0\d{1,2}(?=[-.)]))")
# Beginnings of com, net and org and of what stands before kr: somebody is still typing.
_UNFINISHED = frozenset(["", "co", "ne", "or", "go", "ac", "re", "pe"])
_NOT_A_DIGIT = re.compile(r"[^\d+＋]")
_JAMO = re.compile(r"[ㄱ-ㅎ]")
_RUN = re.compile(r"(?=(([ㄱ-ㅎ])\2\2))")
_LONE_SYLLABLE = re.compile(r"(?<![가-힣])[가-힣](?![가-힣])")
_MOBILE = re.compile(r"\+8210[2-9]\d{7}")
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
SMS_TERM = "has:sms"
EMAIL_TERM = "has:email"
_TAG = "tag:"

Point = tuple[str, str]


@dataclass(frozen=True)
class Question:
    """What somebody typed. A match has all `terms`, one of each of the `choices`, and holds all `points`
    (kind, normalised value).

    Matches that also have `begins` come before the others, those that also have `exact` first of all.
    """

    terms: tuple[str, ...] = ()
    points: tuple[Point, ...] = ()
    choices: tuple[tuple[str, ...], ...] = ()
    begins: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        return not self.terms and not self.points and not self.choices


def contact_terms(
    names: Iterable[str] = (),
    phones: Iterable[str] = (),
    emails: Iterable[str] = (),
    kakao_ids: Iterable[str] = (),
    address: str = "",
    tags: Iterable[str] = (),
    custom: Mapping[str, str] | None = None,
) -> set[str]:
    """Everything a contact is found by. Phones are E.164, e-mails and Kakao ids normalised."""
    terms = profile_terms(names, address, tags, custom)
    for kind, values in (("phone", phones), ("email", emails), ("kakao_id", kakao_ids)):
        for value in values:
            terms.update(point_terms(kind, value))
    return terms


def profile_terms(
    names: Iterable[str], address: str, tags: Iterable[str], custom: Mapping[str, str] | None = None
) -> set[str]:
    """The terms of a contact that are not of its contact points."""
    terms = {tag_term(tag) for tag in tags}
    for name in names:
        terms.update(name_terms(name))
    if address:
        terms.update(address_terms(address))
    if custom:
        terms.update(custom_terms(custom))
    return terms


def point_terms(kind: str, value: str) -> list[str]:
    """The terms of one contact point; none of them is the whole value."""
    if kind == "phone":
        return phone_terms(value)
    if kind == "email":
        return [EMAIL_TERM, *latin_terms(value.partition("@")[0])]
    return latin_terms(value)


def name_terms(name: str) -> tuple[str, ...]:
    """n-grams of the name and of its leading consonants, its beginning and length; its Latin words."""
    if is_hangul_name(name):
        return _hangul_name_terms(name)
    key = search_key(name)
    latin = [
        term for word in _LATIN_WORD.findall(name.lower()) for term in (f"w:{word[0]}", *latin_terms(word))
    ]
    if not key or key.isascii():
        return tuple(dict.fromkeys(latin))
    consonants = choseong(key)
    found = [f"n:{gram}" for gram in ngrams(key)] + [f"b:{key[0]}", f"l:{len(key)}"]
    if consonants != key:
        pairs = map("".join, pairwise(consonants))
        found += [f"bc:{consonants[0]}", *(f"c:{part}" for part in (*pairs, *_runs(consonants)))]
    return tuple(dict.fromkeys((*found, *latin)))


def is_hangul_name(name: str) -> bool:
    """Whether a name's terms are those of its syllables and pairs: most names there are."""
    return _HANGUL_NAME.fullmatch(name) is not None


def first_syllable_terms(syllable: str) -> tuple[str, ...]:
    """The terms of a Hangul name's first syllable."""
    return f"n:{syllable}", f"b:{syllable}", f"bc:{choseong(syllable)}"


def first_pair_terms(pair: str) -> tuple[str, ...]:
    """The terms of a Hangul name's first two syllables beside each other."""
    return f"n:{pair}", f"c:{choseong(pair)}"


def other_syllables_terms(rest: str) -> list[str]:
    """The terms of what follows a Hangul name's first syllable, and of the name's length."""
    pairs = [rest[i : i + 2] for i in range(len(rest) - 1)]
    found = [f"n:{gram}" for gram in (*rest, *pairs)] + [f"c:{choseong(pair)}" for pair in pairs]
    return [*found, *run_terms(rest), f"l:{len(rest) + 1}"]


def begin_alike(pair: str) -> bool:
    """Whether these are two syllables with the same leading consonant."""
    return len(pair) > len(set(choseong(pair)))


def run_terms(name: str) -> list[str]:
    """The consonants that three syllables in a row begin with: their pairs alone are those of 이영 too."""
    return [f"c:{run}" for run in _runs(choseong(name))]


def _runs(consonants: str) -> list[str]:
    return list(dict.fromkeys(found[1] for found in _RUN.finditer(consonants)))


def _hangul_name_terms(name: str) -> tuple[str, ...]:
    first = [*first_syllable_terms(name[0]), *(first_pair_terms(name[:2]) if len(name) > 1 else ())]
    return tuple(dict.fromkeys((*first, *other_syllables_terms(name[1:]), *run_terms(name))))


def latin_terms(word: str) -> list[str]:
    """Three letters in a row and the beginning of a local part, a Kakao id or a Latin name's word."""
    return [beginning_term(word[:2]), *map(trigram_term, trigrams(word))]


def beginning_term(letters: str) -> str:
    return f"w:{letters}"


def trigram_term(letters: str) -> str:
    return f"g:{letters}"


def trigrams(word: str) -> list[str]:
    """Every three letters in a row."""
    return [word[i : i + TRIGRAM] for i in range(len(word) - TRIGRAM + 1)]


def phone_terms(e164: str) -> list[str]:
    """Every four digits in a row among its last eight, and whether it takes a text message."""
    found = [term for digits in phone_windows(e164) for term in window_terms(digits)]
    return [*found, SMS_TERM] if _MOBILE.fullmatch(e164) else found


def phone_windows(e164: str) -> list[str]:
    """Every four digits in a row among a phone's last eight."""
    if len(e164) > SEARCHABLE_DIGITS:  # nearly all of them: a quarter of the time
        return [e164[-8:-4], e164[-7:-3], e164[-6:-2], e164[-5:-1], e164[-4:]]
    digits = e164.lstrip("+")
    return [digits[i : i + WINDOW] for i in range(len(digits) - WINDOW + 1)]


def window_terms(digits: str) -> tuple[str, ...]:
    """The terms of four digits in a row."""
    return (f"p:{digits}",)


def address_terms(address: str) -> list[str]:
    """The administrative units and roads named in an address: 서울, 마포구, 망원동, 월드컵로."""
    return unit_terms(unit_words(address))


def unit_terms(words: tuple[str, ...]) -> list[str]:
    return [f"a:{word}" for word in words]


def district_terms(district: str) -> list[str]:
    """The terms of a district that is asked for, all of them needed: 서울 동작구 상도동."""
    return [f"a:{word}" for word in district_words(district)]


def custom_terms(custom: Mapping[str, str]) -> list[str]:
    """That a contact has a custom field, and its value; blank values are none."""
    pairs = [(label, value) for label, value in custom.items() if value.strip()]
    return [*map(field_term, (label for label, _ in pairs)), *(value_term(*pair) for pair in pairs)]


def field_term(label: str) -> str:
    return f"f:{_folded(label)[:MAX_LABEL]}"


def value_term(label: str, value: str) -> str:
    """A field's value, whatever its case and blanks."""
    return f"{field_term(label)}={_folded(value)[:MAX_VALUE]}"


def tag_term(tag: str) -> str:
    return _TAG + unicodedata.normalize("NFC", tag.strip())


def tag_key(term: str) -> str:
    """The tag that a term is of, folded (`tag_key` in the database does the same); "" of other terms."""
    return term[len(_TAG) :] if term.startswith(_TAG) else ""


@lru_cache(maxsize=2_000)
def ask(query: str) -> Question:
    """What somebody typed, as a question. Empty only for an empty query.

    Words are joined by AND. A whole number or e-mail address is its holder; digits match from four in a row
    (shorter ones match nothing); Hangul matches anywhere in the name, leading consonants too (ㅎㄱㄷ,
    홍길ㄷ; one
    alone: where the name begins); a Latin word is part of an e-mail's local part, of a Kakao id or of a Latin
    name, from three letters on anywhere; `#태그` is a tag. What a 시도, 시군구 or 읍면동 could be called is
    part of a name or where somebody lives: 마포구, 홍길동.
    """
    words = _words(unicodedata.normalize("NFC", UNSEEN.sub("", query[:MAX_QUERY])))
    parts = [_word(word) for word in words]
    terms = tuple(dict.fromkeys(term for part in parts for term in part.terms))
    points = tuple(dict.fromkeys(point for part in parts for point in part.points))
    choices = tuple(dict.fromkeys(choice for part in parts for choice in part.choices))
    named = [word for word, part in zip(words, parts, strict=True) if not part.choices] or words[:1]
    return Question(terms, points, choices, *_ranking(named, terms))


def _words(query: str) -> list[str]:
    """The words of a query; the pieces of a number written with blanks count as one word."""
    words: list[str] = []
    number = False
    for written in query.split():
        word = written if written.startswith("#") else written.lower()  # tags are as they were written
        if _NUMBER.fullmatch(word):
            words[-1:] = [words[-1] + word] if number else [*words[-1:], word]
            number = True
        else:
            words.append(word)
            number = False
    return words


def _word(word: str) -> Question:
    if _NUMBER.fullmatch(word):
        return _number(word)
    if word.startswith("#") and len(word) > 1:
        return Question((tag_term(word[1:]),))
    if "@" in word[1:]:
        return _email(word)
    if word.isascii():
        return Question(tuple(_latin_query(word.removeprefix("@"))))
    if sum(map(str.isdigit, word)) >= WINDOW and (digits := _DASHES_TOO.fullmatch(word)):
        return _number(unicodedata.normalize("NFKC", _NOT_A_DIGIT.sub("-", digits[0])))
    terms = tuple(_name_query(word.translate(_CLUSTER_TABLE)))
    return _name_or_district(word, terms) if is_district(word) else Question(terms)


def _name_or_district(word: str, terms: tuple[str, ...]) -> Question:
    """All the terms of a name, or all of where somebody lives; two words written as one (서울시마포구) are no
    name's."""
    places = district_terms(word)
    if len(places) > 1:
        return Question(tuple(places))
    return Question(choices=tuple((term, *places) for term in terms))


def _number(word: str) -> Question:
    if phones := parse_phones(word).phones:
        return Question(points=(("phone", phones[0].e164),))
    digits = _searchable_digits(word)
    if not WINDOW <= len(digits) <= SEARCHABLE_DIGITS:
        return Question((_NO_SUCH_NUMBER,))
    return Question(tuple(f"p:{digits[i : i + WINDOW]}" for i in range(len(digits) - WINDOW + 1)))


def _searchable_digits(word: str) -> str:
    """The digits that are typed without the prefix in front of them, which is no search's matter.

    Where nothing searchable would be left they may be somebody's last four: 0108, 8210.
    """
    bare = re.sub(r"\D", "", _PREFIX.sub("", word))
    return word if word.isdecimal() and len(bare) < WINDOW else bare


def _email(word: str) -> Question:
    local, _, domain = word.partition("@")
    whole = "." in domain and domain.rpartition(".")[2] not in _UNFINISHED
    emails = parse_emails(word).emails if whole else ()
    if emails:
        return Question(points=(("email", emails[0].address),))
    return Question(tuple(_latin_query(local)))  # still typing the domain


def _latin_query(word: str) -> list[str]:
    if len(word) < TRIGRAM:
        return [f"w:{word}"]
    return [f"g:{word[i : i + TRIGRAM]}" for i in range(len(word) - TRIGRAM + 1)]


def _name_query(word: str) -> list[str]:
    if len(word) == 1:
        return [f"bc:{word}" if _JAMO.match(word) else f"n:{word}"]
    found = [_gram_term(pair) for pair in map("".join, pairwise(word))]
    if _JAMO.search(word):  # a pair with a consonant in it does not say its syllable: 김ㅁㅅ
        found += [*(f"n:{one}" for one in _LONE_SYLLABLE.findall(word)), *run_terms(word)]
    return found


def _gram_term(gram: str) -> str:
    return f"c:{choseong(gram)}" if _JAMO.search(gram) else f"n:{gram}"


def _ranking(words: list[str], terms: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The further terms of a match that begins like the question, and of one that is just it."""
    name = "".join(word for word in words if not word.isascii() and not word.startswith("#"))
    if name:
        name = name.translate(_CLUSTER_TABLE)
        begins = (f"bc:{name[0]}" if _JAMO.match(name) else f"b:{name[0]}",)
        return begins, (*begins, f"l:{len(name)}")
    latin = next((word for word in words if word.isascii() and f"g:{word[:TRIGRAM]}" in terms), "")
    return ((f"w:{latin[:2]}",),) * 2 if latin else ((), ())


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
