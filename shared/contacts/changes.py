"""Changes as people read them: which field, what stood there, what stands there now."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from shared.contacts import field_chains, store_timeline
from shared.contacts import store_history as store
from shared.contacts.phones import national
from shared.contacts.replay import Link
from shared.contacts.store import Row
from shared.kernel.database import Connection
from shared.security.cipher import TenantCipher

Change = dict[str, Any]


def changes_of(
    connection: Connection, cipher: TenantCipher, contact_ids: Sequence[UUID], cause_ids: Sequence[UUID]
) -> dict[tuple[UUID, UUID], list[Change]]:
    """What causes changed in contacts: (contact, cause) → [{field, before, after}], points included."""
    wanted, found = set(cause_ids), defaultdict[tuple[UUID, UUID], list[Change]](list)
    if not contact_ids or not wanted:
        return found
    rows = {row["id"]: row for row in store.read_contacts(connection, contact_ids)}
    entries: dict[tuple[UUID, str], list[tuple[int, Row]]] = defaultdict(list)
    for entry in store.changes_of(connection, contact_ids):
        entries[entry["contact_id"], entry["field"]].append((entry["id"], entry))
    for (contact_id, name), chain in entries.items():
        if name in field_chains.ALL and any(entry["cause_id"] in wanted for _, entry in chain):
            for cause_id, change in _of_field(cipher, name, chain, rows[contact_id], wanted):
                found[contact_id, cause_id].append(change)
    for row in store_timeline.point_changes(connection, contact_ids, list(wanted)):
        for side, which in (("from_contact", "before"), ("to_contact", "after")):
            if row[side] in rows:
                change = {"field": row["kind"], "before": None, "after": None} | {which: _value(cipher, row)}
                found[row[side], row["cause_id"]].append(change)
    return found


def _of_field(
    cipher: TenantCipher, name: str, entries: list[tuple[int, Row]], row: Row, wanted: set[UUID]
) -> list[tuple[UUID, Change]]:
    chain = field_chains.chain(cipher, field_chains.ALL[name], entries, row)
    changes: list[tuple[UUID, Change]] = []
    for i, link in enumerate(chain.links):
        if link.cause_id in wanted:
            after = chain.links[i + 1].before if i + 1 < len(chain.links) else chain.value
            changes += [(link.cause_id, change) for change in _readable(cipher, name, link, after)]
    return changes


def _readable(cipher: TenantCipher, name: str, link: Link[Any], after: Any) -> list[Change]:
    before = link.before
    if name == "custom":
        labels = [label for label in {**before, **after} if before.get(label) != after.get(label)]
        return [{"field": f"custom:{x}", "before": before.get(x), "after": after.get(x)} for x in labels]
    if name == "tags":
        return [{"field": "tags", "before": list(before), "after": list(after)}]
    if name in ("source", "legal_basis"):
        return [{"field": name, "before": before, "after": after}]
    opened = [cipher.open(name, value[0]) if value else None for value in (before, after)]
    return [{"field": name, "before": opened[0], "after": opened[1]}]


def _value(cipher: TenantCipher, row: Row) -> str | None:
    """A point as it is shown; None for one that is nobody's any more and whose value is gone."""
    if row["value_sealed"] is None:
        return None
    value = cipher.open(row["kind"], row["value_sealed"])
    return national(value) if row["kind"] == "phone" else value
