"""Which people are compared at all: those who have a block key in common. Pure.

A key is a text made of two things that two records of one person rarely get wrong both at once. Keys that
thousands have in common are skipped by the search (`reviewing`), so each is chosen to be rare.
"""

from collections.abc import Iterator

from shared.contacts.comparable import Address, Person, Spelling

PART = 4
DIGITS = 8
MIN_WORD = 4
BEGINNING = 2


def block_keys(person: Person) -> set[str]:
    """The keys under which a person is looked for; two people with none in common are never compared."""
    place = _longest_word(person.address)
    keys = set(_of_household(person))
    for name in person.names:
        if not name.masked:
            keys.update(_of_birth(name, person.birth))
            keys.update(_of_name_and_place(name, person.address, place))
            keys.update(_of_points(name, person))
    return keys


def _longest_word(address: Address | None) -> str:
    """What of an address is most its own and is written in any order of its words."""
    words = address.words if address else ()
    return max(words, key=lambda word: (len(word), word), default="")


def _of_household(person: Person) -> Iterator[str]:
    """However its people are called."""
    address = person.address
    if address and address.numbers:
        yield f"a:{address.letters}:{'-'.join(address.numbers)}"
    if len(person.birth) == DIGITS:
        yield f"d:{person.birth}"


def _of_birth(name: Spelling, birth: str) -> Iterator[str]:
    """Each word of the name with the birth date, and the name with each part of the date."""
    if len(birth) != DIGITS:
        return
    for word in name.words:
        yield f"b:{word}:{birth}"
    yield f"m:{name.letters}:{birth[4:]}"
    yield f"y:{name.letters}:{birth[:4]}"


def _of_name_and_place(name: Spelling, address: Address | None, place: str) -> Iterator[str]:
    if address is None:
        return
    numbers = "-".join(sorted(address.numbers))
    if len(address.numbers) < 2:  # a house, not a flat: in every street there is one
        numbers = f"{place[:BEGINNING]}:{numbers}"
    for word in name.words:
        yield f"h:{word[:1]}:{numbers}"
        if len(word) >= MIN_WORD:  # too many have a Korean surname and a street in common
            yield f"l:{word}:{address.letters}"
            yield f"o:{word}:{place}"
            # Sorted: two digits may be exchanged.
            yield from (f"w:{word}:{''.join(sorted(n))}" for n in set(address.numbers) if len(n) > 1)


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
        yield f"f:{initials}:{local[-PART:]}"
        # An odd length has two halves, because the other record may be one letter shorter or longer.
        for half in {len(local) // 2, (len(local) + 1) // 2}:
            yield f"e:{initials}:{local[: max(half, PART)]}"


def _initials(name: Spelling) -> str:
    """ㄱㄱㄷ of 김길동, jb of John Brown."""
    return "".join(word[0] for word in name.words)
