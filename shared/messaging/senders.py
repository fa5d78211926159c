"""Senders: phone numbers and Kakao channels a camp has registered with its carrier.

Which numbers may be registered at all: 세칙 on sender numbers (8 to 11 digits, area code for
landlines, no 050, representative numbers without area code).
"""

import re
from typing import Any
from uuid import UUID

from psycopg.errors import UniqueViolation

from shared.contacts.phones import national
from shared.kernel.database import Connection
from shared.kernel.errors import Conflict, Detail, NotFound, ValidationFailed
from shared.kernel.i18n import text
from shared.kernel.ids import new_id
from shared.messaging import store_senders as store
from shared.messaging.models import SenderDraft, SenderView
from shared.security import audit
from shared.security.cipher import TenantCipher

_FIELD = "sender"
_NUMBER = re.compile(
    r"010[2-9]\d{7}|01[16789]\d{7,8}|02\d{7,8}|0[3-6][1-5]\d{7,8}|070[2-9]\d{7}|080\d{7,8}|1[568]\d{6}"
)
_CHANNEL = re.compile(r"[0-9A-Za-z@_\-가-힣]{3,64}")


def list_all(connection: Connection, cipher: TenantCipher) -> list[SenderView]:
    """The camp's senders, oldest first."""
    return [_view(row, cipher) for row in store.live(connection)]


def get(connection: Connection, cipher: TenantCipher, sender_id: UUID) -> SenderView:
    """One sender. Raises NotFound."""
    for row in store.by_ids(connection, [sender_id]):
        if row["deleted_at"] is None:
            return _view(row, cipher)
    raise NotFound


def by_ids(
    connection: Connection, cipher: TenantCipher, ids: list[UUID], *, deleted: bool = False
) -> dict[UUID, SenderView]:
    """Senders by id; with `deleted` also those a campaign was launched with and that are gone since."""
    rows = store.by_ids(connection, ids)
    return {row["id"]: _view(row, cipher) for row in rows if deleted or row["deleted_at"] is None}


def of_number(connection: Connection, cipher: TenantCipher, number: str) -> UUID | None:
    """The sender with a phone number, however it is written."""
    digits = _digits(number)
    return store.by_hash(connection, "phone", cipher.field_hash(_FIELD, digits)) if digits else None


def number_at(connection: Connection, cipher: TenantCipher, carrier: str, *, only: bool) -> str:
    """The digits of the first number that is registered at a carrier; empty when there is none.

    `only`: the camp has no account elsewhere, so a number of which it does not say where is registered there.
    """
    carriers = (None, carrier) if only else (carrier,)
    found = (
        one
        for one in list_all(connection, cipher)
        if one.kind == "phone" and one.registered_on and one.carrier in carriers
    )
    return next(map(wire_value, found), "")


def create(connection: Connection, cipher: TenantCipher, draft: SenderDraft, member_id: UUID) -> SenderView:
    """Add a sender. Raises ValidationFailed for no possible number, Conflict when it exists."""
    sender_id = new_id()
    if not store.upsert(connection, sender_id, draft.kind, _sealed(cipher, draft), _described(draft)):
        raise Conflict("sender.exists")
    audit.record(
        connection,
        "sender.created",
        member_id=member_id,
        target=str(sender_id),
        kind=draft.kind,
        **_days(draft),
    )
    return get(connection, cipher, sender_id)


def change(
    connection: Connection, cipher: TenantCipher, sender_id: UUID, draft: SenderDraft, member_id: UUID
) -> SenderView:
    """Replace a sender's data; its kind stays, and its value once it was sent from: evidence tells it.

    Raises NotFound, ValidationFailed, Conflict.
    """
    before = get(connection, cipher, sender_id)
    moves = _normalised(draft) != wire_value(before)
    if draft.kind != before.kind or (moves and store.was_launched(connection, sender_id)):
        raise Conflict("sender.was_used")
    try:
        if not store.update(connection, sender_id, _sealed(cipher, draft), _described(draft)):
            raise NotFound
    except UniqueViolation as error:
        raise Conflict("sender.exists") from error
    audit.record(connection, "sender.changed", member_id=member_id, target=str(sender_id), **_days(draft))
    return get(connection, cipher, sender_id)


def remove(connection: Connection, sender_id: UUID, member_id: UUID) -> None:
    """Delete a sender. Raises NotFound, and Conflict while a campaign under way sends from it."""
    if store.in_use(connection, sender_id):
        raise Conflict("sender.in_use")
    if not store.mark_deleted(connection, sender_id):
        raise NotFound
    audit.record(connection, "sender.removed", member_id=member_id, target=str(sender_id))


def wire_value(view: SenderView) -> str:
    """The value as carriers take it: digits of a number, the id of a channel."""
    return _digits(view.value) if view.kind == "phone" else view.value


def _normalised(draft: SenderDraft) -> str:
    if draft.kind == "kakao_channel":
        if _CHANNEL.fullmatch(draft.value):
            return draft.value
        raise ValidationFailed(details=[Detail(text("sender.channel"), field="value")])
    digits = _digits(draft.value)
    if not _NUMBER.fullmatch(digits):
        raise ValidationFailed(details=[Detail(text("sender.number"), field="value")])
    return digits


def _digits(value: str) -> str:
    digits = re.sub(r"[\s().\-]", "", value)
    return "0" + digits[3:] if digits.startswith("+82") else digits


def _sealed(cipher: TenantCipher, draft: SenderDraft) -> tuple[bytes, bytes]:
    value = _normalised(draft)
    return cipher.seal(_FIELD, value), cipher.field_hash(_FIELD, value)


def _described(draft: SenderDraft) -> store.Described:
    return (draft.carrier, draft.label, draft.registered_on, draft.reported_on)


def _days(draft: SenderDraft) -> dict[str, str]:
    """On record because they decide what may be sent (E03, V03)."""
    told = {"registered_on": draft.registered_on, "reported_on": draft.reported_on}
    return {name: day.isoformat() for name, day in told.items() if day is not None}


def _view(row: dict[str, Any], cipher: TenantCipher) -> SenderView:
    value = cipher.open(_FIELD, row["value_sealed"])
    shown = _shown(value) if row["kind"] == "phone" else value
    return SenderView(value=shown, **{name: row[name] for name in SenderView.model_fields if name != "value"})


def _shown(digits: str) -> str:
    return digits if len(digits) == 8 else national("+82" + digits[1:])
