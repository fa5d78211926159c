"""Erasing a person everywhere (개인정보 보호법 제21조, 제36조, 제37조 제3항).

What stays: that something happened and when, and keyed hashes: of opt-outs (no list revives the person), of
points (a list that brings them back is noticed), of consents (proof that sending was lawful).
"""

import re
from collections.abc import Sequence
from uuid import UUID

from shared.compliance import freezes
from shared.contacts import contacts, history
from shared.contacts.emails import parse_emails
from shared.contacts.kakao_ids import parse_kakao_id
from shared.contacts.phones import parse_phones
from shared.kernel.database import Connection, tenant_transaction
from shared.kernel.errors import Conflict
from shared.privacy import people, phone_numbers, requests, store_people, store_requests
from shared.privacy import store_erasure as store
from shared.privacy.models import Erasure, NumberErasure
from shared.privacy.store_provenance import sharers_of
from shared.security import audit
from shared.security.cipher import TenantCipher

ROWS = 1_000
# What may be a number in a cell that was refused for the rest of it.
_NUMBER = re.compile(r"\+?\d[\d\-. ()]{6,}\d")


def erase(
    connection: Connection, cipher: TenantCipher, member_id: UUID, contact_id: UUID, reason: str
) -> Erasure:
    """Erases a contact, with all who were merged into it. Raises NotFound; Conflict for evidence to keep.

    Rejected rows of imports are searched afterwards (`forget_rejects`): there may be a million of them.
    """
    # Locked first: whoever merges it at this moment would take the points elsewhere.
    people.person(connection, contact_id, lock=True)
    family = people.family(connection, contact_id)
    freezes.refuse_erasing(connection, family)
    campaigns = store.count_copies(connection, family)
    erase_people(connection, cipher, family, "request", member_id)
    audit.record(
        connection, "privacy.erased", member_id=member_id, target=str(contact_id), contacts=len(family)
    )
    requests.log_erasure(connection, cipher, member_id, contact_id, reason)
    return Erasure(
        contact_id=contact_id,
        contacts=len(family),
        campaigns=campaigns,
        waiting_uploads=store.waiting_uploads(connection),
    )


def erase_number(
    connection: Connection, cipher: TenantCipher, member_id: UUID, typed: str, reason: str
) -> NumberErasure:
    """Erases what a number has left that is in no contact: what was written with it, what campaigns keep of
    it, the digits of its opt-outs, and whoever had it among those deleted within a day. No list brings it
    back.

    Raises ValidationFailed for no number; Conflict when a contact has it, or for evidence to keep.
    """
    phone = phone_numbers.parse(typed)
    phone_hash = cipher.point_hash("phone", phone.e164)
    if store_people.holder(connection, "phone", phone_hash) or sharers_of(connection, phone_hash):
        raise Conflict("privacy.number_of_contact")
    freezes.refuse_erasing_number(connection, phone_hash)
    deleted = history.family(connection, store.deleted_with(connection, phone_hash))
    freezes.refuse_erasing(connection, deleted)
    if deleted:
        erase_people(connection, cipher, deleted, "request", member_id)
    conversations = store.count_conversations(connection, phone_hash)
    campaigns = _forget_points(connection, [{"kind": "phone", "hash": phone_hash}], "request")
    store_requests.close_all_of(connection, [], [phone_hash], member_id)
    _forget_elsewhere(connection, cipher, [phone.e164, phone.national])
    audit.record(connection, "privacy.number_erased", member_id=member_id, conversations=conversations)
    requests.log_erasure(connection, cipher, member_id, None, reason, phone_hash)
    return NumberErasure(
        conversations=conversations,
        campaigns=campaigns,
        contacts=len(deleted),
        waiting_uploads=store.waiting_uploads(connection),
    )


def delete(connection: Connection, cipher: TenantCipher, member_id: UUID, contact_id: UUID) -> None:
    """Deletes a contact as staff do, who may come back with the next list; opt-outs stay.

    What nothing else would remove in time goes with it: what they wrote, tags, where the proof of their
    consents lies, cells shown for a mapping. Raises NotFound; Conflict for evidence to keep.
    """
    people.person(connection, contact_id, lock=True)
    family = people.family(connection, contact_id)
    freezes.refuse_erasing(connection, family)
    hashes = [point["hash"] for point in store.points_of(connection, family)]
    contacts.delete(connection, member_id, contact_id)
    store.forget_events(connection, family)
    store.forget_marks(connection, family)
    store.reduce_consents(connection, family, hashes)
    _forget_samples(connection, cipher, at_rest=True)


def erase_people(
    connection: Connection,
    cipher: TenantCipher,
    contact_ids: Sequence[UUID],
    cause: str,
    member_id: UUID | None,
) -> None:
    """Erases contacts; all who are part of them are named too. Running it again changes nothing."""
    store.lock_people(connection, contact_ids)
    points = store.points_of(connection, contact_ids)
    values = _values(connection, cipher, contact_ids)
    contacts.erase_all(connection, list(contact_ids))
    gone = store.without_others(connection, points)
    store.forget_copies(connection, contact_ids, [])
    _forget_points(connection, gone, cause)
    store.forget_events(connection, contact_ids)
    store.forget_marks(connection, contact_ids)
    store.reduce_consents(connection, contact_ids, [point["hash"] for point in points])
    store_requests.close_all_of(connection, list(contact_ids), _phones(gone), member_id)
    _forget_elsewhere(connection, cipher, [*values, *map(str, contact_ids)])
    for contact_id in contact_ids:
        store_people.add_event(connection, contact_id, "erased", member_id, {"cause": cause})


def _forget_points(connection: Connection, gone: Sequence[store.Row], cause: str) -> int:
    """What points that nobody has any more have left; in how many campaigns they stood."""
    phones = _phones(gone)
    store.remember_points(connection, gone, cause)
    copies = store.forget_copies(connection, [], phones)
    store.forget_conversations(connection, phones)
    store.forget_masked(connection, gone)
    return copies


def _phones(points: Sequence[store.Row]) -> list[bytes]:
    return [point["hash"] for point in points if point["kind"] == "phone"]


def _forget_elsewhere(connection: Connection, cipher: TenantCipher, words: Sequence[str]) -> None:
    """What names many people and may name these. `words`: how an answer of the API would."""
    store.expire_exports(connection)
    store.forget_carrier_calls(connection)
    _forget_answers(connection, cipher, words)
    _forget_samples(connection, cipher)


def forget_rejects(cipher: TenantCipher) -> int:
    """Deletes the rejected rows of imports in which an erased person's point stands; returns how many.

    With them go the cells that were shown for mappings: a list that waited for its columns while somebody was
    erased may show theirs. Batches in transactions of their own, so it may be killed and begun again.
    """
    after: tuple[UUID, int] | None = None
    deleted = 0
    while True:
        with tenant_transaction(cipher.tenant_id) as connection:
            rows = store.rejects_after(connection, after, ROWS)
            if not rows:
                if store.anybody_erased(connection):
                    _forget_samples(connection, cipher, at_rest=True)
                return deleted
            hashes = {_key(row): _hashes_in(cipher, row) for row in rows}
            gone = store.erased_among(connection, [h for found in hashes.values() for h in found])
            guilty = [row for row in rows if hashes[_key(row)] & gone]
            store.delete_rejects(connection, guilty)
        after, deleted = _key(rows[-1]), deleted + len(guilty)


def _values(connection: Connection, cipher: TenantCipher, contact_ids: Sequence[UUID]) -> list[str]:
    """Points as an answer of the API may show them: for the search in stored answers only, never stored."""
    found = []
    for contact_id in contact_ids:
        row = store_people.contact(connection, contact_id)
        if row is not None:
            shown = contacts.get(connection, cipher, contact_id)
            found += [point.value for point in shown.points]
    return found


def _forget_answers(connection: Connection, cipher: TenantCipher, words: Sequence[str]) -> None:
    for row in store.stored_answers(connection):
        plain = cipher.try_open("idempotency", bytes(row["answer"])) or b""
        if any(word.encode() in plain for word in words):
            store.forget_answer(connection, row)


def _forget_samples(connection: Connection, cipher: TenantCipher, *, at_rest: bool = False) -> None:
    """Cells of a file that its mapping showed; once it is mapped nobody needs them."""
    for row in store.mapped_imports(connection, at_rest=at_rest):
        columns = cipher.open_json("import_columns", bytes(row["columns_sealed"]))
        if any(column.get("samples") for column in columns):
            bare = [{**column, "samples": []} for column in columns]
            store.set_columns(connection, row["id"], cipher.seal_json("import_columns", bare))


def _hashes_in(cipher: TenantCipher, row: store.Row) -> set[bytes]:
    """The points that a rejected row's cells may be."""
    found = set()
    for cell in cipher.open_json("reject", bytes(row["cells_sealed"])):
        numbers = [phone for part in [cell, *_NUMBER.findall(cell)] for phone in parse_phones(part).phones]
        found |= {cipher.point_hash("phone", phone.e164) for phone in numbers}
        found |= {cipher.point_hash("email", email.address) for email in parse_emails(cell).emails}
        kakao_id = parse_kakao_id(cell).kakao_id
        if kakao_id:
            found.add(cipher.point_hash("kakao_id", kakao_id))
    return found


def _key(row: store.Row) -> tuple[UUID, int]:
    return row["import_id"], row["row_number"]
