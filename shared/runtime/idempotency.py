"""Idempotency-Key: the same key and body get the stored answer; a key lives for 24 hours."""

import hashlib
import json
from dataclasses import dataclass

from shared.accounts.identity import Identity
from shared.kernel.database import tenant_transaction
from shared.kernel.errors import Conflict, ValidationFailed
from shared.security.cipher import tenant_cipher

LIFETIME_HOURS = 24
# A call that died without storing its answer must not hold the key for a day.
RUNNING_SECONDS = 300  # longer than the gateway lets any call run
_FIELD = "idempotency"


@dataclass(frozen=True)
class StoredAnswer:
    """An answer given before."""

    status: int
    body: bytes


class IdempotentCall:
    """One call under an Idempotency-Key: `begin`, then `finish` or `abandon`."""

    def __init__(self, identity: Identity, route: str, key: str, body: bytes) -> None:
        self._identity, self._route = identity, route
        self._key_hash = hashlib.sha256(key.encode()).digest()
        self._body_hash = hashlib.sha256(body).digest()

    def begin(self) -> StoredAnswer | None:
        """Claims the key; the stored answer if the call was already made.

        Raises ValidationFailed (another body) or Conflict with Retry-After (still running).
        """
        with tenant_transaction(self._identity.tenant_id) as connection:
            claimed = connection.execute(
                """INSERT INTO idempotency_keys AS k (tenant_id, member_id, route, key_hash, body_hash)
                   VALUES (current_tenant(), %s, %s, %s, %s)
                   ON CONFLICT (tenant_id, member_id, route, key_hash) DO UPDATE
                      SET body_hash = excluded.body_hash, status = NULL, answer = NULL, created_at = now()
                    WHERE k.created_at < now() - make_interval(hours => %s)
                       OR (k.status IS NULL AND k.created_at < now() - make_interval(secs => %s))
                   RETURNING 1 AS claimed""",
                [*self._place(), self._body_hash, LIFETIME_HOURS, RUNNING_SECONDS],
            ).fetchone()
            if claimed:
                return None
            row = connection.execute(
                "SELECT body_hash, status, answer FROM idempotency_keys " + _PLACE, self._place()
            ).fetchone()
            if row is None or row["body_hash"] != self._body_hash:
                raise ValidationFailed("error.idempotency_mismatch")
            if row["status"] is None:
                raise Conflict("error.idempotency_running", retry_after=2)
            cipher = tenant_cipher(connection, self._identity.tenant_id)
            return StoredAnswer(row["status"], cipher.open_bytes(_FIELD, row["answer"]))

    def finish(self, status: int, answer: bytes) -> None:
        """Stores the answer (sealed: it may hold personal data)."""
        with tenant_transaction(self._identity.tenant_id) as connection:
            cipher = tenant_cipher(connection, self._identity.tenant_id)
            connection.execute(
                "UPDATE idempotency_keys SET status = %s, answer = %s " + _PLACE,
                [status, cipher.seal_bytes(_FIELD, answer), *self._place()],
            )

    def abandon(self) -> None:
        """Frees the key: the call failed, the caller may try again with it."""
        with tenant_transaction(self._identity.tenant_id) as connection:
            connection.execute(
                "DELETE FROM idempotency_keys " + _PLACE + " AND status IS NULL", self._place()
            )

    def _place(self) -> list[object]:
        return [self._identity.member_id, self._route, self._key_hash]


_PLACE = "WHERE tenant_id = current_tenant() AND member_id = %s AND route = %s AND key_hash = %s"


def canonical_body(body: object) -> bytes:
    """The bytes that decide whether two bodies are the same: key order does not matter."""
    return json.dumps(body, sort_keys=True, ensure_ascii=False).encode()
