"""Verbs on contacts: list, read, create, change, delete."""

import unicodedata
from collections.abc import Iterable
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from shared.contacts import history, notes, shared_points, store, store_imports, store_point_history
from shared.contacts.indexing import reindex, reindex_all
from shared.contacts.models import (
    Contact,
    ContactInput,
    ContactPoint,
    TagCount,
)
from shared.contacts.names import clean_name
from shared.contacts.phones import national
from shared.contacts.point_input import read_points, set_points
from shared.contacts.refusing import refuse_identifiers
from shared.kernel.database import Connection
from shared.kernel.errors import NotFound, ValidationFailed
from shared.kernel.ids import new_id
from shared.security.cipher import TenantCipher

BY_HAND = "직접 입력"
MOST_TAGS = 1_000
_KINDS = {"phones": "phone", "emails": "email", "kakao_ids": "kakao_id"}


class Items:
    """What lists and the contact page both show of contacts, as dicts."""

    def __init__(self, cipher: TenantCipher) -> None:
        opener = cipher.opener
        self._name, self._address, self._note = opener("name"), opener("address"), opener("note")
        self._phone, self._email, self._kakao_id = opener("phone"), opener("email"), opener("kakao_id")

    def of(
        self,
        row: Any,
        points: Iterable[tuple[str, bytes]],
        *,
        opted_out: bool,
        contacted_at: datetime | None,
    ) -> dict[str, Any]:
        """One contact; `row` has its columns as attributes, `points` are (kind, sealed value)."""
        phones: list[str] = []
        emails: list[str] = []
        kakao_ids: list[str] = []
        for kind, sealed in points:
            if kind == "phone":
                phones.append(national(self._phone(sealed)))
            elif kind == "email":
                emails.append(self._email(sealed))
            else:
                kakao_ids.append(self._kakao_id(sealed))
        name, address, note = row.name_sealed, row.address_sealed, row.note_sealed
        return {
            "id": row.id,
            "name": None if name is None else self._name(name),
            "phones": phones,
            "emails": emails,
            "kakao_ids": kakao_ids,
            "tags": row.tags,
            "address": None if address is None else self._address(address),
            "note": None if note is None else self._note(note),
            "opted_out": opted_out,
            "created_at": row.created_at,
            "updated_at": row.updated_at,
            "last_contacted_at": contacted_at,
        }


def _shown(cipher: TenantCipher, kind: str, sealed: bytes) -> str:
    value = cipher.open(kind, sealed)
    return national(value) if kind == "phone" else value


def get(connection: Connection, cipher: TenantCipher, contact_id: UUID) -> Contact:
    """One contact whole. Raises NotFound."""
    row = store.get_contact(connection, contact_id)
    if row is None:
        raise NotFound
    points = store.points_of(connection, [contact_id])
    shared = shared_points.shared_by(connection, cipher, [contact_id])[contact_id]
    return Contact(
        **Items(cipher).of(
            SimpleNamespace(**row),
            ((point["kind"], point["value_sealed"]) for point in points),
            opted_out=any(point["opted_out"] for point in points),
            contacted_at=store.last_contacted(connection, contact_id),
        ),
        birth=cipher.open_optional("birth", row["birth_sealed"]),
        custom=cipher.open_json("custom", row["custom_sealed"]) if row["custom_sealed"] else {},
        source=row["source"],
        legal_basis=row["legal_basis"],
        import_id=row["import_id"],
        aliases=[cipher.open("name", sealed) for sealed in store.aliases_of(connection, contact_id)],
        points=[
            ContactPoint(
                id=point["hash"].hex(),
                kind=point["kind"],
                value=_shown(cipher, point["kind"], point["value_sealed"]),
                textable=point["textable"],
                opted_out=point["opted_out"],
            )
            for point in points
        ],
        shared_phones=shared.phones,
        shared_emails=shared.emails,
    )


def create(connection: Connection, cipher: TenantCipher, member_id: UUID, wanted: ContactInput) -> Contact:
    """A new contact. Raises ValidationFailed (nothing given, a bad phone) or Conflict (a taken point)."""
    points = read_points(wanted)
    refuse_identifiers(_texts(wanted))
    name = clean_name(wanted.name).display
    if not name and not points:
        raise ValidationFailed("contacts.nothing_given")
    contact_id = new_id()
    values = _columns(cipher, wanted, {*ContactInput.model_fields})
    # Nobody may be written to whose data is from nowhere (개인정보 보호법 제20조): a member typed this in.
    values["source"] = values["source"] or BY_HAND
    store.insert_contact(connection, contact_id, values)
    set_points(connection, cipher, contact_id, points, set(_KINDS.values()))
    store.insert_event(connection, contact_id, "created", member_id=member_id)
    reindex(connection, cipher, contact_id)
    return get(connection, cipher, contact_id)


def change(
    connection: Connection, cipher: TenantCipher, member_id: UUID, contact_id: UUID, wanted: ContactInput
) -> Contact:
    """Sets the fields that were sent. Raises NotFound, ValidationFailed, Conflict as `create`."""
    before = store.get_contact(connection, contact_id, lock=True)
    if before is None:
        raise NotFound
    refuse_identifiers(_texts(wanted))
    sent, edit_id = wanted.model_fields_set, new_id()
    columns = _columns(cipher, wanted, sent)
    store.update_contact(connection, contact_id, columns)
    history.log_fields(connection, contact_id, "edit", edit_id, member_id, before, columns)
    kinds = {kind for name, kind in _KINDS.items() if name in sent}
    with history.points_logged(connection, contact_id, edit_id, member_id) as lost:
        set_points(connection, cipher, contact_id, read_points(wanted), kinds)
    shared_points.give_up(connection, contact_id, lost)
    heirs = shared_points.promote_all(connection, lost)
    reindex_all(connection, cipher, [contact_id, *heirs])
    return get(connection, cipher, contact_id)


def _texts(wanted: ContactInput) -> dict[str, str | None]:
    """What was sent in words, by its place in the body."""
    words = {f"tags.{i}": tag for i, tag in enumerate(wanted.tags)}
    words |= {f"custom.{label}": value for label, value in wanted.custom.items()}
    whole = {"name": wanted.name, "address": wanted.address, "birth": wanted.birth, "note": wanted.note}
    return words | whole


def _columns(cipher: TenantCipher, wanted: ContactInput, sent: set[str]) -> dict[str, Any]:
    """The columns for the fields that were sent."""
    cleaned = clean_name(wanted.name)
    texts = {
        "name": cleaned.display,
        "address": (wanted.address or "").strip(),
        "birth": (wanted.birth or "").strip(),
        "note": _with_title((wanted.note or "").strip(), cleaned.note),
    }
    columns: dict[str, Any] = {}
    for field, value in texts.items():
        if field in sent:
            columns[f"{field}_sealed"] = cipher.seal_optional(field, value)
            columns[f"{field}_hash"] = cipher.field_hash(field, value) if value else None
    if "custom" in sent:
        columns |= _custom_columns(cipher, wanted.custom)
    if "tags" in sent:
        columns["tags"] = list(dict.fromkeys(unicodedata.normalize("NFC", tag) for tag in wanted.tags))
    for name in ("source", "legal_basis"):
        if name in sent:
            columns[name] = getattr(wanted, name)
    return columns


def _with_title(note: str, title: str) -> str:
    """The note, with what stood behind the name (위원장), unless it is there already."""
    return note if title in note else "\n".join(filter(None, (note, title)))


def _custom_columns(cipher: TenantCipher, custom: dict[str, str]) -> dict[str, Any]:
    if not custom:
        return {"custom_sealed": None, "custom_hash": None}
    sealed = cipher.seal_json("custom", custom)
    return {
        "custom_sealed": sealed,
        "custom_hash": cipher.field_hash("custom", cipher.open("custom", sealed)),
    }


def delete(connection: Connection, member_id: UUID, contact_id: UUID) -> None:
    """Erases a contact's personal data (개인정보 보호법 제36조); opt-outs stay. Raises NotFound."""
    if store.get_contact(connection, contact_id, lock=True) is None:
        raise NotFound
    erase_all(connection, [contact_id])
    store.insert_event(connection, contact_id, "deleted", member_id=member_id)


def erase_all(connection: Connection, contact_ids: list[UUID]) -> None:
    """Erases contacts and all who are part of them, with their histories; opt-outs stay."""
    everybody = history.family(connection, contact_ids)
    points = store_point_history.points_held(connection, everybody)
    for contact_id in everybody:
        store.erase_contact(connection, contact_id)
    history.erase(connection, everybody)
    notes.erase(connection, everybody)
    store_imports.forget_repairs(connection, everybody)
    shared_points.forget(connection, everybody)
    # The next who shares a family's phone has it now; they are found by it already.
    shared_points.promote_all(connection, points)


def tags(connection: Connection) -> list[TagCount]:
    """The tags in use with the number of live contacts, most used first, at most MOST_TAGS.

    A column of memos that was taken for tags may have brought a million; nobody picks from so many.
    """
    return [TagCount.model_construct(**row) for row in store.tag_counts(connection, MOST_TAGS)]
