"""Making several contacts one."""

import base64
from typing import Any
from uuid import UUID

from shared.contacts import store
from shared.contacts.contacts import get, reindex
from shared.contacts.models import Contact
from shared.kernel.database import Connection
from shared.kernel.errors import NotFound, ValidationFailed
from shared.kernel.ids import new_id
from shared.security.cipher import TenantCipher


def merge(
    connection: Connection, cipher: TenantCipher, member_id: UUID, keep_id: UUID, merge_ids: list[UUID]
) -> Contact:
    """Makes several contacts one: points and tags are joined, empty fields filled, the kept values win.

    Raises NotFound for an unknown contact, ValidationFailed when a contact would be merged into itself.
    """
    if keep_id in merge_ids:
        raise ValidationFailed("contacts.merge_with_itself")
    rows = {row["id"]: row for row in store.lock_contacts(connection, [keep_id, *merge_ids])}
    if len(rows) != 1 + len(set(merge_ids)):
        raise NotFound
    kept = rows.pop(keep_id)
    moved = store.move_points(connection, list(rows), keep_id)
    store.update_contact(connection, keep_id, _filled(kept, list(rows.values())))
    store.keep_names(connection, list(rows), keep_id)
    for merged_id in rows:
        _record_merge(connection, member_id, kept, merged_id, moved)
    store.delete_tokens(connection, list(rows))
    reindex(connection, cipher, keep_id)
    return get(connection, cipher, keep_id)


def _filled(kept: store.Row, others: list[store.Row]) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for field in store.FIELDS:
        donor = next((row for row in [kept, *others] if row[f"{field}_sealed"]), kept)
        columns[f"{field}_sealed"], columns[f"{field}_hash"] = (
            donor[f"{field}_sealed"],
            donor[f"{field}_hash"],
        )
    columns["tags"] = list(dict.fromkeys([tag for row in [kept, *others] for tag in row["tags"]]))
    return columns


def _record_merge(
    connection: Connection, member_id: UUID, kept: store.Row, merged_id: UUID, moved: list[store.Row]
) -> None:
    store.mark_merged(connection, merged_id, kept["id"])
    before = {
        f"{field}_sealed": base64.b64encode(kept[f"{field}_sealed"]).decode()
        for field in store.FIELDS
        if kept[f"{field}_sealed"]
    }
    store.insert_merge(
        connection,
        {
            "id": new_id(),
            "kept_id": kept["id"],
            "merged_id": merged_id,
            "member_id": member_id,
            "points": [row["hash"] for row in moved if row["former"] == merged_id],
            "kept_before": {**before, "tags": kept["tags"]},
        },
    )
    store.insert_event(connection, kept["id"], "merged", member_id=member_id, merged_id=str(merged_id))
