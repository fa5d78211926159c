"""SQL of wrapped keys: a few rows per tenant, found by primary key."""

from typing import Any
from uuid import UUID

from shared.kernel.database import Connection

Row = dict[str, Any]


def keys_of(c: Connection, tenant_id: UUID, *, lock: bool = False) -> list[Row]:
    """{purpose, number, wrapped} of the transaction's tenant, destroyed ones left out."""
    statement = """SELECT purpose, number, wrapped FROM tenant_keys
                    WHERE tenant_id = %s AND wrapped IS NOT NULL ORDER BY purpose, number"""
    return c.execute(statement + (" FOR UPDATE" if lock else ""), [tenant_id]).fetchall()


def numbers_of(c: Connection) -> list[Row]:
    """{number, created_at, destroyed_at} of every data key the tenant has ever had."""
    return c.execute(
        """SELECT number, created_at, destroyed_at FROM tenant_keys
            WHERE tenant_id = current_tenant() AND purpose = 'data' ORDER BY number"""
    ).fetchall()


def insert_key(c: Connection, purpose: str, number: int, wrapped: bytes) -> None:
    c.execute(
        """INSERT INTO tenant_keys (tenant_id, purpose, number, wrapped)
           VALUES (current_tenant(), %s, %s, %s)""",
        [purpose, number, wrapped],
    )


def set_wrapped(c: Connection, purpose: str, number: int, wrapped: bytes) -> None:
    c.execute(
        """UPDATE tenant_keys SET wrapped = %s
            WHERE tenant_id = current_tenant() AND purpose = %s AND number = %s""",
        [wrapped, purpose, number],
    )


def destroy_keys(c: Connection, except_number: int) -> int:
    """Forgets every data key but one; returns how many."""
    return c.execute(
        """UPDATE tenant_keys SET wrapped = NULL, destroyed_at = now()
            WHERE tenant_id = current_tenant() AND purpose = 'data' AND number <> %s
              AND wrapped IS NOT NULL""",
        [except_number],
    ).rowcount


def tenants_wrapped_otherwise(c: Connection, master_id: bytes) -> list[UUID]:
    """Tenants with a key that another master key wraps: reads every key once, a few per tenant."""
    rows = c.execute("SELECT tenants_wrapped_otherwise(%s) AS id", [master_id]).fetchall()
    return [row["id"] for row in rows]


def installation_key(c: Connection, name: str, *, share: bool = False) -> bytes | None:
    """A wrapped key of the whole installation. `share` keeps it from being changed until we commit."""
    statement = "SELECT wrapped FROM installation_keys WHERE name = %s"
    row = c.execute(statement + (" FOR SHARE" if share else ""), [name]).fetchone()
    return row["wrapped"] if row else None


def installation_keys(c: Connection) -> list[Row]:
    return c.execute("SELECT name, wrapped FROM installation_keys ORDER BY name").fetchall()


def insert_installation_key(c: Connection, name: str, wrapped: bytes) -> None:
    """Keeps the one that is there."""
    c.execute(
        "INSERT INTO installation_keys (name, wrapped) VALUES (%s, %s) ON CONFLICT DO NOTHING",
        [name, wrapped],
    )


def set_installation_key(c: Connection, name: str, wrapped: bytes) -> None:
    c.execute(
        "UPDATE installation_keys SET wrapped = %s, updated_at = now() WHERE name = %s", [wrapped, name]
    )
