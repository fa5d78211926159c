"""The evidence file of a campaign: what was sent, to whom, when, under which rules; sealed.

JSON lines, each {"n", "previous", "kind", "body", "hash"}. `hash` is the SHA-256 of the line without it, in
canonical JSON (keys sorted, no spaces, UTF-8); `previous` is the hash of the line before, 64 zeros at first.
The last line, of kind `seal`, tells how many lines there are and the last hash, and carries an Ed25519
signature over "hanpyo-evidence-1:<lines>:<last hash>". The signing key is derived from an installation key
that the master key wraps; its public half stands in the seal, and `./hub verify-evidence FILE` knows whether
it is this hub's.

No number and no name of a recipient is in it: people are keyed hashes, which only this hub can make.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.compliance import declarations, freezes
from shared.kernel.clock import isoformat
from shared.kernel.database import Connection, tenant_transaction
from shared.kernel.errors import Conflict
from shared.messaging import campaigns, senders, store_contents, store_evidence, store_splits
from shared.messaging import store_campaigns as store
from shared.messaging.models import SenderView
from shared.messaging.verdicts import FACTS
from shared.security.cipher import TenantCipher, tenant_cipher
from shared.security.evidence_key import signing_key

FORMAT = "hanpyo-evidence-1"
FIRST = "0" * 64
PEOPLE_AT_ONCE = 1_000
Row = dict[str, Any]


class Chain:
    """Lines of which each knows the one before."""

    def __init__(self) -> None:
        self.lines, self.last = 0, FIRST

    def line(self, kind: str, body: Any) -> bytes:
        """The next line, with its end of line."""
        content = {"n": self.lines + 1, "previous": self.last, "kind": kind, "body": body}
        self.last = hashlib.sha256(canonical(content)).hexdigest()
        self.lines += 1
        return canonical({**content, "hash": self.last}) + b"\n"

    def seal(self, key: Ed25519PrivateKey) -> bytes:
        """The last line."""
        body = {
            "lines": self.lines,
            "last": self.last,
            "public_key": key.public_key().public_bytes_raw().hex(),
            "signature": key.sign(signed_words(self.lines, self.last)).hex(),
        }
        return self.line("seal", body)


def canonical(value: Any) -> bytes:
    """JSON of which there is one form only."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)
    return text.encode()


def signed_words(lines: int, last: str) -> bytes:
    """What the seal's signature is over."""
    return f"{FORMAT}:{lines}:{last}".encode()


def stream(tenant_id: UUID, campaign_id: UUID, now: datetime) -> Iterator[bytes]:
    """The evidence of a launched campaign, line by line, flat in memory.

    Read in chunks, each in a transaction of its own: nothing is held while a slow reader reads. A campaign
    that still sends is told as it is found. Raises NotFound, and Conflict for a draft, before the first line.
    """
    with tenant_transaction(tenant_id) as connection:
        cipher = tenant_cipher(connection, tenant_id)
        campaign = campaigns.require(store.get(connection, campaign_id))
        if campaign["launched_at"] is None:
            raise Conflict("compliance.not_launched")
        head = list(_head(connection, cipher, campaign, now))
    return _lines(cipher, campaign, head, signing_key())


def _lines(
    cipher: TenantCipher, campaign: Row, head: list[tuple[str, Any]], key: Ed25519PrivateKey
) -> Iterator[bytes]:
    chain, states = Chain(), dict[str, int]()
    for kind, body in head:
        yield chain.line(kind, body)
    for chunk in _people(cipher, campaign):
        for person in chunk:
            states[person["state"]] = states.get(person["state"], 0) + 1
        yield b"".join(chain.line("recipient", person) for person in chunk)
    yield chain.line("totals", {"recipients": sum(states.values()), "states": states})
    yield chain.seal(key)


def _head(
    connection: Connection, cipher: TenantCipher, campaign: Row, now: datetime
) -> Iterator[tuple[str, Any]]:
    campaign_id = campaign["id"]
    names = (
        "id", "name", "purpose", "status", "stop_reason", "scheduled_at", "launched_at", "finished_at",
        "account_id", "member_id", "consents_needed",
    )  # fmt: skip
    yield (
        "file",
        {"format": FORMAT, "made_at": now, "tenant_id": cipher.tenant_id, "campaign_id": campaign_id},
    )
    yield "campaign", {name: campaign[name] for name in names}
    steps = store.steps_of(connection, [campaign_id])
    known = senders.by_ids(connection, cipher, [step["sender_id"] for step in steps], deleted=True)
    for step in steps:
        yield "step", _step(step, known)
    split = store_splits.get(connection, campaign_id)
    if split is not None:
        yield "split", _bare(split)
    for row in store_contents.replaced(connection, campaign_id):
        yield "replaced_content", row
    yield "declarations", declarations.declared(connection, campaign_id)
    for row in declarations.checks_of(connection, campaign_id):
        yield "check", _check(cipher, row)
    for row in declarations.approvals_of(connection, campaign_id):
        yield "approval", {**_bare(row), "content_hash": bytes(row["content_hash"]).hex()}
    for row in store_evidence.sends_of(connection, campaign_id):
        yield "election_send", _bare(row)
    for freeze in freezes.all_of(connection, campaign_id):
        yield "freeze", freeze.model_dump(mode="json")
    for row in store_evidence.audited(connection, campaign_id):
        yield "audit", row


def _people(cipher: TenantCipher, campaign: Row) -> Iterator[list[Row]]:
    after = UUID(int=0)
    while True:
        with tenant_transaction(cipher.tenant_id) as connection:
            rows = store_evidence.recipients_after(connection, campaign["id"], after, PEOPLE_AT_ONCE)
            attempts = store_evidence.attempts_of(connection, campaign, [row["id"] for row in rows])
        if not rows:
            return
        by_person: dict[UUID, list[Row]] = {row["id"]: [] for row in rows}
        for attempt in attempts:
            by_person[attempt.pop("recipient_id")].append(attempt)
        yield [_person(cipher, row, by_person[row["id"]]) for row in rows]
        after = rows[-1]["id"]


def _person(cipher: TenantCipher, row: Row, attempts: list[Row]) -> Row:
    """A recipient without name and number: `who` is the same in every file of this camp."""
    who = cipher.field_hash("evidence", bytes(row["phone_hash"]).hex()).hex()
    told = {name: row[name] for name in ("id", "state", "reason", "step", "sent_at", "clicked_at")}
    return {**told, "who": who, "messages": [_attempt(one) for one in attempts]}


def _attempt(row: Row) -> Row:
    return {**row, "body_hash": bytes(row["body_hash"]).hex() if row["body_hash"] else None}


def _step(step: Row, known: Mapping[UUID, SenderView]) -> Row:
    sender = known.get(step["sender_id"])
    told = {key: value for key, value in _bare(step).items() if not isinstance(value, bytes)}
    return {**told, "sender": sender.value if sender else None}


def _check(cipher: TenantCipher, row: Row) -> Row:
    told = {key: value for key, value in _bare(row).items() if key not in ("facts_sealed", "content_hash")}
    facts = cipher.open_json(FACTS, row["facts_sealed"]) if row["facts_sealed"] else None
    return {
        **told,
        "content_hash": bytes(row["content_hash"]).hex() if row["content_hash"] else None,
        **(facts or {}),
    }


def _bare(row: Row) -> Row:
    return {key: value for key, value in row.items() if key not in ("tenant_id", "campaign_id")}


def _plain(value: Any) -> str:
    return isoformat(value) if isinstance(value, datetime) else str(value)
