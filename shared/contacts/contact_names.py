"""The names under which contacts stand, opened only where two rows of a phone have to be told apart."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from shared.contacts import store_chunks as store
from shared.kernel.database import Connection
from shared.security.cipher import TenantCipher


class ContactNames:
    """Names of stored contacts. They are loaded for many at once and opened when somebody asks."""

    def __init__(self, connection: Connection, cipher: TenantCipher) -> None:
        self._c, self._cipher = connection, cipher
        self._sealed: dict[UUID, list[bytes]] = {}
        self.alias_hashes: dict[UUID, set[bytes]] = {}

    def load(self, contact_ids: Iterable[UUID]) -> None:
        """Reads the names of these contacts in one query."""
        wanted = [contact_id for contact_id in contact_ids if contact_id not in self._sealed]
        self._sealed.update((contact_id, []) for contact_id in wanted)
        for row in store.names(self._c, wanted) if wanted else ():
            self._sealed[row["contact_id"]].append(row["name_sealed"])
            if row["is_alias"]:
                self.alias_hashes.setdefault(row["contact_id"], set()).add(row["name_hash"])

    def of(self, contact_id: UUID) -> Sequence[str]:
        """A contact's name and aliases."""
        if contact_id not in self._sealed:
            self.load([contact_id])
        return [self._cipher.open("name", sealed) for sealed in self._sealed[contact_id]]
