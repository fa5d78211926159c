"""Access tokens (JWT) and opaque secrets (refresh tokens, invitations)."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from shared.kernel.clock import Clock, utc_now
from shared.kernel.config import settings
from shared.security.key_store import cached_installation_key

ACCESS_TOKEN_LIFETIME = timedelta(minutes=15)
_ALGORITHM = "HS256"
_ISSUER = "hanpyo"


@dataclass(frozen=True)
class AccessClaims:
    """Whom an access token speaks for. The role is not in it: it is read fresh at every request."""

    tenant_id: UUID
    member_id: UUID
    session_id: UUID


class InvalidToken(ValueError):
    """A token that is malformed, expired, or not ours."""


def issue_access_token(claims: AccessClaims, now: datetime) -> str:
    """A signed JWT that lives for ACCESS_TOKEN_LIFETIME."""
    payload = {
        "iss": _ISSUER,
        "sub": str(claims.member_id),
        "tid": str(claims.tenant_id),
        "sid": str(claims.session_id),
        "iat": int(now.timestamp()),
        "exp": int((now + ACCESS_TOKEN_LIFETIME).timestamp()),
    }
    return jwt.encode({"alg": _ALGORITHM}, payload, _signing_key())


def read_access_token(token: str, clock: Clock = utc_now) -> AccessClaims:
    """The claims of a valid token. Raises InvalidToken; never trusts the token's own algorithm."""
    claims, expires_at = _verified(token)
    if expires_at <= clock().timestamp():
        raise InvalidToken("expired")
    return claims


# A client sends the same token with every request: its signature is checked once (0.25 ms), its age always.
@lru_cache(maxsize=2_048)
def _verified(token: str) -> tuple[AccessClaims, int]:
    try:
        claims = jwt.decode(token, _signing_key(), algorithms=[_ALGORITHM]).claims
        if claims["iss"] != _ISSUER:
            raise InvalidToken("foreign")
        return AccessClaims(UUID(claims["tid"]), UUID(claims["sub"]), UUID(claims["sid"])), int(claims["exp"])
    except (JoseError, KeyError, TypeError, ValueError) as error:
        raise InvalidToken("not a valid token") from error


@dataclass(frozen=True)
class OpaqueToken:
    """A secret that carries its tenant, to be looked up inside it. Only its hash is stored."""

    tenant_id: UUID
    text: str

    @property
    def hash(self) -> bytes:
        return hashlib.sha256(self.text.encode()).digest()

    @classmethod
    def fresh(cls, tenant_id: UUID) -> "OpaqueToken":
        tenant = base64.urlsafe_b64encode(tenant_id.bytes).decode().rstrip("=")
        return cls(tenant_id, f"{tenant}.{secrets.token_urlsafe(32)}")

    @classmethod
    def parse(cls, text: str) -> "OpaqueToken":
        """Raises InvalidToken when the text cannot be one of ours."""
        try:
            tenant, secret = text.split(".")
            if len(secret) < 40:
                raise ValueError("too short")
            return cls(UUID(bytes=base64.urlsafe_b64decode(tenant + "==")), text)
        except ValueError as error:
            raise InvalidToken("not a valid token") from error


@lru_cache(maxsize=1)
def _signing_key() -> OctKey:
    path = settings().jwt_key_file
    key = path.read_bytes().strip() if path else cached_installation_key("jwt")
    return OctKey.import_key(key)
