"""Opt-outs: numbers that must not be messaged, whatever list they come back in.

Kept as keyed hashes, so that they outlive the contact and no import revives them (공직선거법 제82조의5
제1항: nobody may be sent campaign information against an explicit refusal).
"""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from shared.contacts.phones import parse_phones
from shared.kernel.database import Connection
from shared.kernel.errors import Detail, NotFound, ValidationFailed
from shared.kernel.i18n import text
from shared.kernel.ids import new_id
from shared.kernel.pages import Page
from shared.messaging import people
from shared.messaging import store_opt_outs as store
from shared.messaging.models import OptOutDraft, OptOutView
from shared.security import audit
from shared.security.cipher import TenantCipher

_MASKED = "opt_out_masked"

# Whole words only: "그만두지 마세요" is no refusal.
_REFUSAL = re.compile(
    r"(?:무료)?\s*(?:수신\s*거부|거부|해지|그만|차단|stop)\s*(?:합니다|해주세요|해\s*주세요|요|할게요|바랍니다)?[\s.!~]*",
    re.IGNORECASE,
)


def is_refusal(message: str) -> bool:
    """Whether an inbound text asks to stop: 수신거부, 거부, 해지, 그만, STOP, 차단, said by itself."""
    return _REFUSAL.fullmatch(message.strip()) is not None


def list_page(
    connection: Connection, cipher: TenantCipher, *, before: UUID | None, limit: int
) -> Page[OptOutView]:
    """A page of opt-outs, newest first, numbers masked."""
    rows = store.page(connection, before, limit + 1)
    items = [_view(row, cipher) for row in rows[:limit]]
    return Page(items, str(items[-1].id) if len(rows) > limit else None)


def create(connection: Connection, cipher: TenantCipher, draft: OptOutDraft, member_id: UUID) -> OptOutView:
    """Opt a number out, or every phone of a contact; once is as good as twice.

    Raises ValidationFailed for no number, NotFound for no contact.
    """
    if draft.phone is not None:
        phones = [_e164(draft.phone)]
    else:
        phones = _phones_of(connection, cipher, draft.contact_id)
    _insert(connection, [_row(cipher, phone, draft.reason, member_id) for phone in phones])
    row = store.by_hash(connection, cipher.point_hash("phone", phones[0]))
    if row is None:
        raise NotFound
    return _view(row, cipher)


def add(
    connection: Connection, cipher: TenantCipher, phone: str, reason: str, *, member_id: UUID | None = None
) -> bool:
    """Opt an E.164 number out; False when it already was."""
    return _insert(connection, [_row(cipher, phone, reason, member_id)])


def add_from_carrier(connection: Connection, recipients: Sequence[dict[str, Any]]) -> bool:
    """Opt out recipients who refused at the carrier. Rows as `store_recipients.phones_of`."""
    rows = [
        {
            "id": new_id(),
            "hash": recipient["phone_hash"],
            "masked_sealed": None,
            "reason": "carrier",
            "member_id": None,
        }
        for recipient in recipients
    ]
    return _insert(connection, rows)


def bars(connection: Connection, cipher: TenantCipher, phone: str) -> bool:
    """Whether an E.164 number must not be messaged: it opted out, or its holder did from another one."""
    return store.bars(connection, cipher.point_hash("phone", phone))


def remove(connection: Connection, opt_out_id: UUID, member_id: UUID) -> None:
    """Take an opt-out back, because the person asked for it. Raises NotFound."""
    row = store.delete(connection, opt_out_id)
    if row is None:
        raise NotFound
    audit.record(connection, "opt_out.removed", member_id=member_id, target=str(opt_out_id))
    for contact_id in store.holders(connection, [row["hash"]]).values():
        store.add_event(connection, contact_id, "opt_in", {}, member_id=member_id)


def _row(cipher: TenantCipher, phone: str, reason: str, member_id: UUID | None) -> dict[str, Any]:
    return {
        "id": new_id(),
        "hash": cipher.point_hash("phone", phone),
        "masked_sealed": cipher.seal(_MASKED, people.masked(phone)),
        "reason": reason,
        "member_id": member_id,
    }


def _insert(connection: Connection, rows: Sequence[dict[str, Any]]) -> bool:
    # All numbers in order before the audit log is locked: two who do so cannot deadlock.
    added = store.insert(connection, sorted(rows, key=lambda row: bytes(row["hash"])))
    holders = store.holders(connection, [row["hash"] for row in added])
    reasons = {row["hash"]: row for row in rows}
    for row in added:
        given = reasons[row["hash"]]
        audit.record(connection, "opt_out.added", member_id=given["member_id"], target=str(row["id"]))
        if row["hash"] in holders:
            detail = {"reason": given["reason"]} if given["member_id"] is None else {}
            store.add_event(connection, holders[row["hash"]], "opt_out", detail, member_id=given["member_id"])
    return bool(added)


def _e164(phone: str) -> str:
    cell = parse_phones(phone)
    if len(cell.phones) != 1 or cell.problems:
        raise ValidationFailed(details=[Detail(text("opt_out.number"), field="phone")])
    return cell.phones[0].e164


def _phones_of(connection: Connection, cipher: TenantCipher, contact_id: UUID | None) -> list[str]:
    if contact_id is None or not store.contact_exists(connection, contact_id):
        raise NotFound
    rows = store.phones_of_contact(connection, contact_id)
    if not rows:
        raise ValidationFailed(details=[Detail(text("opt_out.no_phone"), field="contact_id")])
    return [cipher.open(people.PHONE, row["value_sealed"]) for row in rows]


def _view(row: dict[str, Any], cipher: TenantCipher) -> OptOutView:
    return OptOutView(
        id=row["id"],
        kind=row["kind"],
        value_masked=cipher.open_optional(_MASKED, row["masked_sealed"]),
        reason=row["reason"],
        created_at=row["created_at"],
    )
