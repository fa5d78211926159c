"""SQL of pictures and of their copies at carriers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.kernel.database import Connection

Row = dict[str, Any]


def insert(
    connection: Connection, image_id: UUID, name_sealed: bytes, size: tuple[int, int, int], member_id: UUID
) -> None:
    """`size`: bytes, width, height."""
    connection.execute(
        """INSERT INTO images (tenant_id, id, name_sealed, bytes, width, height, member_id)
           VALUES (current_tenant(), %s, %s, %s, %s, %s, %s)""",
        [image_id, name_sealed, *size, member_id],
    )


def get(connection: Connection, image_id: UUID) -> Row | None:
    return connection.execute(
        "SELECT * FROM images WHERE id = %s AND deleted_at IS NULL", [image_id]
    ).fetchone()


def existing(connection: Connection, ids: Sequence[UUID]) -> set[UUID]:
    rows = connection.execute(
        "SELECT id FROM images WHERE id = ANY(%s) AND deleted_at IS NULL", [list(ids)]
    ).fetchall()
    return {row["id"] for row in rows}


def mark_deleted(connection: Connection, image_id: UUID) -> bool:
    done = connection.execute(
        "UPDATE images SET deleted_at = now() WHERE id = %s AND deleted_at IS NULL", [image_id]
    )
    return done.rowcount > 0


def at_carrier(connection: Connection, image_id: UUID, account_id: UUID, until: datetime) -> str | None:
    """The carrier's id of a picture that it keeps until a moment at least."""
    row = connection.execute(
        """SELECT carrier_image_id FROM carrier_images
            WHERE image_id = %s AND account_id = %s AND (expires_at IS NULL OR expires_at > %s)""",
        [image_id, account_id, until],
    ).fetchone()
    return row["carrier_image_id"] if row else None


def keep_at_carrier(
    connection: Connection, image_id: UUID, account_id: UUID, carrier_id: str, expires_at: datetime | None
) -> None:
    """Remember an upload; of two at once the later counts, both are good."""
    connection.execute(
        """INSERT INTO carrier_images AS k (tenant_id, image_id, account_id, carrier_image_id, expires_at)
           VALUES (current_tenant(), %s, %s, %s, %s)
           ON CONFLICT (tenant_id, image_id, account_id) DO UPDATE
              SET carrier_image_id = excluded.carrier_image_id, expires_at = excluded.expires_at,
                  uploaded_at = now()""",
        [image_id, account_id, carrier_id, expires_at],
    )
