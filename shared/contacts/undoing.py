"""Taking causes out of the histories of contacts: read with locks, recomputed in memory, written back."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from psycopg import Rollback

from shared.contacts import field_chains, store_merges, store_point_history
from shared.contacts import store as contact_store
from shared.contacts import store_history as store
from shared.contacts.field_chains import Chain, entry_row
from shared.contacts.indexing import reindex_all
from shared.contacts.point_chains import PointHistories
from shared.contacts.replay import Donation, Link, Passed, replay
from shared.contacts.store import Row
from shared.kernel.database import Connection
from shared.security.cipher import TenantCipher


@dataclass(frozen=True)
class Undone:
    """What an undo did. `restored`: contacts that are as they would be without the cause. `kept`: contacts on
    which a later change of the same field or point stands. `kept_edits`: how many such changes there are.
    """

    restored: list[UUID] = field(default_factory=list)
    kept: list[UUID] = field(default_factory=list)
    kept_edits: int = 0


def lock(
    connection: Connection, contact_ids: Iterable[UUID], causes: set[UUID] | None = None
) -> dict[UUID, Row]:
    """Locks contacts, all into which they were merged, and all who had a point that the causes moved.

    In the order of their ids, and all of them before anything is written: whoever merges or undoes holds
    these locks, so nobody waits for somebody who waits for him, and what was read of merges stays true. When
    others have joined in meanwhile, the locks are given back and taken anew.
    """
    wanted = _concerned(connection, set(contact_ids), causes or set())
    while True:
        with connection.transaction() as savepoint:
            rows = store.lock_contacts(connection, wanted)
            found = _concerned(connection, wanted, causes or set())
            if found <= wanted:
                return {row["id"]: row for row in rows}
            raise Rollback(savepoint)
        wanted |= found


def _concerned(connection: Connection, contact_ids: set[UUID], causes: set[UUID]) -> set[UUID]:
    moved = bool(causes) and store_point_history.any_move(connection)
    with_points = PointHistories(connection, causes, contact_ids).contacts if moved else set()
    return contact_ids | store_merges.with_receivers(connection, contact_ids | with_points)


def take_out(
    connection: Connection,
    cipher: TenantCipher,
    causes: set[UUID],
    contact_ids: Iterable[UUID],
    parted: Iterable[UUID] = (),
) -> Undone:
    """Takes causes out of these contacts' histories, and merges that have ended.

    The histories of contacts into which they were merged follow, and search tokens are made anew. `parted`:
    those of which a merge has just ended.
    """
    wanted = set(contact_ids)
    rows = lock(connection, wanted, causes)
    points = PointHistories(connection, causes, wanted)
    merges = store_merges.merges_among(connection, list(rows))
    fields = _FieldHistories(connection, cipher, rows, merges, causes, wanted)
    fields.recompute()
    fields.write()
    points.write(rows, merges)
    receivers = {*parted, *(merge["kept_id"] for merge in merges)} & rows.keys()
    for contact_id in receivers_last(receivers, merges):
        store_merges.derive_names(connection, contact_id)
        store_merges.derive_shared_points(connection, contact_id)
    touched = fields.touched | points.touched | wanted
    reindex_all(connection, cipher, sorted(store_merges.with_receivers(connection, touched)))
    return _result(fields, points, wanted)


def _result(fields: "_FieldHistories", points: PointHistories, wanted: set[UUID]) -> Undone:
    kept = fields.kept.keys() | points.kept.keys()
    edits = sum(fields.kept.values()) + sum(points.kept.values())
    return Undone(sorted((fields.undone | points.undone) - kept), sorted(kept), edits)


def receivers_last(contact_ids: Iterable[UUID], merges: list[Row]) -> list[UUID]:
    """Contacts in an order in which everybody comes after those merged into it."""
    merged_into: dict[UUID, list[UUID]] = defaultdict(list)
    for merge in merges:
        merged_into[merge["kept_id"]].append(merge["merged_id"])
    order: dict[UUID, None] = {}

    def visit(contact_id: UUID) -> None:
        if contact_id not in order:
            for merged_id in merged_into[contact_id]:
                visit(merged_id)
            order[contact_id] = None

    for contact_id in sorted(contact_ids):
        visit(contact_id)
    wanted = set(contact_ids)
    return [contact_id for contact_id in order if contact_id in wanted]


class _FieldHistories:
    """The fields of locked contacts and of those merged into them."""

    def __init__(
        self,
        connection: Connection,
        cipher: TenantCipher,
        rows: dict[UUID, Row],
        merges: list[Row],
        causes: set[UUID],
        scope: set[UUID],
    ) -> None:
        self._connection, self._cipher = connection, cipher
        self._rows, self._causes, self._scope = rows, causes, scope
        self._merges: dict[UUID, list[Row]] = defaultdict(list)
        for merge in merges:
            self._merges[merge["kept_id"]].append(merge)
        donors = {merge["merged_id"] for merge in merges} - rows.keys()
        self._values = dict(rows) | {row["id"]: row for row in store.read_contacts(connection, donors)}
        self._entries = self._read(merges)
        self._order = receivers_last(rows, merges)
        self._changed: dict[UUID, Row] = defaultdict(dict)
        self._inserts: list[Row] = []
        self._updates: list[Row] = []
        self._deletes: list[Row] = []
        self.undone: set[UUID] = set()
        self.kept: dict[UUID, int] = {}

    def _read(self, merges: list[Row]) -> dict[tuple[UUID, str], list[tuple[int, Row]]]:
        places: dict[UUID, int] = {merge["id"]: merge["seq"] for merge in merges}
        entries: dict[tuple[UUID, str], list[tuple[int, Row]]] = defaultdict(list)
        for entry in store.changes_of(self._connection, list(self._rows)):
            place: int = entry["id"]
            if entry["cause"] == "merge":
                place = places.get(entry["cause_id"], place)
            entries[entry["contact_id"], entry["field"]].append((place, entry))
        return entries

    @property
    def touched(self) -> set[UUID]:
        return set(self._changed)

    def recompute(self) -> None:
        """Every field that has a link to take out, or that got its value from one that changes."""
        for contact_id in self._order:
            if contact_id in self._rows:
                for name, kind in field_chains.ALL.items():
                    self._recompute_field(contact_id, name, kind)

    def _recompute_field(self, contact_id: UUID, name: str, kind: field_chains.Field[Any]) -> None:
        entries = self._entries.get((contact_id, name), [])
        merges = self._merges.get(contact_id, [])
        alive = {merge["id"] for merge in merges}

        def goes(entry: Row) -> bool:
            if entry["cause"] == "merge":
                return entry["cause_id"] not in alive
            return entry["cause_id"] in self._causes and contact_id in self._scope

        donors_changed = any(name in self._fields_changed(merge["merged_id"]) for merge in merges)
        if not donors_changed and not any(goes(entry) for _, entry in entries):
            return
        row = self._rows[contact_id]
        chain = field_chains.chain(self._cipher, kind, entries, row)
        donations = [self._donation(merge, name, kind) for merge in merges]
        value, passed = replay(kind.kind, chain.links, donations, chain.value, lambda link: goes(link.entry))
        if kind.kind.mark(value) != kind.kind.mark(chain.value):
            self._changed[contact_id][name] = value
            self._values[contact_id] = self._values[contact_id] | kind.columns(self._cipher, value)
        self._log(contact_id, name, kind, passed, merges)
        self._take_links(contact_id, chain, goes, {id(step.step.link) for step in passed if step.step.link})

    def _fields_changed(self, contact_id: UUID) -> Row:
        return self._changed.get(contact_id, {})

    def _donation(self, merge: Row, name: str, kind: field_chains.Field[Any]) -> Donation[Any]:
        value = kind.current(self._cipher, self._values[merge["merged_id"]])
        return Donation(merge["seq"], merge["id"], value, merge["fields"].get(name, "fill"))

    def _log(
        self,
        contact_id: UUID,
        name: str,
        kind: field_chains.Field[Any],
        passed: list[Passed[Any]],
        merges: list[Row],
    ) -> None:
        """The links as they are after the replay. A merge that gives nothing any more has none."""
        by_id = {merge["id"]: merge for merge in merges}
        mark = kind.kind.mark
        for one in passed:
            step, link = one.step, one.step.link
            if step.cause_id is None:
                continue
            entry = field_chains.passed_entry(self._cipher, kind, one)
            if step.is_merge and mark(one.before) == mark(one.after):
                self._deletes += [link.entry] if link else []
            elif link is None:
                merge = by_id[step.cause_id]
                self._inserts.append(
                    entry_row(contact_id, name, "merge", merge["id"], merge["member_id"], entry)
                    | {"id": merge["seq"]}
                )
            elif _differ(link.entry, entry):
                self._updates.append(link.entry | entry)

    def _take_links(self, contact_id: UUID, chain: Chain[Any], goes: Any, used: set[int]) -> None:
        gone: list[Link[Any]] = [link for link in chain.links if goes(link.entry)]
        self._deletes += [link.entry for link in gone]
        ours = [link for link in gone if not link.is_merge]
        if not ours:
            return
        self.undone.add(contact_id)
        later = [
            link
            for link in chain.links
            if id(link) in used and not link.is_merge and link.order > ours[0].order
        ]
        unlogged = sum(link.unlogged for link in ours)
        if later or unlogged:
            self.kept[contact_id] = self.kept.get(contact_id, 0) + len(later) + unlogged

    def write(self) -> None:
        """Contacts and their chains."""
        contact_store.update_contacts(
            self._connection, {one: self._columns(values) for one, values in self._changed.items()}
        )
        store.delete_changes(self._connection, self._deletes)
        store.update_changes(self._connection, self._updates)
        store.insert_changes(self._connection, self._inserts)

    def _columns(self, values: Row) -> Row:
        columns: Row = {}
        for name, value in values.items():
            columns |= field_chains.ALL[name].columns(self._cipher, value)
        return columns


def _differ(stored: Row, entry: Row) -> bool:
    """Whether a link tells something else; sealed values are told apart by their hashes."""
    if stored["meant_sealed"] or entry["meant_sealed"]:
        return True
    if any(stored[name] != entry[name] for name in ("before_hash", "after_hash", "before_plain")):
        return True
    return any(set(stored[name] or ()) != set(entry[name] or ()) for name in ("added", "removed"))
