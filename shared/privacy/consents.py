"""Consents: who agreed to what, in which words, when and how; and what follows when they take it back.

개인정보 보호법 제15조·제22조 (kept apart by purpose), 제23조 (sensitive data), 제37조 제3항 (withdrawal);
정보통신망법 제50조 제8항 (advertising is confirmed again every two years).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from shared.kernel.database import Connection
from shared.kernel.errors import NotFound
from shared.kernel.i18n import text
from shared.kernel.ids import new_id
from shared.privacy import people, requests, store_people
from shared.privacy import store_consents as store
from shared.privacy.models import (
    Consent,
    ConsentInput,
    DueConsent,
    Offer,
    Purpose,
    RequestInput,
    Withdrawal,
    Withdrawn,
)
from shared.security import audit
from shared.security.cipher import TenantCipher

TEXT, EVIDENCE = "consent_text", "consent_evidence"
RECONFIRMED_EVERY = timedelta(days=730)
LOOKED_AHEAD = timedelta(days=30)
ADVERTISING = ("advertising", "night_advertising")


def of_contact(connection: Connection, cipher: TenantCipher, contact_id: UUID) -> list[Consent]:
    """A contact's consents, those of merged contacts included, latest first. Raises NotFound."""
    people.person(connection, contact_id)
    rows = store.of_contacts(connection, people.family(connection, contact_id))
    return [view(cipher, row) for row in rows]


def add(
    connection: Connection, cipher: TenantCipher, member_id: UUID, contact_id: UUID, wanted: ConsentInput
) -> Consent:
    """Writes down a consent that somebody gave. Raises NotFound."""
    people.person(connection, contact_id)
    consent_id = new_id()
    store.insert(
        connection,
        {
            "id": consent_id,
            "contact_id": contact_id,
            "purpose": wanted.purpose,
            "channel": wanted.channel,
            "method": wanted.method,
            "text_hash": keep_text(connection, cipher, wanted.text),
            "evidence_sealed": cipher.seal_optional(EVIDENCE, wanted.evidence),
            "given_at": wanted.given_at,
            "member_id": member_id,
        },
    )
    store_people.add_event(connection, contact_id, "consent", member_id, {"purpose": wanted.purpose})
    audit.record(connection, "privacy.consent_added", member_id=member_id, target=str(consent_id))
    return _one(connection, cipher, contact_id, consent_id)


def from_import(
    connection: Connection,
    cipher: TenantCipher,
    *,
    import_id: UUID,
    member_id: UUID | None,
    purpose: Purpose,
    rows: Iterable[tuple[UUID, int, datetime | None]],
    words: str = "",
) -> int:
    """The consents that a file's rows tell of: (contact, row number, when given). Returns how many are new.

    One statement per call; a person's second row and a second run add nothing, nor does a row that names no
    day if the person has taken the same back. `words`: the consent text, if the camp gave one with the file.
    """
    common = {
        "purpose": purpose,
        "channel": "all",
        "text_hash": keep_text(connection, cipher, words) if words else None,
        "member_id": member_id,
        "import_id": import_id,
    }
    return store.insert_imported(connection, common, list(rows))


def withdraw(
    connection: Connection,
    cipher: TenantCipher,
    member_id: UUID,
    contact_id: UUID,
    consent_id: UUID,
    wanted: Withdrawal,
) -> Withdrawn:
    """Takes a consent back and says what should follow. Raises NotFound, also for one taken back before.

    Without consent to processing the data must go (제37조 제3항): that becomes a request in the desk's log.
    """
    people.person(connection, contact_id, lock=True)
    family = people.family(connection, contact_id)
    how = cipher.seal_optional(EVIDENCE, wanted.how)
    if not store.withdraw(connection, family, consent_id, how, member_id):
        raise NotFound
    consent = _one(connection, cipher, contact_id, consent_id)
    store_people.add_event(
        connection, contact_id, "consent_withdrawn", member_id, {"purpose": consent.purpose}
    )
    audit.record(connection, "privacy.consent_withdrawn", member_id=member_id, target=str(consent_id))
    if consent.purpose != "processing":
        offered = consent.purpose in ADVERTISING
        return Withdrawn(consent=consent, offers=[_offer("opt_out")] if offered else [], request_id=None)
    task = requests.add(connection, cipher, member_id, RequestInput(kind="withdrawal", contact_id=contact_id))
    return Withdrawn(consent=consent, offers=[_offer("erase"), _offer("opt_out")], request_id=task.id)


def due(connection: Connection, cipher: TenantCipher, now: datetime, limit: int) -> list[DueConsent]:
    """Advertising consents given or last confirmed two years less a month ago or before, oldest first."""
    return [
        DueConsent(
            id=row["id"],
            contact_id=row["contact_id"],
            contact_name=cipher.open_optional("name", row["name_sealed"]),
            channel=row["channel"],
            given_at=row["given_at"],
            reconfirm_by=_reconfirm_by(row),
        )
        for row in store.due(connection, ADVERTISING, _due_before(now), limit)
    ]


def count_due(connection: Connection, now: datetime) -> int:
    """How many consents `due` has."""
    return store.count_due(connection, ADVERTISING, _due_before(now))


def keep_text(connection: Connection, cipher: TenantCipher, words: str) -> bytes:
    """Stores a consent's words once; returns what consents point to them by."""
    text_hash = cipher.field_hash(TEXT, words)
    store.keep_text(connection, text_hash, cipher.seal(TEXT, words))
    return text_hash


def view(cipher: TenantCipher, row: store.Row) -> Consent:
    """A consent as the API shows it."""
    again = row["purpose"] in ADVERTISING and row["withdrawn_at"] is None and row["ended_at"] is None
    same = ("id", "purpose", "channel", "method", "given_at", "recorded_at", "import_id", "row_number",
            "withdrawn_at", "ended_at")  # fmt: skip
    return Consent(
        text=cipher.open_optional(TEXT, row["text_sealed"]) or "",
        evidence=cipher.open_optional(EVIDENCE, row["evidence_sealed"]),
        withdrawn_how=cipher.open_optional(EVIDENCE, row["withdrawn_how_sealed"]),
        recorded_by=cipher.open_optional("name", row["member_sealed"]),
        reconfirm_by=_reconfirm_by(row) if again else None,
        **{name: row[name] for name in same},
    )


def _one(connection: Connection, cipher: TenantCipher, contact_id: UUID, consent_id: UUID) -> Consent:
    found = of_contact(connection, cipher, contact_id)
    return next(consent for consent in found if consent.id == consent_id)


def _offer(action: str) -> Offer:
    return Offer.model_validate({"action": action, "message": text(f"privacy.offer_{action}").ko})


def _due_before(now: datetime) -> datetime:
    return now - RECONFIRMED_EVERY + LOOKED_AHEAD


def _reconfirm_by(row: store.Row) -> datetime:
    latest: datetime = max(row["given_at"], row["reconfirmed_at"] or row["given_at"])
    return latest + RECONFIRMED_EVERY
