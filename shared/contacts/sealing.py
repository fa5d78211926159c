"""Rows as the database keeps them: values sealed, search tokens packed.

Ready-made bytes, because building them value by value costs more than everything else done to a row.
"""

from collections.abc import Iterable, Sequence
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


class Sealer:
    """Seals rows and makes their search tokens. Tokens of terms that come again are made once per process."""

    def __init__(self, cipher: TenantCipher) -> None:
        self._cipher = cipher
        self._packed = _packed_terms(cipher)

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
        elements: list[bytes] = []
        for row in rows:
            elements += self._of_profile(row)
            for (kind, _), value, _ in row.points:
                elements += self._of_point(kind, value)
        return int_array(elements)

    def tags(self, tags: tuple[str, ...]) -> bytes:
        """text[] of tags."""
        return text_array(tags)

    def _of_profile(self, row: Row) -> list[bytes]:
        packed, add = self._packed, self._add
        name, address, *_, custom = row.values
        terms = [*name_terms(name)] if name else []
        if address:
            terms += address_terms(address)
        terms += [tag_term(tag) for tag in row.tags]
        if custom:
            terms += custom_terms(custom_values(custom))
        return [packed.get(term) or add(term) for term in terms]

    def _of_point(self, kind: str, value: str) -> list[bytes]:
        packed, add = self._packed, self._add
        return [packed.get(term) or add(term) for term in point_terms(kind, value)]

    def _add(self, term: str) -> bytes:
        if len(self._packed) >= _KEPT_TERMS:
            self._packed.clear()
        made = self._packed[term] = element(self._cipher.token(term))
        return made


_tenants: LRUCache[TenantCipher, dict[str, bytes]] = LRUCache(maxsize=2)
_tenants_lock = Lock()


def _packed_terms(cipher: TenantCipher) -> dict[str, bytes]:
    """The tenant's terms that were packed before."""
    with _tenants_lock:
        packed = _tenants.get(cipher)
        if packed is None:
            packed = _tenants[cipher] = {}
        return packed
