"""SQL of conversations. Whoever changes one locks its row first, and the inbox's head last (`touch`)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import sql

from shared.kernel.database import Connection

Row = dict[str, Any]

_FILTERS = {
    "all": "true",
    "open": "k.status = 'open'",
    "closed": "k.status = 'closed'",
    "mine": "k.status = 'open' AND k.assignee_id = %(member_id)s",
    "unassigned": "k.status = 'open' AND k.assignee_id IS NULL",
    "unread": "k.unread > 0",
}

# Each conversation of a page is asked for its holder, its last message and its refusal: three probes.
_SHOWN = """
  SELECT v.*, holder.contact_id, holder.name_sealed, last.direction, last.purpose, last.text_sealed,
         last.at AS message_at, refusal.id AS opt_out_id, refusal.source AS opt_out_source,
         refusal.created_at AS opt_out_at
    FROM ({page}) AS v
    LEFT JOIN LATERAL (
      SELECT c.id AS contact_id, c.name_sealed FROM contact_points p
        JOIN contacts c ON c.tenant_id = p.tenant_id AND c.id = p.contact_id
       WHERE p.tenant_id = v.tenant_id AND p.kind = v.kind AND p.hash = v.peer_hash
         AND c.deleted_at IS NULL OFFSET 0) AS holder ON true
    LEFT JOIN LATERAL (
      SELECT m.direction, m.purpose, m.text_sealed, m.at FROM conversation_messages m
       WHERE m.tenant_id = v.tenant_id AND m.conversation_id = v.id
       ORDER BY m.at DESC, m.id DESC LIMIT 1) AS last ON true
    LEFT JOIN LATERAL (
      SELECT o.id, o.source, o.created_at FROM opt_outs o
       WHERE o.tenant_id = v.tenant_id AND o.kind = 'phone' AND v.kind = 'phone' AND o.hash = v.peer_hash
         AND o.channel IN ('all', 'sms') ORDER BY o.created_at LIMIT 1) AS refusal ON true
   ORDER BY {order}"""


def of_peer(connection: Connection, new_id: UUID, kind: str, peer: tuple[bytes, bytes], at: datetime) -> UUID:
    """The conversation with a peer (hash, sealed), made when there is none; locked."""
    [row] = connection.execute(
        """INSERT INTO conversations AS k (tenant_id, id, kind, peer_hash, peer_sealed, last_at)
           VALUES (current_tenant(), %s, %s, %s, %s, %s)
           ON CONFLICT (tenant_id, kind, peer_hash) DO UPDATE SET kind = k.kind RETURNING id""",
        [new_id, kind, *peer, at],
    ).fetchall()
    conversation_id: UUID = row["id"]
    return conversation_id


def lock(connection: Connection, conversation_id: UUID) -> Row | None:
    return connection.execute(
        "SELECT * FROM conversations WHERE id = %s FOR UPDATE", [conversation_id]
    ).fetchone()


def received(connection: Connection, conversation_id: UUID, at: datetime, sender_id: UUID | None) -> None:
    """One more unread text; a closed conversation is open again. The caller holds its lock."""
    connection.execute(
        """UPDATE conversations SET unread = unread + 1, status = 'open', closed_at = NULL,
                  last_at = greatest(last_at, %s), sender_id = coalesce(%s, sender_id) WHERE id = %s""",
        [at, sender_id, conversation_id],
    )


def answered(connection: Connection, conversation_id: UUID, at: datetime) -> None:
    connection.execute(
        "UPDATE conversations SET last_at = greatest(last_at, %s) WHERE id = %s", [at, conversation_id]
    )


def set_status(connection: Connection, conversation_id: UUID, status: str, at: datetime) -> None:
    connection.execute(
        """UPDATE conversations SET status = %(status)s,
                  closed_at = CASE WHEN %(status)s = 'closed' THEN %(at)s::timestamptz END
            WHERE id = %(id)s""",
        {"status": status, "at": at, "id": conversation_id},
    )


def assign(connection: Connection, conversation_id: UUID, member_id: UUID | None) -> None:
    connection.execute(
        "UPDATE conversations SET assignee_id = %s WHERE id = %s", [member_id, conversation_id]
    )


def is_active_member(connection: Connection, member_id: UUID) -> bool:
    row = connection.execute(
        "SELECT 1 AS found FROM members WHERE id = %s AND status = 'active'", [member_id]
    ).fetchone()
    return row is not None


def mark_read(connection: Connection, conversation_id: UUID, up_to: UUID) -> None:
    """Unread is what was received after a message: ids are in the order in which we took them (UUIDv7)."""
    connection.execute(
        """UPDATE conversations SET unread = (
             SELECT count(*) FROM conversation_messages m
              WHERE m.tenant_id = current_tenant() AND m.conversation_id = %(id)s AND m.direction = 'in'
                AND m.id > %(up_to)s) WHERE id = %(id)s""",
        {"id": conversation_id, "up_to": up_to},
    )


def touch(connection: Connection, conversation_id: UUID) -> None:
    """Number the change; the last thing a transaction does, because every other change waits for its end."""
    [row] = connection.execute(
        """INSERT INTO inbox_heads AS h (tenant_id, version) VALUES (current_tenant(), 1)
           ON CONFLICT (tenant_id) DO UPDATE SET version = h.version + 1 RETURNING version"""
    ).fetchall()
    connection.execute(
        "UPDATE conversations SET version = %s WHERE id = %s", [row["version"], conversation_id]
    )


def head(connection: Connection) -> int:
    """The number of the last change."""
    row = connection.execute("SELECT version FROM inbox_heads").fetchone()
    return int(row["version"]) if row else 0


def unread(connection: Connection, most: int) -> int:
    """How many conversations have unread texts, counted up to `most`: a walk of a partial index."""
    row = connection.execute(
        """SELECT count(*) AS value FROM (
             SELECT 1 FROM conversations WHERE unread > 0 LIMIT %s) AS few""",
        [most],
    ).fetchone()
    return int(row["value"]) if row else 0


def get(connection: Connection, conversation_id: UUID) -> Row | None:
    return connection.execute(
        _shown("SELECT * FROM conversations k WHERE k.id = %(id)s"), {"id": conversation_id}
    ).fetchone()


def page(connection: Connection, asked: Row) -> list[Row]:
    """Conversations, newest message first: a walk of conversations_newest (or of the open, the unread).

    `asked`: filter, member_id, before (at, id) as before_at and before_id, limit; of a search: hashes (peers)
    or tokens and words, None when not asked for. A search for common words asks each conversation
    for its contact, so the page is full after a few.
    """
    chosen = f"""
      SELECT k.* FROM conversations k
       WHERE {_FILTERS[asked["filter"]]}
         AND (%(before_at)s::timestamptz IS NULL
              OR (k.last_at, k.id) < (%(before_at)s::timestamptz, %(before_id)s::uuid))
         AND (%(hashes)s::bytea[] IS NULL OR k.peer_hash = ANY(%(hashes)s::bytea[]))
         AND (%(tokens)s::integer[] IS NULL OR EXISTS (
               SELECT 1 FROM contact_points p JOIN contact_search s
                   ON s.tenant_id = p.tenant_id AND s.contact_id = p.contact_id
                WHERE p.tenant_id = k.tenant_id AND p.kind = k.kind AND p.hash = k.peer_hash
                  AND s.tokens @> %(tokens)s::integer[]
                  AND (%(words)s::text IS NULL
                       OR s.tokens OPERATOR(intarray.@@) (%(words)s::text)::intarray.query_int) OFFSET 0))
       ORDER BY k.last_at DESC, k.id DESC LIMIT %(limit)s"""
    return connection.execute(_shown(chosen), asked).fetchall()


def changed_since(connection: Connection, version: int, limit: int) -> list[Row]:
    """Conversations changed after a version, oldest change first: a walk of conversations_changed."""
    return connection.execute(
        _shown(
            "SELECT * FROM conversations k WHERE k.version > %(version)s ORDER BY k.version LIMIT %(limit)s",
            "v.version",
        ),
        {"version": version, "limit": limit},
    ).fetchall()


def peers_of(connection: Connection, contact_ids: Sequence[UUID]) -> list[bytes]:
    """The hashes of contacts' phones."""
    rows = connection.execute(
        "SELECT hash FROM contact_points WHERE contact_id = ANY(%s) AND kind = 'phone'", [list(contact_ids)]
    ).fetchall()
    return [bytes(row["hash"]) for row in rows]


def holder(connection: Connection, kind: str, peer_hash: bytes) -> UUID | None:
    """The live contact who has a point."""
    row = connection.execute(
        """SELECT p.contact_id FROM contact_points p
             JOIN contacts c ON c.tenant_id = p.tenant_id AND c.id = p.contact_id
            WHERE p.kind = %s AND p.hash = %s AND c.deleted_at IS NULL""",
        [kind, peer_hash],
    ).fetchone()
    return row["contact_id"] if row else None


def note_on_timeline(connection: Connection, contact_id: UUID, sealed: bytes) -> None:
    """That a contact wrote, and what (sealed as their timeline opens it); segments ask it who replied."""
    connection.execute(
        """INSERT INTO contact_events (tenant_id, contact_id, kind, detail_sealed)
           VALUES (current_tenant(), %s, 'inbound', %s)""",
        [contact_id, sealed],
    )


def camp_name(connection: Connection) -> str:
    row = connection.execute("SELECT name FROM tenants WHERE tenant_id = current_tenant()").fetchone()
    return str(row["name"]) if row else ""


def _shown(page: str, order: str = "v.last_at DESC, v.id DESC") -> sql.SQL:
    return sql.SQL(_SHOWN.format(page=page, order=order))
