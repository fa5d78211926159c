"""From a bearer token to an Identity: what the token says, and what the database says of it."""

from shared.accounts.identity import Identity
from shared.kernel.errors import Forbidden, Unauthenticated
from shared.runtime.triggers import Role
from shared.security.tokens import AccessClaims, InvalidToken, read_access_token


def read_claims(authorization: str | None) -> AccessClaims:
    """Whom `Authorization: Bearer …` speaks for, if the session lives. Raises Unauthenticated."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated
    try:
        return read_access_token(token.strip())
    except InvalidToken as error:
        raise Unauthenticated from error


def admitted(identity: Identity | None, needed: Role) -> Identity:
    """The member, if there is one whose role includes the needed one. Raises Unauthenticated, Forbidden."""
    if identity is None:
        raise Unauthenticated
    if not Role(identity.role).includes(needed):
        raise Forbidden
    return identity
