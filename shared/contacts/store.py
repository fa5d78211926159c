"""SQL of contacts and their points. Everything runs inside the tenant's transaction."""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from shared.kernel.database import Connection

Row = dict[str, Any]

# Columns of a contact that a member writes.
FIELDS = ("name", "address", "birth", "note", "custom")


def insert_contact(c: Connection, contact_id: UUID, values: Row) -> None:
    columns = ["id", *values]
    c.execute(
        f"""INSERT INTO contacts (tenant_id, {", ".join(columns)})
            VALUES (current_tenant(), {", ".join(f"%({name})s" for name in columns)})""",
        {"id": contact_id, **values},
    )


def update_contact(c: Connection, contact_id: UUID, values: Row) -> None:
    """Sets columns (names are ours)."""
    assignments = "".join(f"{name} = %({name})s, " for name in values)
    c.execute(
        f"""UPDATE contacts SET {assignments} updated_at = now()
             WHERE tenant_id = current_tenant() AND id = %(id)s""",
        {"id": contact_id, **values},
    )


def update_contacts(c: Connection, values: dict[UUID, Row]) -> None:
    """Sets columns of contacts that are locked, of each its own; those with the same ones are set together: a
    statement for each is 0.4 ms, most of it for the triggers. Plan: a probe of the primary key a contact."""
    alike: dict[tuple[str, ...], list[list[Any]]] = {}
    for contact_id, columns in values.items():
        alike.setdefault(tuple(columns), []).append([contact_id, *columns.values()])
    for names, rows in alike.items():
        assignments = "".join(f"{name} = n.{name}, " for name in names)
        types = ["uuid", *(_TYPES.get(name, "bytea") for name in names)]
        first = ", ".join(f"%s::{kind}" for kind in types)
        other = ", ".join(["%s"] * len(types))
        for start in range(0, len(rows), _UPDATED_AT_ONCE):
            some = rows[start : start + _UPDATED_AT_ONCE]
            listed = ", ".join([f"({first})", *[f"({other})"] * (len(some) - 1)])
            c.execute(
                f"""UPDATE contacts k SET {assignments} updated_at = now()
                      FROM (VALUES {listed}) AS n ({", ".join(("id", *names))})
                     CROSS JOIN LATERAL (SELECT ctid FROM contacts
                           WHERE tenant_id = current_tenant() AND id = n.id OFFSET 0) AS place
                     WHERE k.ctid = place.ctid""",
                [value for row in some for value in row],
                prepare=False,
            )


_UPDATED_AT_ONCE = 500
_TYPES = {"tags": "text[]", "source": "text", "legal_basis": "text"}


def get_contact(c: Connection, contact_id: UUID, *, lock: bool = False) -> Row | None:
    """A live contact."""
    statement = """SELECT * FROM contacts
                    WHERE tenant_id = current_tenant() AND id = %s AND deleted_at IS NULL"""
    return c.execute(statement + (" FOR UPDATE" if lock else ""), [contact_id]).fetchone()


def lock_contacts(c: Connection, contact_ids: list[UUID]) -> list[Row]:
    """Live contacts, locked in the order of their ids so that two merges cannot deadlock."""
    return c.execute(
        """SELECT * FROM contacts WHERE tenant_id = current_tenant() AND id = ANY(%s) AND deleted_at IS NULL
            ORDER BY id FOR UPDATE""",
        [contact_ids],
    ).fetchall()


def contacts_by_ids(c: Connection, contact_ids: list[UUID]) -> list[Row]:
    """Contacts of a page, newest first: one primary-key probe each, 0.4 ms for 50."""
    return c.execute(
        """SELECT id, name_sealed, address_sealed, note_sealed, tags, created_at, updated_at
             FROM contacts WHERE tenant_id = current_tenant() AND id = ANY(%s) AND deleted_at IS NULL
            ORDER BY id DESC""",
        [contact_ids],
    ).fetchall()


def points_of(c: Connection, contact_ids: list[UUID]) -> list[Row]:
    """Contact points with whether they are opted out: probes of contact_points_contact."""
    return c.execute(
        """SELECT p.contact_id, p.kind, p.hash, p.value_sealed, p.textable,
                  EXISTS (SELECT 1 FROM opt_outs o WHERE o.tenant_id = p.tenant_id AND o.kind = p.kind
                                                     AND o.hash = p.hash) AS opted_out
             FROM contact_points p
            WHERE p.tenant_id = current_tenant() AND p.contact_id = ANY(%s)
            ORDER BY p.contact_id, p.kind DESC, p.position, p.created_at""",
        [contact_ids],
    ).fetchall()


def last_contacted(c: Connection, contact_id: UUID) -> datetime | None:
    """When a contact, or one who was merged into it, was last sent something that a carrier accepted."""
    row = c.execute(
        """WITH RECURSIVE part (id) AS (
             SELECT %s::uuid
             UNION SELECT m.id FROM part JOIN contacts m ON m.merged_into = part.id
                    WHERE m.tenant_id = current_tenant())
           SELECT max(r.sent_at) AS at FROM recipients r
            WHERE r.tenant_id = current_tenant() AND r.contact_id = ANY(ARRAY(SELECT id FROM part))""",
        [contact_id],
    ).fetchone()
    return row["at"] if row else None


def holder_of_point(c: Connection, kind: str, point_hash: bytes) -> UUID | None:
    """The contact that has a point."""
    row = c.execute(
        """SELECT contact_id FROM contact_points
            WHERE tenant_id = current_tenant() AND kind = %s AND hash = %s""",
        [kind, point_hash],
    ).fetchone()
    return row["contact_id"] if row else None


def insert_point(c: Connection, contact_id: UUID, point: Row) -> UUID:
    """Adds a point and returns its holder: another contact's id when it was taken first."""
    c.execute(
        """INSERT INTO contact_points (tenant_id, contact_id, kind, hash, value_sealed, textable, position)
           VALUES (current_tenant(), %(contact_id)s, %(kind)s, %(hash)s, %(value_sealed)s, %(textable)s,
                   %(position)s)
           ON CONFLICT (tenant_id, kind, hash) DO NOTHING""",
        {"contact_id": contact_id, **point},
    )
    holder = holder_of_point(c, point["kind"], point["hash"])
    return holder or contact_id


def delete_points(c: Connection, contact_id: UUID, kind: str, except_hashes: list[bytes]) -> None:
    c.execute(
        """DELETE FROM contact_points WHERE tenant_id = current_tenant() AND contact_id = %s AND kind = %s
            AND hash <> ALL(%s)""",
        [contact_id, kind, except_hashes],
    )


def move_points(c: Connection, from_ids: list[UUID], to_id: UUID) -> list[Row]:
    return c.execute(
        """WITH moving AS (
             SELECT kind, hash, contact_id AS former FROM contact_points
              WHERE tenant_id = current_tenant() AND contact_id = ANY(%s) FOR UPDATE)
           UPDATE contact_points p SET contact_id = %s FROM moving m
            WHERE p.tenant_id = current_tenant() AND p.kind = m.kind AND p.hash = m.hash
        RETURNING m.former, p.hash""",
        [from_ids, to_id],
    ).fetchall()


def set_tokens(c: Connection, tokens: dict[UUID, list[int]]) -> None:
    """Sets the search tokens of contacts, in the order of their ids."""
    ids = sorted(tokens)
    c.execute(
        """INSERT INTO contact_search (tenant_id, contact_id, tokens)
           SELECT current_tenant(), t.contact_id, t.tokens::integer[]
             FROM unnest(%s::uuid[], %s::text[]) AS t (contact_id, tokens)
           ON CONFLICT (tenant_id, contact_id) DO UPDATE SET tokens = excluded.tokens""",
        [ids, ["{" + ",".join(map(str, tokens[contact_id])) + "}" for contact_id in ids]],
    )


def delete_tokens(c: Connection, contact_ids: list[UUID]) -> None:
    """Also those that lie aside with deleted contacts: when they come back, they are made anew."""
    c.execute(
        "DELETE FROM contact_search WHERE tenant_id = current_tenant() AND contact_id = ANY(%s)",
        [contact_ids],
    )
    c.execute(
        """UPDATE deleted_contacts SET search = NULL
            WHERE tenant_id = current_tenant() AND contact_id = ANY(%s) AND search IS NOT NULL""",
        [contact_ids],
    )


def aliases_of(c: Connection, contact_id: UUID) -> list[bytes]:
    """The other names under which a contact stands in somebody's list, sealed, oldest first."""
    rows = c.execute(
        """SELECT name_sealed FROM contact_aliases
            WHERE tenant_id = current_tenant() AND contact_id = %s ORDER BY created_at""",
        [contact_id],
    ).fetchall()
    return [row["name_sealed"] for row in rows]


def keep_names(c: Connection, from_ids: list[UUID], to_id: UUID) -> None:
    """The names and aliases of contacts that are being merged become aliases of the one that stays."""
    c.execute(
        """INSERT INTO contact_aliases (tenant_id, contact_id, name_hash, name_sealed)
           SELECT current_tenant(), %(to_id)s, n.name_hash, n.name_sealed
             FROM (SELECT id AS contact_id, name_hash, name_sealed FROM contacts
                    WHERE tenant_id = current_tenant() AND name_hash IS NOT NULL
                   UNION ALL
                   SELECT contact_id, name_hash, name_sealed FROM contact_aliases
                    WHERE tenant_id = current_tenant()) n
            WHERE n.contact_id = ANY(%(from_ids)s)
              AND n.name_hash IS DISTINCT FROM (SELECT name_hash FROM contacts
                                                 WHERE tenant_id = current_tenant() AND id = %(to_id)s)
           ON CONFLICT DO NOTHING""",
        {"from_ids": from_ids, "to_id": to_id},
    )


def imports_of(c: Connection, contact_id: UUID) -> list[UUID]:
    """The imports that touched a contact."""
    rows = c.execute(
        """SELECT DISTINCT import_id FROM contact_events
            WHERE tenant_id = current_tenant() AND contact_id = %s AND import_id IS NOT NULL""",
        [contact_id],
    ).fetchall()
    return [row["import_id"] for row in rows]


def erase_contact(c: Connection, contact_id: UUID) -> None:
    """Deletes a contact's personal data; the row stays so that its history can be read.

    The copies frozen into campaigns go too, also those of contacts merged into this one: what stays of a
    message is the keyed hash of its number. A message not yet sent to an erased person is never sent.
    """
    c.execute(
        "DELETE FROM contact_points WHERE tenant_id = current_tenant() AND contact_id = %s", [contact_id]
    )
    c.execute(
        "DELETE FROM contact_aliases WHERE tenant_id = current_tenant() AND contact_id = %s", [contact_id]
    )
    delete_tokens(c, [contact_id])
    c.execute(
        """WITH RECURSIVE family (id) AS (
             SELECT %s::uuid
             UNION SELECT m.merged_id FROM contact_merges m JOIN family f ON m.kept_id = f.id
                    WHERE m.tenant_id = current_tenant() AND m.undone_at IS NULL)
           UPDATE recipients SET name_sealed = NULL, phone_sealed = NULL
            WHERE tenant_id = current_tenant() AND contact_id IN (SELECT id FROM family)""",
        [contact_id],
    )
    c.execute(
        """DELETE FROM contact_aliases WHERE tenant_id = current_tenant() AND contact_id = %s""", [contact_id]
    )
    c.execute(
        """UPDATE contacts SET name_sealed = NULL, name_hash = NULL,
                  address_sealed = NULL, address_hash = NULL,
                  birth_sealed = NULL, birth_hash = NULL, note_sealed = NULL, note_hash = NULL,
                  custom_sealed = NULL, custom_hash = NULL, deleted_at = now(), updated_at = now()
            WHERE tenant_id = current_tenant() AND id = %s""",
        [contact_id],
    )


def mark_merged(c: Connection, merged_id: UUID, kept_id: UUID) -> None:
    c.execute(
        """UPDATE contacts SET deleted_at = now(), merged_into = %s, updated_at = now()
            WHERE tenant_id = current_tenant() AND id = %s""",
        [kept_id, merged_id],
    )


def insert_merge(c: Connection, merge: Row) -> None:
    c.execute(
        """INSERT INTO contact_merges (tenant_id, id, kept_id, merged_id, member_id, points, kept_before)
           VALUES (current_tenant(), %(id)s, %(kept_id)s, %(merged_id)s, %(member_id)s, %(points)s,
                   %(kept_before)s)""",
        {**merge, "kept_before": Jsonb(merge["kept_before"])},
    )


def insert_event(
    c: Connection, contact_id: UUID, kind: str, *, member_id: UUID | None = None, **detail: Any
) -> None:
    """Adds to a contact's timeline. `detail` holds ids and words of ours, never personal data."""
    c.execute(
        """INSERT INTO contact_events (tenant_id, contact_id, kind, member_id, detail)
           VALUES (current_tenant(), %s, %s, %s, %s)""",
        [contact_id, kind, member_id, Jsonb(detail)],
    )


def tag_counts(c: Connection, limit: int) -> list[Row]:
    """The most used tags: a walk of the tenant's counters, of which only the best are sorted."""
    return c.execute(
        """SELECT tag, count FROM contact_counters
            WHERE tenant_id = current_tenant() AND tag <> '' AND count > 0
            ORDER BY count DESC, tag LIMIT %s""",
        [limit],
    ).fetchall()
