"""How two people agree, attribute by attribute: each comparison answers one level. Pure and symmetric.

Distances are optimal string alignment (an exchange of neighbours is one edit) over letters, in which a Hangul
syllable counts as its two or three letters; thresholds are shares of the length, so that one rule serves
short Korean and long Latin names.
"""

from itertools import product

from rapidfuzz.distance import OSA

from shared.contacts.comparable import Address, Person, Spelling

NAME_TYPO = 0.17  # one letter of 홍길동 (9), two of a long Latin name
NAME_NEAR = 0.30
MIN_TYPO_LETTERS = 5
ADDRESS_NEAR = 0.20
WORDS_NEAR = 0.80
WORDS_PARTIAL = 0.45
FULL_PLACE = 4  # words: street, complex or village, district
LONG_NAME = 10  # letters; a Korean name of three syllables has at most nine
LONG_NUMBER = 3
LAST_DIGITS = 8
MIN_LOCAL = 5
LONG_LOCAL = 8


def levels(left: Person, right: Person) -> list[str]:
    """The level of every attribute that both people have."""
    address = address_level(left.address, right.address)
    return [*levels_but_address(left, right), *([address] if address else [])]


def levels_but_address(left: Person, right: Person) -> list[str]:
    """All levels but that of the address, which takes longer than the others together."""
    found = (
        name_level(left.names, right.names),
        birth_level(left.birth, right.birth),
        phone_level(left.phones, right.phones),
        email_level(left.emails, right.emails),
        kakao_level(left.kakao_ids, right.kakao_ids),
    )
    return [level for level in found if level]


_NAME_ORDER = (
    "same_name",
    "long_name_typo",
    "name_typo",
    "name_part",
    "name_near",
    "",
    "name_half",
    "name_differs",
)


def name_level(left: tuple[Spelling, ...], right: tuple[Spelling, ...]) -> str:
    """The best agreement between any name of the one and any of the other."""
    if not left or not right:
        return ""
    return min((_spellings(a, b) for a, b in product(left, right)), key=_NAME_ORDER.index)


def _spellings(a: Spelling, b: Spelling) -> str:
    if a.masked or b.masked:
        return ""
    if a.letters == b.letters or (len(a.words) > 1 and a.words == b.words):
        return "same_name"
    if a.letters.isascii() != b.letters.isascii():
        return ""
    share = _name_distance(a, b)
    if share <= NAME_TYPO:
        return "long_name_typo" if min(len(a.letters), len(b.letters)) >= LONG_NAME else "name_typo"
    if _is_part(a.words, b.words):
        return "name_part"
    if share <= NAME_NEAR:
        return "name_near"
    return "name_half" if _share_a_word(a.words, b.words) else "name_differs"


def _name_distance(a: Spelling, b: Spelling) -> float:
    longest = max(len(a.letters), len(b.letters))
    if min(len(a.letters), len(b.letters)) < MIN_TYPO_LETTERS:
        return 1.0
    edits = OSA.distance(a.letters, b.letters)
    if len(a.words) > 1 or len(b.words) > 1:
        edits = min(edits, OSA.distance("".join(a.words), "".join(b.words)))
    return edits / longest


def _is_part(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Whether one name is the other with words left out (Kim Minsu, Kim)."""
    return len(a) != len(b) and (set(a) <= set(b) or set(b) <= set(a))


def _share_a_word(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    return any(
        x == y or (min(len(x), len(y)) >= MIN_TYPO_LETTERS and _share(x, y) <= NAME_NEAR)
        for x, y in product(a, b)
    )


def address_level(left: Address | None, right: Address | None) -> str:
    """same_building: one says more (the flat). partial_address: many words and a number agree. same_place:
    all of many words agree, the numbers do not."""
    if left is None or right is None:
        return ""
    if left.letters == right.letters and left.numbers == right.numbers:
        return _SAME_ADDRESS[min(len(left.numbers), 2)]
    level = _ADDRESS_LEVELS.get((_words(left, right), _numbers(left.numbers, right.numbers)), "")
    few = min(len(left.words), len(right.words)) < FULL_PLACE
    return "" if level == "same_place" and few else level


# By how many numbers it has: with one it may be a tower of a thousand people.
_SAME_ADDRESS = ("same_district", "same_building", "same_address")
_ADDRESS_LEVELS = {
    ("near", "same"): "near_address",
    ("near", "part"): "same_building",
    ("near", "near"): "partial_address",
    ("near", "differ"): "same_place",
    ("near", "none"): "same_district",
    ("partial", "same"): "same_building",
    ("partial", "part"): "partial_address",
    ("partial", "near"): "partial_address",
    ("other", "differ"): "address_differs",
    ("other", "near"): "address_differs",
    ("other", "none"): "address_differs",
}


def _words(left: Address, right: Address) -> str:
    """near: the words of the one are those of the other but for typos, wherever they stand; partial: half of
    the letters are."""
    if _share(left.letters, right.letters) <= ADDRESS_NEAR:
        return "near"
    covered = min(_covered(left.words, right.words), _covered(right.words, left.words), key=lambda c: c[1])[0]
    return "near" if covered >= WORDS_NEAR else "partial" if covered >= WORDS_PARTIAL else "other"


def _covered(words: tuple[str, ...], others: tuple[str, ...]) -> tuple[float, int]:
    """The share of the letters whose words the other address has too, and how many letters there are."""
    total = sum(map(len, words))
    known = sum(len(word) for word in words if any(_same_word(word, other) for other in others))
    return known / total if total else 0.0, total


def _same_word(a: str, b: str) -> bool:
    return a == b or (min(len(a), len(b)) >= MIN_TYPO_LETTERS and _share(a, b) <= ADDRESS_NEAR)


def _numbers(left: tuple[str, ...], right: tuple[str, ...]) -> str:
    """same; part: all of the one's groups, or a long one, are the other's; near: one digit off; none: neither
    or only one has any."""
    if left == right:
        return "same" if left else "none"
    if not left or not right:
        return "none"
    common = set(left) & set(right)
    if common and (len(common) == min(len(left), len(right)) or max(map(len, common)) >= LONG_NUMBER):
        return "part"
    return "near" if OSA.distance("".join(left), "".join(right)) <= 1 else "differ"


def birth_level(left: str, right: str) -> str:
    if not left or not right:
        return ""
    if len(left) != len(right):
        return "same_year" if left[:4] == right[:4] else "birth_differs"
    if left == right:
        return "same_birth" if len(left) == 8 else "same_year"
    if len(left) == 4:
        return "birth_differs"
    swapped = left[:4] + left[6:] + left[4:6]
    return "near_birth" if swapped == right or OSA.distance(left, right) <= 1 else "birth_differs"


def phone_level(left: tuple[str, ...], right: tuple[str, ...]) -> str:
    """A number in common, a digit off, two neighbouring digits exchanged, two such slips, none of these."""
    if not left or not right:
        return ""
    if set(left) & set(right):
        return "same_phone"
    return min((_phones(a, b) for a, b in product(left, right)), key=_PHONE_ORDER.index)


_PHONE_ORDER = ("phone_digit", "phone_swapped", "phone_near", "phone_differs")


def _phones(a: str, b: str) -> str:
    edits = OSA.distance(a[-LAST_DIGITS - 3 :], b[-LAST_DIGITS - 3 :], score_cutoff=2)
    if edits > 1:
        return "phone_near" if edits == 2 else "phone_differs"
    return "phone_swapped" if sorted(a) == sorted(b) else "phone_digit"


_EMAIL_ORDER = ("same_email", "email_typo", "email_domain", "email_differs")


def email_level(left: tuple[str, ...], right: tuple[str, ...]) -> str:
    if not left or not right:
        return ""
    return min((_emails(a, b) for a, b in product(left, right)), key=_EMAIL_ORDER.index)


def _emails(a: str, b: str) -> str:
    if a == b:
        return "same_email"
    (a_local, _, a_domain), (b_local, _, b_domain) = a.partition("@"), b.partition("@")
    if a_local == b_local and len(a_local) >= MIN_LOCAL:
        return "email_typo" if OSA.distance(a_domain, b_domain, score_cutoff=2) <= 2 else "email_domain"
    if a_domain == b_domain and _typo(a_local, b_local):
        return "email_typo"
    return "email_differs"


def kakao_level(left: tuple[str, ...], right: tuple[str, ...]) -> str:
    if not left or not right:
        return ""
    if set(left) & set(right):
        return "same_kakao"
    return "kakao_typo" if any(_typo(a, b) for a, b in product(left, right)) else "kakao_differs"


def _typo(a: str, b: str) -> bool:
    """One edit in at least five characters, two in at least eight."""
    shortest = min(len(a), len(b))
    return shortest >= MIN_LOCAL and OSA.distance(a, b, score_cutoff=2) <= (
        2 if shortest >= LONG_LOCAL else 1
    )


def _share(a: str, b: str) -> float:
    longest = max(len(a), len(b))
    return OSA.distance(a, b) / longest if longest else 0.0
