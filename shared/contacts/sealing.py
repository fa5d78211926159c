"""Rows as the database keeps them: values sealed, search tokens packed.

Ready-made bytes, because building them value by value costs more than everything else done to a row.
"""

from collections.abc import Callable, Iterable, Sequence
from threading import Lock

from cachetools import LRUCache

from shared.contacts.binary_arrays import element, int_array, text_array
from shared.contacts.chunk_rows import Row, RowPoint
from shared.contacts.customs import custom_values
from shared.contacts.search_terms import address_terms, custom_terms, name_terms, point_terms, tag_term
from shared.contacts.store import FIELDS
from shared.security.cipher import TenantCipher

# Sealed and hashed, in the order of FIELDS: name_sealed, name_hash, address_sealed, …
SealedFields = tuple[bytes | None, ...]

_KEPT_TERMS = 100_000
_KEPT_NAMES = 50_000


class Sealer:
    """Seals rows and makes their search tokens. Tokens of terms that come again are made once per process."""

    def __init__(self, cipher: TenantCipher) -> None:
        self._cipher = cipher
        self._packed, self._names = _packed_terms(cipher)

    def fields(self, values: Sequence[str], hashes: Sequence[bytes | None]) -> SealedFields:
        """The sealed fields beside their hashes; None twice for an empty one."""
        seal = self._cipher.seal
        columns: list[bytes | None] = []
        for field, value, value_hash in zip(FIELDS, values, hashes, strict=True):
            columns += (seal(field, value), value_hash) if value_hash else (None, None)
        return tuple(columns)

    def field(self, field: str, value: str) -> bytes:
        return self._cipher.seal(field, value)

    def point(self, point: RowPoint) -> bytes:
        """The sealed value of a contact point."""
        return self._cipher.seal(point.key[0], point.value)

    def tokens(self, rows: Iterable[Row]) -> bytes:
        """int4[] of everything that rows of one person can be found by."""
        fragments = [fragment for row in rows for fragment in self._fragments(row)]
        return int_array(b"".join(fragments))

    def _fragments(self, row: Row) -> list[bytes]:
        """The tokens of `search_terms.contact_terms`; one that comes twice is harmless."""
        packed = self._packed
        name, address, _, _, custom = row.values
        found = [packed[term] for (kind, _), value, _ in row.points for term in point_terms(kind, value)]
        if name:
            found.append(self._names[name])
        if address:
            found += [packed[term] for term in address_terms(address)]
        if row.tags:
            found += [packed[tag_term(tag)] for tag in row.tags]
        if custom:
            found += [packed[term] for term in custom_terms(custom_values(custom))]
        return found

    def tags(self, tags: tuple[str, ...]) -> bytes:
        """text[] of tags."""
        return text_array(tags)


class _PackedTerms(dict[str, bytes]):
    """The tenant's terms, packed when they are first asked for; emptied when there are too many."""

    def __init__(self, token: Callable[[str], int]) -> None:
        super().__init__()
        self._token = token

    def __missing__(self, term: str) -> bytes:
        if len(self) >= _KEPT_TERMS:
            self.clear()
        made = self[term] = element(self._token(term))
        return made


class _NameTokens(dict[str, bytes]):
    """The tokens of names that come again, one after the other."""

    def __init__(self, packed: _PackedTerms) -> None:
        super().__init__()
        self._packed = packed

    def __missing__(self, name: str) -> bytes:
        if len(self) >= _KEPT_NAMES:
            self.clear()
        made = self[name] = b"".join([self._packed[term] for term in name_terms(name)])
        return made


_tenants: LRUCache[TenantCipher, tuple[_PackedTerms, _NameTokens]] = LRUCache(maxsize=2)
_tenants_lock = Lock()


def _packed_terms(cipher: TenantCipher) -> tuple[_PackedTerms, _NameTokens]:
    """The tenant's terms that were packed before."""
    with _tenants_lock:
        found = _tenants.get(cipher)
        if found is None:
            packed = _PackedTerms(cipher.token)
            found = _tenants[cipher] = (packed, _NameTokens(packed))
        return found
