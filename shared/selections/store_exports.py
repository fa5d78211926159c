"""SQL of exports: the job, and the contacts of a piece."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.kernel.database import Connection

Row = dict[str, Any]


def insert(connection: Connection, row: Row) -> None:
    """Each: id, format, columns, reason, language, total, member_id."""
    connection.execute(
        """INSERT INTO exports (tenant_id, id, format, columns, reason, language, total, member_id)
           VALUES (current_tenant(), %(id)s, %(format)s, %(columns)s, %(reason)s, %(language)s, %(total)s,
                   %(member_id)s)""",
        row,
    )


def get(connection: Connection, export_id: UUID, *, lock: bool = False) -> Row | None:
    statement = "SELECT * FROM exports WHERE tenant_id = current_tenant() AND id = %s"
    return connection.execute(statement + (" FOR UPDATE" if lock else ""), [export_id]).fetchone()


def page(connection: Connection, before: UUID | None, limit: int) -> list[Row]:
    """Exports, newest first: a walk of the primary key."""
    return connection.execute(
        """SELECT * FROM exports WHERE tenant_id = current_tenant()
              AND id < coalesce(%s, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
            ORDER BY id DESC LIMIT %s""",
        [before, limit],
    ).fetchall()


def begin(connection: Connection, export_id: UUID, stalled_before: datetime) -> Row | None:
    """Takes an export that nobody works on, for a new attempt; None when somebody does or it has ended."""
    return connection.execute(
        """UPDATE exports SET status = 'running', attempt = attempt + 1, done = 0,
                  progressed_at = clock_timestamp()
            WHERE tenant_id = current_tenant() AND id = %s
              AND (status = 'queued' OR (status = 'running' AND progressed_at <= %s))
        RETURNING *""",
        [export_id, stalled_before],
    ).fetchone()


def progress(connection: Connection, export_id: UUID, attempt: int, done: int) -> bool:
    """Counts on; False when another attempt has taken over or the export has ended."""
    return (
        connection.execute(
            """UPDATE exports SET done = done + %s, progressed_at = clock_timestamp()
                WHERE tenant_id = current_tenant() AND id = %s AND attempt = %s AND status = 'running'""",
            [done, export_id, attempt],
        ).rowcount
        == 1
    )


def complete(connection: Connection, export_id: UUID, attempt: int, rows: int, expires_at: datetime) -> bool:
    return (
        connection.execute(
            """UPDATE exports SET status = 'completed', rows = %s, expires_at = %s,
                      progressed_at = clock_timestamp(), finished_at = clock_timestamp()
                WHERE tenant_id = current_tenant() AND id = %s AND attempt = %s AND status = 'running'""",
            [rows, expires_at, export_id, attempt],
        ).rowcount
        == 1
    )


def end(connection: Connection, export_id: UUID, status: str, error: str | None = None) -> None:
    """Ends an export as failed or expired."""
    connection.execute(
        """UPDATE exports SET status = %s, error = %s, finished_at = coalesce(finished_at, clock_timestamp())
            WHERE tenant_id = current_tenant() AND id = %s""",
        [status, error, export_id],
    )


def stalled(connection: Connection, before: datetime) -> list[Row]:
    """(tenant_id, export_id) of exports that should be moving and have not since a moment. Across tenants."""
    return connection.execute("SELECT * FROM exports_stalled(%s)", [before]).fetchall()


def expired(connection: Connection, now: datetime) -> list[Row]:
    """(tenant_id, export_id) of exports whose file is due to go. Across tenants."""
    return connection.execute("SELECT * FROM exports_expired(%s)", [now]).fetchall()


def contacts(connection: Connection, contact_ids: Sequence[UUID]) -> list[Row]:
    """The live ones of some contacts, whole, in the order of their ids: a primary-key probe each."""
    return connection.execute(
        """SELECT * FROM contacts WHERE tenant_id = current_tenant() AND id = ANY(%s) AND deleted_at IS NULL
            ORDER BY id""",
        [list(contact_ids)],
    ).fetchall()


def points(connection: Connection, contact_ids: Sequence[UUID]) -> list[Row]:
    """Their contact points, and whether each has opted out: probes of contact_points_contact."""
    return connection.execute(
        """SELECT p.contact_id, p.kind, p.value_sealed,
                  EXISTS (SELECT 1 FROM opt_outs o WHERE o.tenant_id = p.tenant_id AND o.kind = p.kind
                                                     AND o.hash = p.hash) AS opted_out
             FROM contact_points p WHERE p.tenant_id = current_tenant() AND p.contact_id = ANY(%s)
            ORDER BY p.contact_id, p.kind, p.position, p.created_at""",
        [list(contact_ids)],
    ).fetchall()
