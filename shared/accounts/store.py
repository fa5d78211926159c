"""SQL of tenants, members, sessions and invitations. All of it runs inside the tenant's transaction."""

from datetime import datetime
from typing import Any
from uuid import UUID

from shared.kernel.database import Connection, ask

Row = dict[str, Any]


def insert_tenant(c: Connection, tenant_id: UUID, name: str, monthly_limit: int) -> None:
    c.execute(
        "INSERT INTO tenants (tenant_id, name, monthly_limit) VALUES (%s, %s, %s)",
        [tenant_id, name, monthly_limit],
    )


def get_tenant(c: Connection) -> Row:
    """The transaction's tenant with whether it has a carrier account of its own."""
    row = c.execute(
        """SELECT t.tenant_id AS id, t.name, NOT EXISTS (
                    SELECT 1 FROM carrier_accounts a WHERE a.tenant_id = t.tenant_id
                     AND a.carrier <> 'simulator' AND a.disabled_at IS NULL) AS simulated
             FROM tenants t WHERE t.tenant_id = current_tenant()"""
    ).fetchone()
    if row is None:
        raise LookupError("the tenant of this transaction does not exist")
    return row


def find_login(c: Connection, email_hash: bytes) -> Row | None:
    """{tenant_id, member_id} of a login address; works outside every tenant."""
    return c.execute("SELECT tenant_id, member_id FROM find_login(%s)", [email_hash]).fetchone()


def claim_login(c: Connection, email_hash: bytes, member_id: UUID) -> bool:
    """Whether the address was free and is now this member's."""
    row = c.execute("SELECT claim_login(%s, %s) AS claimed", [email_hash, member_id]).fetchone()
    return bool(row and row["claimed"])


def release_login(c: Connection, member_id: UUID) -> None:
    c.execute("SELECT release_login(%s)", [member_id])


def insert_member(c: Connection, member: Row) -> None:
    c.execute(
        """INSERT INTO members (tenant_id, id, email_sealed, name_sealed, password_hash, role, status)
           VALUES (current_tenant(), %(id)s, %(email_sealed)s, %(name_sealed)s, %(password_hash)s,
                   %(role)s, %(status)s)""",
        member,
    )


def get_member(c: Connection, member_id: UUID, *, lock: bool = False) -> Row | None:
    statement = "SELECT * FROM members WHERE tenant_id = current_tenant() AND id = %s"
    return c.execute(statement + (" FOR UPDATE" if lock else ""), [member_id]).fetchone()


def list_members(c: Connection) -> list[Row]:
    return c.execute("SELECT * FROM members WHERE tenant_id = current_tenant() ORDER BY id").fetchall()


def lock_owners(c: Connection) -> list[UUID]:
    """Ids of the active owners, locked, so that two of them cannot leave at the same moment."""
    rows = c.execute(
        """SELECT id FROM members WHERE tenant_id = current_tenant() AND role = 'owner' AND status = 'active'
           ORDER BY id FOR UPDATE"""
    ).fetchall()
    return [row["id"] for row in rows]


def update_member(c: Connection, member_id: UUID, **changes: Any) -> None:
    """Sets columns (names are ours, never a client's)."""
    assignments = ", ".join(f"{name} = %({name})s" for name in changes)
    c.execute(
        f"""UPDATE members SET {assignments}, updated_at = now()
             WHERE tenant_id = current_tenant() AND id = %(member_id)s""",
        {**changes, "member_id": member_id},
    )


def note_failed_login(c: Connection, member_id: UUID, locked_until: datetime, every: int) -> None:
    """Counts a failure; every so many of them lock the account. Counted here: guesses come side by side."""
    c.execute(
        """UPDATE members SET failed_logins = failed_logins + 1,
                  locked_until = CASE WHEN (failed_logins + 1) %% %s = 0 THEN %s ELSE locked_until END
            WHERE tenant_id = current_tenant() AND id = %s""",
        [every, locked_until, member_id],
    )


def insert_session(c: Connection, session_id: UUID, member_id: UUID, expires_at: datetime) -> None:
    c.execute(
        """INSERT INTO sessions (tenant_id, id, member_id, expires_at)
           VALUES (current_tenant(), %s, %s, %s)""",
        [session_id, member_id, expires_at],
    )


def living_member(
    tenant_id: UUID, session_id: UUID, member_id: UUID, now: datetime, c: Connection | None = None
) -> Row | None:
    """{role, sees_sensitive} while the session lives and the member is active.

    Runs at every request: two primary-key look-ups in one round trip, about 0.1 ms. Inside a transaction of
    the tenant, give its connection.
    """
    statement = "SELECT * FROM living_member(%s, %s, %s, %s)"
    asked = [tenant_id, session_id, member_id, now]
    return ask(statement, asked) if c is None else c.execute(statement, asked).fetchone()


def end_session(c: Connection, session_id: UUID, reason: str) -> None:
    c.execute(
        """UPDATE sessions SET ended_at = now(), end_reason = %s
            WHERE tenant_id = current_tenant() AND id = %s AND ended_at IS NULL""",
        [reason, session_id],
    )


def end_sessions_of(
    c: Connection, member_id: UUID, reason: str, *, except_session: UUID | None = None
) -> None:
    c.execute(
        """UPDATE sessions SET ended_at = now(), end_reason = %s
            WHERE tenant_id = current_tenant() AND member_id = %s AND ended_at IS NULL
              AND id IS DISTINCT FROM %s""",
        [reason, member_id, except_session],
    )


def insert_refresh_token(c: Connection, token_hash: bytes, session_id: UUID) -> None:
    c.execute(
        """INSERT INTO refresh_tokens (tenant_id, token_hash, session_id)
           VALUES (current_tenant(), %s, %s)""",
        [token_hash, session_id],
    )


def lock_refresh_token(c: Connection, token_hash: bytes) -> Row | None:
    """The token with its session, locked: two uses of one token cannot both be the first."""
    return c.execute(
        """SELECT r.session_id, r.used_at, s.member_id, s.ended_at, s.expires_at
             FROM refresh_tokens r
             JOIN sessions s ON s.tenant_id = r.tenant_id AND s.id = r.session_id
            WHERE r.tenant_id = current_tenant() AND r.token_hash = %s FOR UPDATE OF r""",
        [token_hash],
    ).fetchone()


def use_refresh_token(c: Connection, token_hash: bytes) -> None:
    c.execute(
        "UPDATE refresh_tokens SET used_at = now() WHERE tenant_id = current_tenant() AND token_hash = %s",
        [token_hash],
    )


def insert_invitation(c: Connection, token_hash: bytes, member_id: UUID, expires_at: datetime) -> None:
    c.execute(
        """INSERT INTO invitations (tenant_id, token_hash, member_id, expires_at)
           VALUES (current_tenant(), %s, %s, %s)""",
        [token_hash, member_id, expires_at],
    )


def take_invitation(c: Connection, token_hash: bytes, now: datetime) -> UUID | None:
    """The invited member of an open invitation, which is thereby used up."""
    row = c.execute(
        """UPDATE invitations SET accepted_at = %s
            WHERE tenant_id = current_tenant() AND token_hash = %s AND accepted_at IS NULL AND expires_at > %s
        RETURNING member_id""",
        [now, token_hash, now],
    ).fetchone()
    return row["member_id"] if row else None
