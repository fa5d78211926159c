"""Members: registering a tenant with its Owner, inviting, roles, one's own account."""

from datetime import timedelta
from uuid import UUID

from shared.accounts import store
from shared.accounts.identity import Identity
from shared.accounts.models import (
    Acceptance,
    Colleague,
    Decider,
    Invitation,
    InvitationAnswer,
    Me,
    Member,
    MemberChange,
    OwnChange,
    Registration,
    Tenant,
)
from shared.kernel.clock import utc_now
from shared.kernel.config import settings
from shared.kernel.database import Connection, tenant_transaction
from shared.kernel.errors import Conflict, Detail, Forbidden, NotFound, ValidationFailed
from shared.kernel.i18n import text
from shared.kernel.ids import new_id
from shared.security import audit
from shared.security.cipher import TenantCipher, login_hash, tenant_cipher
from shared.security.key_store import create_tenant_keys
from shared.security.passwords import hash_password, verify_password
from shared.security.tokens import InvalidToken, OpaqueToken

INVITATION_LIFETIME = timedelta(days=7)


def register(registration: Registration) -> tuple[UUID, UUID]:
    """Makes a tenant and its Owner; returns (tenant_id, member_id). Raises Conflict for a taken address."""
    tenant_id, member_id = new_id(), new_id()
    password_hash = hash_password(registration.password)
    with tenant_transaction(tenant_id) as connection:
        limit = settings().default_monthly_limit
        store.insert_tenant(connection, tenant_id, registration.organization, limit)
        create_tenant_keys(connection, tenant_id)
        cipher = tenant_cipher(connection, tenant_id)
        _add(connection, cipher, member_id, registration.email, registration.name, "owner", password_hash)
        _claim(connection, registration.email, member_id)
        audit.record(connection, "tenant_registered", member_id=member_id)
    return tenant_id, member_id


def _add(
    connection: Connection,
    cipher: TenantCipher,
    member_id: UUID,
    email: str,
    name: str,
    role: str,
    password_hash: str | None,
) -> None:
    store.insert_member(
        connection,
        {
            "id": member_id,
            "email_sealed": cipher.seal("email", email),
            "name_sealed": cipher.seal("name", name),
            "password_hash": password_hash,
            "role": role,
            "status": "active" if password_hash else "invited",
        },
    )


def _claim(connection: Connection, email: str, member_id: UUID) -> None:
    """Makes the address this member's to log in with. Raises Conflict for a taken one."""
    if not store.claim_login(connection, login_hash(email), member_id):
        raise Conflict("accounts.email_taken")


def describe(cipher: TenantCipher, row: store.Row) -> Member:
    """A member as the API shows it."""
    return Member(
        id=row["id"],
        email=cipher.open("email", row["email_sealed"]),
        name=cipher.open("name", row["name_sealed"]),
        role=row["role"],
        status=row["status"],
        created_at=row["created_at"],
        last_login_at=row["last_login_at"],
        sees_sensitive=row["role"] != "staff" or row["sees_sensitive"],
    )


def describe_tenant(connection: Connection) -> Tenant:
    """The transaction's tenant as the API shows it."""
    return Tenant.model_validate(store.get_tenant(connection))


def me(identity: Identity) -> Me:
    """The caller's own account and tenant."""
    with tenant_transaction(identity.tenant_id) as connection:
        row = store.get_member(connection, identity.member_id)
        if row is None:
            raise NotFound
        member = describe(tenant_cipher(connection, identity.tenant_id), row)
        return Me(**member.model_dump(), tenant=describe_tenant(connection))


def list_all(identity: Identity) -> list[Member]:
    """Every member of the tenant, oldest first."""
    with tenant_transaction(identity.tenant_id) as connection:
        cipher = tenant_cipher(connection, identity.tenant_id)
        return [describe(cipher, row) for row in store.list_members(connection)]


def deciders(identity: Identity) -> list[Decider]:
    """The active Owners and Admins: any member may know whom to ask."""
    active = [one for one in list_all(identity) if one.status == "active" and one.role != "staff"]
    return [Decider(id=one.id, name=one.name, role=one.role) for one in active]


def colleagues(identity: Identity) -> list[Colleague]:
    """The active members, without their addresses: any member may know whom they work with."""
    active = [one for one in list_all(identity) if one.status == "active"]
    return [Colleague(id=one.id, name=one.name, role=one.role) for one in active]


def invite(identity: Identity, invitation: Invitation) -> InvitationAnswer:
    """Adds an invited member and returns the link to hand over. Only an Owner invites another Owner.

    Who was invited and has not come is invited again, as what is said now. The address stays everybody's
    until its holder accepts: to name somebody must not keep them from other camps. Raises Conflict for one
    in use.
    """
    if invitation.role == "owner" and identity.role != "owner":
        raise Forbidden("accounts.only_owner")
    token = OpaqueToken.fresh(identity.tenant_id)
    with tenant_transaction(identity.tenant_id) as connection:
        cipher = tenant_cipher(connection, identity.tenant_id)
        if store.find_login(connection, login_hash(invitation.email)) is not None:
            raise Conflict("accounts.email_taken")
        member_id = _invited(connection, cipher, identity, invitation)
        store.insert_invitation(connection, token.hash, member_id, utc_now() + INVITATION_LIFETIME)
        audit.record(connection, "member_invited", member_id=identity.member_id, target=str(member_id))
    # The fragment stays in the browser: a token must not reach an access log.
    url = f"{settings().public_url}/invite#token={token.text}"
    return InvitationAnswer(id=member_id, invitation_url=url)


def _invited(connection: Connection, cipher: TenantCipher, identity: Identity, wanted: Invitation) -> UUID:
    """The member of an invitation: a new one, or who has the address and has not come yet."""
    waiting = [row for row in store.list_members(connection) if row["status"] == "invited"]
    known = next((row for row in waiting if cipher.open("email", row["email_sealed"]) == wanted.email), None)
    if known is None:
        member_id = new_id()
        _add(connection, cipher, member_id, wanted.email, wanted.name, wanted.role, None)
        return member_id
    if known["role"] == "owner" and identity.role != "owner":
        raise Forbidden("accounts.only_owner")
    name = cipher.seal("name", wanted.name)
    store.update_member(connection, known["id"], name_sealed=name, role=wanted.role)
    return UUID(str(known["id"]))


def accept(acceptance: Acceptance) -> tuple[UUID, UUID]:
    """Turns an invitation into an active member; returns (tenant_id, member_id).

    Raises ValidationFailed when the invitation is unknown, expired or used, Conflict when somebody has taken
    the address meanwhile.
    """
    try:
        token = OpaqueToken.parse(acceptance.token)
    except InvalidToken as error:
        raise ValidationFailed("accounts.invitation_invalid") from error
    password_hash = hash_password(acceptance.password)
    with tenant_transaction(token.tenant_id) as connection:
        member_id = store.take_invitation(connection, token.hash, utc_now())
        member = store.get_member(connection, member_id, lock=True) if member_id else None
        if member_id is None or member is None or member["status"] != "invited":
            raise ValidationFailed("accounts.invitation_invalid")
        cipher = tenant_cipher(connection, token.tenant_id)
        _claim(connection, cipher.open("email", member["email_sealed"]), member_id)
        name = cipher.seal("name", acceptance.name)
        store.update_member(
            connection, member_id, name_sealed=name, password_hash=password_hash, status="active"
        )
        audit.record(connection, "invitation_accepted", member_id=member_id)
    return token.tenant_id, member_id


def change(identity: Identity, member_id: UUID, wanted: MemberChange) -> Member:
    """Changes a member's role or status; ends the sessions of a disabled one.

    Raises NotFound, Forbidden (an Admin touches an Owner or makes one), Conflict (the last Owner).
    """
    with tenant_transaction(identity.tenant_id) as connection:
        owners = store.lock_owners(connection)
        row = store.get_member(connection, member_id, lock=True)
        if row is None:
            raise NotFound
        if "owner" in (row["role"], wanted.role) and identity.role != "owner":
            raise Forbidden("accounts.only_owner")
        stays_owner = (wanted.role or row["role"]) == "owner" and wanted.status != "disabled"
        if owners == [member_id] and not stays_owner:
            raise Conflict("accounts.last_owner")
        changes = wanted.model_dump(exclude_none=True)
        if row["status"] == "invited" and wanted.status == "active":
            raise Conflict  # only the invitation's acceptance activates
        if changes:
            store.update_member(connection, member_id, **changes)
            audit.record(
                connection, "member_changed", member_id=identity.member_id, target=str(member_id), **changes
            )
        if wanted.status == "disabled":
            store.end_sessions_of(connection, member_id, "member disabled")
        return describe(tenant_cipher(connection, identity.tenant_id), {**row, **changes})


def change_own(identity: Identity, wanted: OwnChange) -> Me:
    """Changes one's own name or password; a new password ends the other sessions."""
    with tenant_transaction(identity.tenant_id) as connection:
        row = store.get_member(connection, identity.member_id)
        if row is None:
            raise NotFound
        cipher = tenant_cipher(connection, identity.tenant_id)
        if wanted.name:
            store.update_member(connection, identity.member_id, name_sealed=cipher.seal("name", wanted.name))
        if wanted.password:
            _change_password(connection, identity, row, wanted)
    return me(identity)


def _change_password(connection: Connection, identity: Identity, row: store.Row, wanted: OwnChange) -> None:
    if not verify_password(row["password_hash"], wanted.current_password or ""):
        wrong = Detail(text("accounts.current_password"), field="current_password")
        raise ValidationFailed(details=[wrong])
    store.update_member(connection, identity.member_id, password_hash=hash_password(wanted.password or ""))
    store.end_sessions_of(
        connection, identity.member_id, "password changed", except_session=identity.session_id
    )
    audit.record(connection, "password_changed", member_id=identity.member_id)


def leave(identity: Identity) -> None:
    """Closes one's own account; the address becomes free. Raises Conflict for the last Owner."""
    with tenant_transaction(identity.tenant_id) as connection:
        if store.lock_owners(connection) == [identity.member_id]:
            raise Conflict("accounts.last_owner")
        store.release_login(connection, identity.member_id)
        store.update_member(connection, identity.member_id, status="disabled", password_hash=None)
        store.end_sessions_of(connection, identity.member_id, "account closed")
        audit.record(connection, "account_closed", member_id=identity.member_id)
