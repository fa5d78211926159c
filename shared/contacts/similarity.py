"""How likely two records are one person: a Fellegi-Sunter score with its reasons. Pure and symmetric.

Each attribute that both have answers one level (`comparing`); each level has a weight in bits, log2 of how
much likelier it is between two records of one person than between two people (docs/decisions/0008). Their
sum, less the bits it takes to single a person out of everybody, is the log odds; the score is the
probability. What a record lacks says nothing.
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

from shared.contacts.comparable import Person
from shared.contacts.comparing import birth_level, levels, levels_but_address, name_level

THRESHOLD = 0.5
SMALLEST_POPULATION = 4_096

WEIGHTS = {
    "same_name": 10.0,
    "long_name_typo": 10.0,
    "name_typo": 6.5,
    "name_part": 4.0,
    "name_near": 0.5,
    "name_half": -1.5,
    "name_differs": -8.0,
    "same_address": 12.0,
    "near_address": 11.0,
    "same_building": 9.0,
    "partial_address": 7.0,
    "same_place": 7.0,
    "same_district": 1.0,
    "address_differs": -1.0,
    "same_birth": 14.0,
    "near_birth": 8.0,
    "same_year": 4.0,
    "birth_differs": -4.5,
    "same_phone": 12.0,
    "phone_digit": 13.0,
    "phone_swapped": 13.0,
    "phone_near": 8.0,
    "phone_differs": -1.5,
    "same_email": 14.0,
    "email_typo": 11.0,
    "email_domain": 8.0,
    "email_differs": -0.5,
    "same_kakao": 14.0,
    "kakao_typo": 7.0,
    "kakao_differs": -0.5,
}

# With the number of people that of flats grows: to live in the same one means as much among a million.
ONE_HOUSEHOLD = frozenset(("same_address", "near_address", "same_building"))
# A household shares its numbers and addresses: with another given name they say nothing about a person.
OTHER_NAMES = frozenset(("name_half", "name_differs"))
OF_A_HOUSEHOLD = {
    "same_phone": -14.0,
    "phone_digit": -12.0,
    "phone_swapped": -12.0,
    "phone_near": -9.0,
    "same_email": -10.0,
    "email_typo": -6.0,
    "same_place": -7.0,
}

# Without names to compare (missing, masked, in two scripts) it may be anybody of the household.
NAMELESS = -4.0
_NAME_LEVELS = frozenset(level for level in WEIGHTS if "name" in level)


class Likeness(NamedTuple):
    """`score` 0..1: the probability that it is one person. `reasons`: codes of what speaks for it, strongest
    first; their sentences are `similar.<code>` in the catalogue."""

    score: float
    reasons: tuple[str, ...]

    @property
    def worth_a_look(self) -> bool:
        return self.score >= THRESHOLD


def likeness(left: Person, right: Person, population: int = SMALLEST_POPULATION) -> Likeness:
    """Compares two records among `population` people; the same whichever comes first."""
    found = levels(left, right)
    bits = _bits(found)
    if not ONE_HOUSEHOLD & set(found):
        bits -= math.log2(max(population / SMALLEST_POPULATION, 1))
    reasons = sorted((level for level in found if WEIGHTS[level] > 0), key=lambda level: -WEIGHTS[level])
    return Likeness(1 / (1 + 2 ** -max(min(bits, 60.0), -60.0)), tuple(reasons))


def may_be_one(left: Person, right: Person) -> bool:
    """Whether any agreement of their addresses could make two records worth a look. Most pairs end here."""
    return _bits(levels_but_address(left, right)) + _BEST_ADDRESS >= 0


def may_be_one_by_name(known: Person, stranger: Person) -> bool:
    """Whether any points and address of a stranger could make two records worth a look.

    Of the stranger only names and birth are looked at, which is what it takes to refuse nearly all of those
    who merely have the same initials and half a number.
    """
    by_name = [
        level
        for level in (name_level(known.names, stranger.names), birth_level(known.birth, stranger.birth))
        if level
    ]
    best = _BEST_OF_OTHERS if OTHER_NAMES & set(by_name) else _BEST
    return _bits(by_name) + sum(best[field] for field in best if getattr(known, field)) >= 0


def _best(word: str, adjusted: Mapping[str, float]) -> float:
    """The most that an attribute can speak for two records; one that either lacks says nothing."""
    return max(0.0, *(WEIGHTS[level] + adjusted.get(level, 0.0) for level in WEIGHTS if word in level))


_POINT_WORDS = {"phones": "phone", "emails": "email", "kakao_ids": "kakao"}
_ADDRESS = {"address": max(WEIGHTS[level] for level in ONE_HOUSEHOLD)}
_BEST = {field: _best(word, {}) for field, word in _POINT_WORDS.items()} | _ADDRESS
_BEST_OF_OTHERS = {field: _best(word, OF_A_HOUSEHOLD) for field, word in _POINT_WORDS.items()} | _ADDRESS
_BEST_ADDRESS = max(weight for level, weight in WEIGHTS.items() if level in ONE_HOUSEHOLD)


def _bits(found: list[str]) -> float:
    """The log odds among few people."""
    bits = sum(WEIGHTS[level] for level in found) - math.log2(SMALLEST_POPULATION)
    if not _NAME_LEVELS & set(found):
        bits += NAMELESS
    if OTHER_NAMES & set(found):
        bits += sum(OF_A_HOUSEHOLD.get(level, 0.0) for level in found)
    return bits
