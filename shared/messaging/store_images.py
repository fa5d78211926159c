"""SQL of pictures and of their copies at carriers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.kernel.database import Connection

Row = dict[str, Any]
Place = tuple[UUID, UUID, str]  # picture, account, what for


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


def sizes(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, tuple[int, int]]:
    """Width and height of those that are there."""
    rows = connection.execute(
        "SELECT id, width, height FROM images WHERE id = ANY(%s) AND deleted_at IS NULL", [list(ids)]
    ).fetchall()
    return {row["id"]: (row["width"], row["height"]) for row in rows}


def mark_deleted(connection: Connection, image_id: UUID) -> bool:
    done = connection.execute(
        "UPDATE images SET deleted_at = now() WHERE id = %s AND deleted_at IS NULL", [image_id]
    )
    return done.rowcount > 0


def at_carrier(connection: Connection, place: Place, until: datetime) -> str | None:
    """The carrier's id of a picture that it keeps until a moment at least."""
    row = connection.execute(
        """SELECT carrier_image_id FROM carrier_images
            WHERE image_id = %s AND account_id = %s AND use = %s
              AND (expires_at IS NULL OR expires_at > %s)""",
        [*place, until],
    ).fetchone()
    return row["carrier_image_id"] if row else None


def keep_at_carrier(
    connection: Connection, place: Place, carrier_id: str, expires_at: datetime | None
) -> None:
    """Remember an upload; of two at once the later counts, both are good."""
    connection.execute(
        """INSERT INTO carrier_images AS k
             (tenant_id, image_id, account_id, use, carrier_image_id, expires_at)
           VALUES (current_tenant(), %s, %s, %s, %s, %s)
           ON CONFLICT (tenant_id, image_id, account_id, use) DO UPDATE
              SET carrier_image_id = excluded.carrier_image_id, expires_at = excluded.expires_at,
                  uploaded_at = now()""",
        [*place, carrier_id, expires_at],
    )
