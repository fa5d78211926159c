"""SQL of templates and their versions. `templates` repeats what its newest version says."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from shared.kernel.database import Connection

Row = dict[str, Any]

# A version as a template: with its name, and its own text and review.
_VERSIONS = """
  SELECT t.id, t.name, t.channel, t.created_at, t.deleted_at, v.version, v.subject, v.body, v.buttons,
         v.image_id, v.image_link, v.image_wide,
         v.carrier_template_id, v.sender_id, v.status, v.comment, v.created_at AS edited_at, v.member_id
    FROM template_versions v
    JOIN templates t ON t.tenant_id = v.tenant_id AND t.id = v.template_id"""


def insert(connection: Connection, template_id: UUID, fields: Row) -> None:
    """`fields`: name, channel, subject, body, image_id, image_link, image_wide, buttons, carrier_template_id,
    status, member_id."""
    row = {**fields, "id": template_id, "buttons": Jsonb(fields["buttons"])}
    connection.execute(
        """INSERT INTO templates
             (tenant_id, id, name, channel, subject, body, image_id, image_link, image_wide, buttons,
              carrier_template_id, status)
           VALUES (current_tenant(), %(id)s, %(name)s, %(channel)s, %(subject)s, %(body)s, %(image_id)s,
                   %(image_link)s, %(image_wide)s, %(buttons)s, %(carrier_template_id)s, %(status)s)""",
        row,
    )
    _insert_version(connection, {**row, "version": 1})


def lock(connection: Connection, template_id: UUID) -> Row | None:
    """A template that is not deleted, with its newest version, locked."""
    return connection.execute(
        "SELECT * FROM templates WHERE id = %s AND deleted_at IS NULL FOR UPDATE", [template_id]
    ).fetchone()


def rename(connection: Connection, template_id: UUID, name: str) -> None:
    connection.execute(
        "UPDATE templates SET name = %s, updated_at = now() WHERE id = %s", [name, template_id]
    )


def add_version(connection: Connection, template_id: UUID, version: int, fields: Row) -> None:
    """The next version. The caller holds the template's lock. `fields` as for `insert`."""
    row = {**fields, "id": template_id, "version": version, "buttons": Jsonb(fields["buttons"])}
    _insert_version(connection, row)
    connection.execute(
        """UPDATE templates
              SET name = %(name)s, channel = %(channel)s, subject = %(subject)s, body = %(body)s,
                  image_id = %(image_id)s, image_link = %(image_link)s, image_wide = %(image_wide)s,
                  buttons = %(buttons)s, carrier_template_id = %(carrier_template_id)s, status = %(status)s,
                  comment = NULL, version = %(version)s, updated_at = now()
            WHERE id = %(id)s""",
        row,
    )


def _insert_version(connection: Connection, row: Row) -> None:
    connection.execute(
        """INSERT INTO template_versions (tenant_id, template_id, version, subject, body, image_id,
                                          image_link, image_wide, buttons, carrier_template_id, status,
                                          member_id)
           VALUES (current_tenant(), %(id)s, %(version)s, %(subject)s, %(body)s, %(image_id)s,
                   %(image_link)s, %(image_wide)s, %(buttons)s, %(carrier_template_id)s, %(status)s,
                   %(member_id)s)""",
        row,
    )


def set_review(connection: Connection, template_id: UUID, version: int, review: Row) -> None:
    """What the carrier says of a version. `review`: status, comment, carrier_template_id, sender_id, at; an
    id or channel that is None stays."""
    row = {**review, "id": template_id, "version": version}
    connection.execute(
        """UPDATE template_versions
              SET status = %(status)s, comment = %(comment)s, looked_at = %(at)s,
                  carrier_template_id = coalesce(%(carrier_template_id)s, carrier_template_id),
                  sender_id = coalesce(%(sender_id)s, sender_id)
            WHERE template_id = %(id)s AND version = %(version)s""",
        row,
    )
    connection.execute(
        """UPDATE templates
              SET status = %(status)s, comment = %(comment)s,
                  carrier_template_id = coalesce(%(carrier_template_id)s, carrier_template_id)
            WHERE id = %(id)s AND version = %(version)s""",
        row,
    )


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


def versions(connection: Connection, template_id: UUID) -> list[Row]:
    """All versions of a template, newest first."""
    return connection.execute(
        f"{_VERSIONS} WHERE v.template_id = %s ORDER BY v.version DESC", [template_id]
    ).fetchall()


def of_versions(connection: Connection, wanted: Sequence[tuple[UUID, int]]) -> list[Row]:
    """Versions by (template, number), of deleted templates too."""
    return connection.execute(
        f"""{_VERSIONS}
             JOIN unnest(%s::uuid[], %s::integer[]) AS n (id, version)
               ON n.id = v.template_id AND n.version = v.version""",
        [[one[0] for one in wanted], [one[1] for one in wanted]],
    ).fetchall()


def newest_approved(connection: Connection, template_ids: Sequence[UUID]) -> list[Row]:
    """Of each template the newest version that Kakao has approved."""
    return connection.execute(
        f"""SELECT DISTINCT ON (a.id) a.* FROM ({_VERSIONS}) AS a
            WHERE a.id = ANY(%s) AND a.status = 'approved' ORDER BY a.id, a.version DESC""",
        [list(template_ids)],
    ).fetchall()


def inspecting(connection: Connection) -> list[Row]:
    """Versions that Kakao's reviewers have."""
    return connection.execute(
        f"{_VERSIONS} WHERE v.status = 'inspecting' AND v.sender_id IS NOT NULL ORDER BY v.sender_id"
    ).fetchall()


def tenants_inspecting(connection: Connection) -> list[UUID]:
    """Across tenants, ids only: who waits for a review."""
    return [row["id"] for row in connection.execute("SELECT tenants_inspecting() AS id").fetchall()]


def at_carrier(connection: Connection) -> list[Row]:
    """Every version that has an id at the carrier, of deleted ones too: messages may still need it."""
    return connection.execute(f"{_VERSIONS} WHERE v.carrier_template_id IS NOT NULL").fetchall()
