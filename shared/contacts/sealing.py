"""Rows as the database keeps them: values sealed, search tokens packed.

Ready-made bytes, because building them value by value costs more than everything else done to a row.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from threading import Lock
from typing import TypeVar

from cachetools import LRUCache

from shared.contacts import search_terms as terms
from shared.contacts.addresses import unit_words
from shared.contacts.chunk_rows import Row, RowPoint
from shared.contacts.customs import custom_values
from shared.contacts.store import FIELDS
from shared.kernel.binary_format import HASH_LENGTH, NULL, element, field, int_array, text_array
from shared.security.cipher import TenantCipher

_KEPT_PIECES = 100_000
_NO_VALUE = NULL + NULL

Key = TypeVar("Key", bound=Hashable)


class Sealer:
    """Seals rows and makes their search tokens. Tokens of what comes again are made once per process.

    Not to be kept longer than a chunk: it seals with the key that was the newest when it was made.
    """

    def __init__(self, cipher: TenantCipher) -> None:
        self._fields = {name: cipher.sealer(name) for name in FIELDS}
        self._in_order = tuple(self._fields.values())
        self._points = {kind: cipher.sealer(kind) for kind in ("phone", "email", "kakao_id")}
        self._tokens = _tokens_of(cipher)
        self.field_hash = cipher.field_hash

    def fields(self, values: Sequence[str], hashes: Sequence[bytes | None]) -> bytes:
        """The fields of a row for COPY, in the order of FIELDS: sealed and hash, NULL for empty ones."""
        packed = [
            field(seal(value)) + HASH_LENGTH + value_hash if value_hash else _NO_VALUE
            for seal, value, value_hash in zip(self._in_order, values, hashes, strict=True)
        ]
        return b"".join(packed)

    def field(self, name: str, value: str) -> bytes:
        return self._fields[name](value)

    def point(self, point: RowPoint) -> bytes:
        """The sealed value of a contact point."""
        return self._points[point[0][0]](point[1])

    def tokens(self, rows: Iterable[Row], address: str, custom: str) -> bytes:
        """int4[] of everything that rows of one person can be found by: all their names, points and tags, and
        the address and custom fields that are kept of them."""
        pieces: list[bytes] = []
        for row in rows:
            self._tokens.add_row(pieces, row, address, custom)
            address = custom = ""
        return int_array(b"".join(pieces))

    def tags(self, tags: tuple[str, ...]) -> bytes:
        """text[] of tags."""
        return text_array(tags)


class _Pieces(dict[Key, bytes]):
    """Packed tokens of the parts that names, numbers and addresses are made of, by the part."""

    def __init__(self, token: Callable[[str], int], terms_of: Callable[[Key], Iterable[str]]) -> None:
        super().__init__()
        self._token, self._terms_of = token, terms_of

    def __missing__(self, part: Key) -> bytes:
        if len(self) >= _KEPT_PIECES:
            self.clear()
        made = self[part] = b"".join([element(self._token(term)) for term in self._terms_of(part)])
        return made


class _Alike(dict[str, bool]):
    """Whether two syllables begin alike, by the pair: a lookup where asking each row took 0.15 µs."""

    def __missing__(self, pair: str) -> bool:
        if len(self) >= _KEPT_PIECES:
            self.clear()
        made = self[pair] = terms.begin_alike(pair)
        return made


class _Tokens:
    """The tokens of `search_terms.contact_terms`, put together from their parts; one that comes twice is
    harmless."""

    def __init__(self, token: Callable[[str], int]) -> None:
        self._first = _Pieces(token, terms.first_syllable_terms)
        self._first_pair = _Pieces(token, terms.first_pair_terms)
        self._alike, self._run = _Alike(), _Pieces(token, terms.run_terms)
        self._others = _Pieces(token, terms.other_syllables_terms)
        self._other_name = _Pieces(token, terms.name_terms)
        self._window_of = _Pieces(token, terms.window_terms).__getitem__
        self._units = _Pieces(token, terms.unit_terms)
        # Neighbours: what their addresses are found by is told once.
        self._places = _Pieces[str](token, lambda head: terms.address_terms(f"{head}1"))
        self._trigram_of = _Pieces[str](token, lambda letters: (terms.trigram_term(letters),)).__getitem__
        self._beginning = _Pieces[str](token, lambda letters: (terms.beginning_term(letters),))
        self._term = _Pieces[str](token, lambda term: (term,))
        self._tags = _Pieces[tuple[str, ...]](token, lambda tags: map(terms.tag_term, tags))
        self._sms, self._email = self._term[terms.SMS_TERM], self._term[terms.EMAIL_TERM]

    def add_row(self, pieces: list[bytes], row: Row, address: str, custom: str) -> None:
        """Adds the pieces of a row's name, points and tags, of an address, of custom fields ("" for none)."""
        name = row.values[0]
        for (kind, _), value, textable in row.points:
            if kind == "phone":
                pieces += map(self._window_of, terms.phone_windows(value))
                if textable:
                    pieces.append(self._sms)
            else:
                if kind == "email":
                    pieces.append(self._email)
                    value = value.partition("@")[0]
                pieces.append(self._beginning[value[:2]])
                pieces += map(self._trigram_of, terms.trigrams(value))
        if name:
            if terms.is_hangul_name(name):
                pieces += (self._first[name[0]], self._others[name[1:]])
                if len(name) > 1:
                    pair = name[:2]
                    pieces.append(self._first_pair[pair])
                    if self._alike[pair] and self._alike[name[1:3]]:
                        pieces.append(self._run[name[:3]])
            else:
                pieces.append(self._other_name[name])
        if address:
            pieces.append(self._units[unit_words(address)])
        if row.tags:
            pieces.append(self._tags[row.tags])
        if custom:
            pieces += [self._term[term] for term in terms.custom_terms(custom_values(custom))]


_tenants: LRUCache[TenantCipher, _Tokens] = LRUCache(maxsize=2)
_tenants_lock = Lock()


def _tokens_of(cipher: TenantCipher) -> _Tokens:
    """The tenant's tokens that were made before."""
    with _tenants_lock:
        found = _tenants.get(cipher)
        if found is None:
            found = _tenants[cipher] = _Tokens(cipher.token)
        return found
