"""From a bearer token to an Identity."""

from shared.accounts import sessions
from shared.accounts.identity import Identity
from shared.kernel.errors import Forbidden, Unauthenticated
from shared.runtime.triggers import Role
from shared.security.tokens import InvalidToken, read_access_token


def authenticate(authorization: str | None) -> Identity:
    """The member behind `Authorization: Bearer …`. Raises Unauthenticated."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated
    try:
        claims = read_access_token(token.strip())
    except InvalidToken as error:
        raise Unauthenticated from error
    identity = sessions.living_identity(claims)
    if identity is None:
        raise Unauthenticated
    return identity


def authorize(identity: Identity, needed: Role) -> None:
    """Raises Forbidden unless the member's role includes the needed one."""
    if not Role(identity.role).includes(needed):
        raise Forbidden
