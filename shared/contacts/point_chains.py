"""Who has a point, recomputed without some causes and without merges that have ended."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from shared.contacts import shared_points, store_point_history
from shared.contacts.replay import Joining, Move, Moved, replay_point
from shared.contacts.store import Row
from shared.contacts.store_point_history import PointKey
from shared.kernel.database import Connection


@dataclass
class PointHistories:
    """The points whose chains have a link of the causes on one of the contacts.

    `contacts` has everybody concerned. To `write`, make it when all of them are locked.
    """

    connection: Connection
    causes: set[UUID]
    scope: set[UUID]
    touched: set[UUID] = field(default_factory=set)
    undone: set[UUID] = field(default_factory=set)
    kept: dict[UUID, int] = field(default_factory=dict)
    _deletes: list[Row] = field(default_factory=list)
    _updates: list[Row] = field(default_factory=list)
    _inserts: list[Row] = field(default_factory=list)
    _taken: list[PointKey] = field(default_factory=list)

    def __post_init__(self) -> None:
        found = store_point_history.moves_on(self.connection, list(self.scope))
        self._points = sorted({(r["kind"], r["hash"]) for r in found if r["cause_id"] in self.causes})
        self._chains: dict[PointKey, list[Row]] = defaultdict(list)
        for row in store_point_history.moves_of(self.connection, self._points) if self._points else []:
            self._chains[row["kind"], row["hash"]].append(row)
        self._holders = store_point_history.holders_of(self.connection, self._points) if self._points else {}

    @property
    def contacts(self) -> set[UUID]:
        """Everybody who had one of the points."""
        named = {row[side] for chain in self._chains.values() for row in chain for side in _SIDES}
        return {contact_id for contact_id in named | set(self._holders.values()) if contact_id}

    def write(self, rows: dict[UUID, Row], merges: list[Row]) -> None:
        """Gives every point to whom it belongs now; what nobody has goes to somebody who shares it."""
        lost: list[PointKey] = []
        for key in self._points:
            holder, passed = self._replay(key, merges)
            holder = _living(holder, rows)
            self._log(key, passed, merges)
            self._note(key)
            if holder is None:
                lost.append(key)
            if holder != self._holders.get(key):
                self._hand(key, holder)
        self._flush()
        self._drop(lost)

    def _flush(self) -> None:
        """All that the points' chains became, in one statement of a kind: an undo has thousands of points."""
        if self._deletes:
            store_point_history.delete_point_changes(self.connection, self._deletes)
        if self._taken:
            store_point_history.take_points(self.connection, self._taken)
        if self._updates:
            store_point_history.update_point_changes(self.connection, self._updates)
        if self._inserts:
            store_point_history.insert_point_changes(self.connection, self._inserts)

    def _replay(self, key: PointKey, merges: list[Row]) -> tuple[UUID | None, list[Moved]]:
        alive = {merge["id"]: merge for merge in merges}
        moves = [
            Move(
                alive[row["cause_id"]]["seq"] if row["cause_id"] in alive else row["id"],
                row["cause_id"],
                row["cause"] == "merge",
                row["from_contact"],
                row["to_contact"],
                row,
            )
            for row in self._chains[key]
        ]
        joinings = [Joining(m["seq"], m["id"], m["merged_id"], m["kept_id"]) for m in merges]
        return replay_point(moves, joinings, self._holders.get(key), self._goes)

    def _goes(self, move: Move) -> bool:
        row = move.entry
        return row["cause_id"] in self.causes and bool({row[side] for side in _SIDES} & self.scope)

    def _log(self, key: PointKey, passed: list[Moved], merges: list[Row]) -> None:
        members = {merge["id"]: merge["member_id"] for merge in merges}
        stored = {row["cause_id"]: row for row in self._chains[key] if row["cause"] == "merge"}
        used: set[int] = set()
        for one in passed:
            if isinstance(one.source, Move):
                row = one.source.entry
            elif one.giver == one.taker:
                continue
            else:
                row = stored.get(one.source.merge_id)
            if row is None and isinstance(one.source, Joining):
                self._add(key, one, one.source, members[one.source.merge_id])
            elif row is not None:
                used.add(row["id"])
                self._set(row, one)
        self._deletes += [row for row in self._chains[key] if row["id"] not in used]

    def _set(self, row: Row, moved: Moved) -> None:
        if (row["from_contact"], row["to_contact"]) != (moved.giver, moved.taker):
            self._updates.append({**row, "from_contact": moved.giver, "to_contact": moved.taker})

    def _add(self, key: PointKey, moved: Moved, joining: Joining, member_id: UUID | None) -> None:
        """A merge that moves the point only now: nobody had it at its time."""
        row = {
            "id": joining.order,
            "kind": key[0],
            "hash": key[1],
            "from_contact": moved.giver,
            "to_contact": moved.taker,
            "cause": "merge",
            "cause_id": joining.merge_id,
            "member_id": member_id,
            **dict.fromkeys(("value_sealed", "textable", "position")),
        }
        self._inserts.append(row)

    def _note(self, key: PointKey) -> None:
        chain = self._chains[key]
        gone = [row for row in chain if row["cause"] != "merge" and row["cause_id"] in self.causes]
        if not gone:
            return
        sides = {row[side] for row in gone for side in _SIDES if row[side]} & self.scope
        self.undone |= sides
        later = [
            row
            for row in chain
            if row["id"] > gone[0]["id"] and row["cause"] not in ("merge", "shared") and row not in gone
        ]
        for contact_id in sides if later else ():
            self.kept[contact_id] = self.kept.get(contact_id, 0) + len(later)

    def _hand(self, key: PointKey, holder: UUID | None) -> None:
        former = self._holders.get(key)
        self.touched |= {contact_id for contact_id in (former, holder) if contact_id}
        if holder is None:
            self._taken.append(key)
            return
        values = [row for row in self._chains[key] if row["value_sealed"] is not None]
        value = values[-1] if values else dict.fromkeys(("value_sealed", "textable", "position"))
        point = {"kind": key[0], "hash": key[1], **{name: value[name] for name in _VALUE}}
        store_point_history.hand_point(self.connection, point, holder)

    def _drop(self, lost: Iterable[PointKey]) -> None:
        self.touched |= set(shared_points.promote_all(self.connection, lost))


_SIDES = ("from_contact", "to_contact")
_VALUE = ("value_sealed", "textable", "position")


def _living(holder: UUID | None, rows: dict[UUID, Row]) -> UUID | None:
    """Whom a point belongs to: whoever its holder is part of; nobody when that one is deleted."""
    while holder in rows and rows[holder]["merged_into"] is not None:
        holder = rows[holder]["merged_into"]
    return None if holder in rows and rows[holder]["deleted_at"] is not None else holder
