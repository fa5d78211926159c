"""Which people are compared at all: those who have a block key in common. Pure.

A key is a text made of two things that two records of one person rarely get wrong both at once. Keys that
thousands have in common are skipped by the search (`reviewing`), so each is chosen to be rare.
"""

from collections.abc import Iterator

from shared.contacts.comparable import Address, Person, Spelling

PART = 4
DIGITS = 8
MIN_WORD = 4


def block_keys(person: Person) -> set[str]:
    """The keys under which a person is looked for; two people with none in common are never compared."""
    keys = set(_of_place(person))
    for name in person.names:
        if not name.masked:
            keys.update(_of_birth(name, person.birth))
            keys.update(_of_name_and_place(name, person.address))
            keys.update(_of_points(name, person))
    return keys


def _of_place(person: Person) -> Iterator[str]:
    """A household, however its people are called."""
    address = person.address
    if address and address.numbers:
        yield f"a:{address.letters}:{'-'.join(address.numbers)}"


def _of_birth(name: Spelling, birth: str) -> Iterator[str]:
    """Each word of the name with the birth date, and the name with each part of the date."""
    if len(birth) != DIGITS:
        return
    yield f"d:{birth}"
    for word in name.words:
        yield f"b:{word}:{birth}"
    yield f"m:{name.letters}:{birth[4:]}"
    yield f"y:{name.letters}:{birth[:4]}"


def _of_name_and_place(name: Spelling, address: Address | None) -> Iterator[str]:
    if address is None:
        return
    numbers = "-".join(sorted(address.numbers))
    for word in name.words:
        yield f"h:{word[:1]}:{numbers}"
        yield f"l:{word}:{address.letters}"
    for number in set(address.numbers):
        if len(number) > 1:
            yield from (f"w:{word}:{number}" for word in name.words if len(word) >= MIN_WORD)


def _of_points(name: Spelling, person: Person) -> Iterator[str]:
    """The name's initials with the half of a number or mail name that a typo has left whole."""
    initials = _initials(name)
    for phone in person.phones:
        digits = phone[-DIGITS:]
        yield f"p:{initials}:{digits[:PART]}"
        yield f"q:{initials}:{digits[PART:]}"
        yield f"s:{initials}:{''.join(sorted(digits))}"
    for value in (*person.emails, *person.kakao_ids):
        local = value.partition("@")[0]
        yield f"e:{initials}:{local[:PART]}"
        yield f"f:{initials}:{local[-PART:]}"


def _initials(name: Spelling) -> str:
    """ㄱㄱㄷ of 김길동, jb of John Brown."""
    return "".join(word[0] for word in name.words)
