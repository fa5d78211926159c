"""SQL of remembered mappings and custom fields. Everything runs inside the tenant's transaction."""

from typing import Any
from uuid import UUID

from shared.kernel.database import Connection

Row = dict[str, Any]


def find_mapping(c: Connection, headers_hash: bytes) -> bytes | None:
    """The sealed mapping last confirmed for a set of headers: one look at the primary key."""
    row = c.execute(
        "SELECT mapping_sealed FROM import_mappings WHERE tenant_id = current_tenant() AND headers_hash = %s",
        [headers_hash],
    ).fetchone()
    return row["mapping_sealed"] if row else None


def keep_mapping(c: Connection, headers_hash: bytes, mapping_sealed: bytes) -> None:
    """The last confirmation wins."""
    c.execute(
        """INSERT INTO import_mappings (tenant_id, headers_hash, mapping_sealed)
           VALUES (current_tenant(), %s, %s)
           ON CONFLICT (tenant_id, headers_hash)
           DO UPDATE SET mapping_sealed = EXCLUDED.mapping_sealed, used_at = now()""",
        [headers_hash, mapping_sealed],
    )


def drop_chunks(c: Connection, import_id: UUID) -> None:
    """Forgets how a file was cut, before it is cut again."""
    c.execute(
        "DELETE FROM import_chunks WHERE tenant_id = current_tenant() AND import_id = %s",
        [import_id],
    )


def add_custom_field(
    c: Connection, field_id: UUID, label_hash: bytes, label_sealed: bytes, *, sensitive: bool
) -> UUID | None:
    """The field's id; None when its label is on the list already. A field may become sensitive only."""
    row = c.execute(
        """INSERT INTO custom_fields AS f (tenant_id, id, label_hash, label_sealed, sensitive)
           VALUES (current_tenant(), %s, %s, %s, %s)
           ON CONFLICT (tenant_id, label_hash)
           DO UPDATE SET sensitive = f.sensitive OR EXCLUDED.sensitive, listed = true
           RETURNING id, (SELECT o.listed FROM custom_fields o
                           WHERE o.tenant_id = f.tenant_id AND o.id = f.id) AS was_listed""",
        [field_id, label_hash, label_sealed, sensitive],
    ).fetchone()
    return None if row is None or row["was_listed"] else row["id"]


def custom_fields(c: Connection, *, listed_only: bool = True) -> list[Row]:
    """Custom fields, oldest first, those that were taken off the list if wanted. A camp has dozens."""
    return c.execute(
        """SELECT id, label_sealed, sensitive FROM custom_fields
            WHERE tenant_id = current_tenant() AND (listed OR NOT %s) ORDER BY created_at, id""",
        [listed_only],
    ).fetchall()


def delete_custom_field(c: Connection, field_id: UUID) -> bool:
    """Takes a field off the list; its mark and the values that contacts have under its label stay."""
    row = c.execute(
        """UPDATE custom_fields SET listed = false
            WHERE tenant_id = current_tenant() AND id = %s AND listed RETURNING id""",
        [field_id],
    ).fetchone()
    return row is not None
