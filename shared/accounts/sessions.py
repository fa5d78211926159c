"""Sessions: login with lockout, refresh with rotation and reuse detection, logout that works at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.accounts import store
from shared.accounts.identity import Identity
from shared.accounts.members import describe, describe_tenant
from shared.accounts.models import Login, Tokens
from shared.kernel.clock import utc_now
from shared.kernel.database import Connection, system_transaction, tenant_transaction
from shared.kernel.errors import RateLimited, Unauthenticated
from shared.kernel.i18n import text
from shared.kernel.ids import new_id
from shared.security import audit
from shared.security.cipher import login_hash, tenant_cipher
from shared.security.passwords import hash_password, needs_rehash, verify_password
from shared.security.tokens import (
    ACCESS_TOKEN_LIFETIME,
    AccessClaims,
    InvalidToken,
    OpaqueToken,
    issue_access_token,
)

SESSION_LIFETIME = timedelta(days=7)
FAILURES_BEFORE_LOCK = 8
LOCK_DURATION = timedelta(minutes=15)


@dataclass(frozen=True)
class Opened:
    """A session's new tokens. The refresh token goes into the body or into a cookie."""

    tokens: Tokens
    refresh_token: str


def living_identity(claims: AccessClaims) -> Identity | None:
    """The caller behind valid claims, or None when the session ended or the member was disabled."""
    row = store.living_member(claims.tenant_id, claims.session_id, claims.member_id, utc_now())
    return identity_of(claims, row)


def identity_of(claims: AccessClaims, row: store.Row | None) -> Identity | None:
    """The same from what `living_member` answered."""
    if row is None:
        return None
    return Identity(claims.tenant_id, claims.member_id, claims.session_id, row["role"], row["sees_sensitive"])


def log_in(login: Login) -> Opened:
    """Opens a session.

    Raises Unauthenticated for a wrong address or password alike, RateLimited while the account is locked
    (after 8 failures in a row, for 15 minutes).
    """
    with system_transaction() as connection:
        found = store.find_login(connection, login_hash(login.email))
    if found is None:
        verify_password(None, login.password)
        raise Unauthenticated("accounts.wrong_login")
    tenant_id, member_id = found["tenant_id"], found["member_id"]
    if not _check_password(tenant_id, member_id, login.password):
        raise Unauthenticated("accounts.wrong_login")
    with tenant_transaction(tenant_id) as connection:
        store.update_member(
            connection, member_id, failed_logins=0, locked_until=None, last_login_at=utc_now()
        )
        audit.record(connection, "login", member_id=member_id)
        return open_session(connection, tenant_id, member_id)


def _check_password(tenant_id: UUID, member_id: UUID, password: str) -> bool:
    # Hashing takes tens of milliseconds, so no row stays locked meanwhile; failures are counted afterwards.
    now = utc_now()
    with tenant_transaction(tenant_id) as connection:
        member = store.get_member(connection, member_id)
    if member is None:
        return False
    if member["locked_until"] and member["locked_until"] > now:
        _refuse_locked(member["locked_until"], now)
    fits = verify_password(member["password_hash"], password) and member["status"] == "active"
    with tenant_transaction(tenant_id) as connection:
        if not fits:
            store.note_failed_login(connection, member_id, now + LOCK_DURATION, FAILURES_BEFORE_LOCK)
        elif needs_rehash(member["password_hash"]):
            store.update_member(connection, member_id, password_hash=hash_password(password))
    return fits


def _refuse_locked(until: datetime, now: datetime) -> None:
    seconds = int((until - now).total_seconds()) + 1
    raise RateLimited(text("accounts.locked", minutes=-(-seconds // 60)), retry_after=seconds)


def open_session(connection: Connection, tenant_id: UUID, member_id: UUID) -> Opened:
    """A new session for a member, in the running transaction."""
    session_id = new_id()
    store.insert_session(connection, session_id, member_id, utc_now() + SESSION_LIFETIME)
    return _issue(connection, tenant_id, member_id, session_id)


def refresh(presented: str) -> Opened:
    """New tokens for a refresh token, which is thereby used up.

    Raises Unauthenticated. A token that was used before ends its whole session: somebody else has a copy.
    """
    try:
        token = OpaqueToken.parse(presented)
    except InvalidToken as error:
        raise Unauthenticated("accounts.session_ended") from error
    with tenant_transaction(token.tenant_id) as connection:
        row = store.lock_refresh_token(connection, token.hash)
        if row is not None and row["used_at"] is None:
            return _rotate(connection, token, row)
        if row is not None:
            store.end_session(connection, row["session_id"], "refresh token reused")
            audit.record(connection, "refresh_token_reused", member_id=row["member_id"])
    raise Unauthenticated("accounts.token_reused" if row else "accounts.session_ended")


def _rotate(connection: Connection, token: OpaqueToken, row: store.Row) -> Opened:
    if row["ended_at"] is not None or row["expires_at"] <= utc_now():
        raise Unauthenticated("accounts.session_ended")
    living = store.living_member(token.tenant_id, row["session_id"], row["member_id"], utc_now(), connection)
    if living is None:
        raise Unauthenticated("accounts.session_ended")
    store.use_refresh_token(connection, token.hash)
    return _issue(connection, token.tenant_id, row["member_id"], row["session_id"])


def _issue(connection: Connection, tenant_id: UUID, member_id: UUID, session_id: UUID) -> Opened:
    fresh = OpaqueToken.fresh(tenant_id)
    store.insert_refresh_token(connection, fresh.hash, session_id)
    member = store.get_member(connection, member_id)
    if member is None:
        raise Unauthenticated
    tokens = Tokens(
        member=describe(tenant_cipher(connection, tenant_id), member),
        tenant=describe_tenant(connection),
        access_token=issue_access_token(AccessClaims(tenant_id, member_id, session_id), utc_now()),
        expires_in=int(ACCESS_TOKEN_LIFETIME.total_seconds()),
    )
    return Opened(tokens, fresh.text)


def log_out(identity: Identity) -> None:
    """Ends the session: its access and refresh tokens stop working at once."""
    with tenant_transaction(identity.tenant_id) as connection:
        store.end_session(connection, identity.session_id, "logout")
        audit.record(connection, "logout", member_id=identity.member_id)
