"""SQL of templates."""

from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from shared.kernel.database import Connection

Row = dict[str, Any]


def insert(connection: Connection, template_id: UUID, fields: dict[str, Any]) -> None:
    """`fields`: name, channel, subject, body, buttons, carrier_template_id, status."""
    connection.execute(
        """INSERT INTO templates
             (tenant_id, id, name, channel, subject, body, buttons, carrier_template_id, status)
           VALUES (current_tenant(), %(id)s, %(name)s, %(channel)s, %(subject)s, %(body)s, %(buttons)s,
                   %(carrier_template_id)s, %(status)s)""",
        {**fields, "id": template_id, "buttons": Jsonb(fields["buttons"])},
    )


def update(connection: Connection, template_id: UUID, fields: dict[str, Any]) -> bool:
    row = connection.execute(
        """UPDATE templates
              SET name = %(name)s, channel = %(channel)s, subject = %(subject)s, body = %(body)s,
                  buttons = %(buttons)s, carrier_template_id = %(carrier_template_id)s, status = %(status)s,
                  updated_at = now()
            WHERE id = %(id)s AND deleted_at IS NULL RETURNING 1 AS done""",
        {**fields, "id": template_id, "buttons": Jsonb(fields["buttons"])},
    ).fetchone()
    return row is not None


def in_use(connection: Connection, template_id: UUID) -> bool:
    """Whether a campaign that is under way needs it at the carrier; text steps hold a copy."""
    row = connection.execute(
        """SELECT 1 AS found FROM campaign_steps s JOIN campaigns c ON c.id = s.campaign_id
            WHERE s.template_id = %s AND s.channel LIKE 'kakao%%'
              AND c.status IN ('scheduled', 'launching', 'sending', 'paused', 'stopped') LIMIT 1""",
        [template_id],
    ).fetchone()
    return row is not None


def mark_deleted(connection: Connection, template_id: UUID) -> bool:
    row = connection.execute(
        "UPDATE templates SET deleted_at = now() WHERE id = %s AND deleted_at IS NULL RETURNING 1 AS done",
        [template_id],
    ).fetchone()
    return row is not None


def live(connection: Connection) -> list[Row]:
    return connection.execute(
        "SELECT * FROM templates WHERE deleted_at IS NULL ORDER BY created_at DESC, id DESC"
    ).fetchall()


def by_ids(connection: Connection, template_ids: list[UUID]) -> list[Row]:
    """Templates by id, deleted ones included: a campaign keeps what it was launched with."""
    return connection.execute("SELECT * FROM templates WHERE id = ANY(%s)", [template_ids]).fetchall()


def at_carrier(connection: Connection) -> list[Row]:
    """Every template that has an id at the carrier, deleted ones included: messages may still need it."""
    return connection.execute("SELECT * FROM templates WHERE carrier_template_id IS NOT NULL").fetchall()
