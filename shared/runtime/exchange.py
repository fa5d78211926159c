"""What an HTTP function is given and what it may answer."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

import falcon

from shared.accounts import sessions
from shared.accounts.identity import Identity
from shared.kernel.database import Connection, tenant_transaction
from shared.kernel.errors import Unauthenticated
from shared.runtime.authentication import admitted
from shared.runtime.triggers import Role
from shared.security.cipher import TenantCipher, tenant_cipher
from shared.security.tokens import AccessClaims


@dataclass(frozen=True)
class Stream:
    """A body sent as it is made. With a file name it is a download, without one a page."""

    chunks: Iterable[bytes]
    content_type: str
    file_name: str


@dataclass
class Request:
    """One call of an HTTP function: who calls, what was sent (validated), and the tenant's transaction."""

    id: str
    raw: falcon.Request
    language: str
    remote_address: str
    claims: AccessClaims | None = None
    needed: Role = Role.STAFF
    identity: Identity | None = None
    body: Any = None
    read_body: Callable[[], bytes] = bytes  # of a webhook: it verifies before it reads
    query: Any = None
    cookies_to_set: list[dict[str, Any]] = field(default_factory=list)
    status: int | None = None
    headers_to_set: dict[str, str] = field(default_factory=dict)

    @property
    def signed(self) -> AccessClaims:
        """Whom the token speaks for, be the session alive or not. Raises as `member`."""
        if self.claims is None:
            raise Unauthenticated
        return self.claims

    @property
    def member(self) -> Identity:
        """The member who calls. Raises Unauthenticated in a function open to everybody.

        With `late_session` also when the session has ended (or Forbidden): it is asked now.
        """
        if self.identity is None:
            self.meet(sessions.living_identity(self.signed))
        return cast(Identity, self.identity)

    def meet(self, identity: Identity | None) -> None:
        """Takes what the database says of the caller. Raises Unauthenticated, Forbidden."""
        self.identity = admitted(identity, self.needed)

    @property
    def tenant_id(self) -> UUID:
        return self.member.tenant_id

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction in the caller's tenant."""
        with tenant_transaction(self.tenant_id) as connection:
            yield connection

    def cipher(self, connection: Connection) -> TenantCipher:
        """The cipher of the caller's tenant."""
        return tenant_cipher(connection, self.tenant_id)

    def header(self, name: str) -> str | None:
        return self.raw.get_header(name)

    def set_cookie(self, name: str, value: str, **options: Any) -> None:
        """Sets a cookie on the answer; options as falcon's `Response.set_cookie`."""
        self.cookies_to_set.append({"name": name, "value": value, **options})
