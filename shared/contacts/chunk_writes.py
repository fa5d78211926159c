"""What a chunk writes, collected and then written set by set."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.contacts import store_chunks as store
from shared.contacts.chunk_rows import Key, Rejected, Row
from shared.contacts.import_models import ImportOptions
from shared.contacts.indexing import reindex_all
from shared.contacts.known_contacts import Change, Stored
from shared.contacts.new_people import NewContact
from shared.contacts.sealing import Sealer
from shared.contacts.store import FIELDS
from shared.kernel.database import Connection
from shared.security.cipher import TenantCipher

Tuples = list[tuple[Any, ...]]


@dataclass(frozen=True)
class ImportContext:
    """What is the same for all chunks of an import."""

    cipher: TenantCipher
    import_id: UUID
    member_id: UUID | None
    options: ImportOptions


class ChunkWrites:
    """The rows that a chunk adds to each table, in the shapes of `store_chunks`."""

    def __init__(self, context: ImportContext, sealer: Sealer) -> None:
        self._context, self._sealer = context, sealer
        self._contacts: list[bytes] = []
        self.points: list[bytes] = []  # as many rows each as there are
        self.shared: Tuples = []
        self.results: list[bytes] = []
        self.rejects: list[Rejected] = []
        self._repairs: Tuples = []
        self._aliases: Tuples = []
        self._values: Tuples = []
        self._field_log: Tuples = []
        self._point_log: Tuples = []
        self._tokens: Tuples = []
        self._reindexed: list[UUID] = []

    def add(self, made: Sequence[NewContact]) -> None:
        """New contacts with all that is theirs."""
        self._contacts += [new.contact for new in made]
        self.points += [new.points for new in made]
        self.results += [new.results for new in made]
        for new in made:
            if new.shared or new.aliases:
                self.shared += new.shared
                self._aliases += new.aliases

    def is_shared(self, contact_id: UUID, key: Key) -> bool:
        """Whether a contact comes to share a point."""
        return any(row[0] == contact_id and row[1:3] == key for row in self.shared)

    def add_repairs(self, rows: Iterable[Row]) -> None:
        """What was repaired in rows."""
        seal = self._context.cipher.seal_json
        self._repairs += [(row.number, seal("repair", row.repairs)) for row in rows]

    def add_aliases(self, contact_id: UUID, names: Iterable[tuple[bytes | None, str]]) -> None:
        """Other names of a contact: (hash, name)."""
        self._aliases += [
            (contact_id, name_hash, self._sealer.field("name", name)) for name_hash, name in names
        ]

    def change(self, stored: Stored, change: Change, rows: Sequence[Row], taken: Iterable[Key]) -> None:
        """A known, locked contact's change, with its history unless this import made the contact."""
        sealed = {
            name: self._sealer.field(name, value) if value else None
            for name, (value, _) in change.fields.items()
        }
        columns: list[Any] = []
        for name in FIELDS:
            given = name in change.fields
            columns += (given, sealed.get(name), change.fields[name][1] if given else None)
        if change.fields or change.tags or change.removed_tags or change.fills_source:
            tags = self._sealer.tags
            self._values.append((stored.id, *columns, tags(change.tags), tags(change.removed_tags)))
        self.add_aliases(stored.id, change.aliases)
        if "name" in change.fields and stored.hash("name"):
            self._aliases.append((stored.id, stored.hash("name"), stored.row["name_sealed"]))
        if not stored.created_here:
            self._log(stored, change, taken)
        if change.replaces(stored):
            self._reindexed.append(stored.id)
        else:
            # Of what the file says beside a value that stays, nothing can be found.
            address, custom = (
                change.fields.get(name, (None, None))[0] or "" for name in ("address", "custom")
            )
            self._tokens.append((stored.id, self._sealer.tokens(rows, address, custom)))

    def _log(self, stored: Stored, change: Change, taken: Iterable[Key]) -> None:
        self._field_log += [
            (stored.id, name, stored.row[f"{name}_sealed"], stored.hash(name), after, None, None)
            for name, (_, after) in change.fields.items()
        ]
        if change.tags or change.removed_tags:
            tags = self._sealer.tags(change.tags), self._sealer.tags(change.removed_tags)
            self._field_log.append((stored.id, "tags", None, None, None, *tags))
        for name in ("source", "legal_basis"):
            if change.fills_source and stored.row[name] is None and getattr(self._context.options, name):
                self._field_log.append((stored.id, name, None, None, None, None, None))
        self._point_log += [(stored.id, *key) for key in taken]

    def write(self, c: Connection) -> None:
        """Writes everything."""
        import_id, options = self._context.import_id, self._context.options
        member_id = self._context.member_id
        if self._contacts:
            store.insert_contacts(c, self._contacts, import_id, options.source, options.legal_basis)
        if self.points:
            store.insert_points(c, self.points)
        if self.shared:
            store.insert_shared_points(c, import_id, self.shared)
        if self._aliases:
            store.insert_aliases(c, import_id, self._aliases)
        if self._values:
            store.update_contacts(c, self._values, options.source, options.legal_basis)
        if self._field_log:
            store.log_fields(c, import_id, member_id, self._field_log)
        if self._point_log:
            store.log_points(c, import_id, member_id, self._point_log)
        if self._tokens:
            store.add_tokens(c, self._tokens)
        if self.results:
            store.insert_results(c, import_id, self.results)
        if self._repairs:
            store.insert_repairs(c, import_id, self._repairs)
        if self.rejects:
            store.insert_rejects(c, import_id, self.rejects)
        reindex_all(c, self._context.cipher, self._reindexed)
