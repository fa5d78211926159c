"""What tells contacts apart who gave the same point: names, opened only where somebody asks, and whether they
have a phone."""

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
        self._has_phone: dict[UUID, bool] = {}
        self.aliases: dict[UUID, set[bytes]] = {}

    def load(self, contact_ids: Iterable[UUID]) -> None:
        """Reads the names of these contacts in one query."""
        wanted = [contact_id for contact_id in contact_ids if contact_id not in self._sealed]
        self._sealed.update((contact_id, []) for contact_id in wanted)
        for row in store.names(self._c, wanted) if wanted else ():
            self._sealed[row["contact_id"]].append(row["name_sealed"])
            if row["is_alias"]:
                self.aliases.setdefault(row["contact_id"], set()).add(row["name_hash"])

    def of(self, contact_id: UUID) -> Sequence[str]:
        """A contact's name and aliases."""
        if contact_id not in self._sealed:
            self.load([contact_id])
        return [self._cipher.open("name", sealed) for sealed in self._sealed[contact_id]]

    def has_phone(self, contact_id: UUID) -> bool:
        """Whether a contact holds a phone: asked in one query for all whose names were loaded."""
        if contact_id not in self._has_phone:
            wanted = [one for one in {contact_id, *self._sealed} if one not in self._has_phone]
            holding = store.with_phone(self._c, wanted)
            self._has_phone.update((one, one in holding) for one in wanted)
        return self._has_phone[contact_id]
