"""Freezes (발송 중지·자료 보전, 제82조의4): whether sending is stopped, and what must be kept meanwhile."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared.compliance import store_freezes as store
from shared.compliance.models import Freeze, FreezeInput
from shared.kernel.database import Connection
from shared.kernel.errors import Conflict, NotFound
from shared.kernel.ids import new_id


def reason_for(connection: Connection, campaign_id: UUID | None) -> str | None:
    """Why a campaign may not send now; None when it may. Without a campaign: whether all is frozen."""
    return store.reason_for(connection, campaign_id)


def refuse(connection: Connection, campaign_id: UUID) -> None:
    """Raises Conflict while a freeze covers the campaign."""
    if reason_for(connection, campaign_id) is not None:
        raise Conflict("compliance.frozen")


def closes_links(connection: Connection, campaign_id: UUID) -> bool:
    """Whether the campaign itself is frozen: then its links lead nowhere."""
    return store.closes_links(connection, campaign_id)


def keeps_everything(connection: Connection) -> bool:
    """Whether deleting by age must wait: any freeze asks for evidence."""
    return store.any_in_force(connection)


def refuse_erasing(connection: Connection, contact_ids: Sequence[UUID]) -> None:
    """Raises Conflict when a frozen campaign has one of these people (개인정보 보호법 제37조 제2항)."""
    if store.keeps_people(connection, contact_ids):
        raise Conflict("compliance.kept_as_evidence")


def refuse_erasing_number(connection: Connection, phone_hash: bytes) -> None:
    """Raises Conflict when a frozen campaign has a number."""
    if store.keeps_number(connection, phone_hash):
        raise Conflict("compliance.kept_as_evidence")


def refuse_undoing(connection: Connection, import_id: UUID) -> None:
    """Raises Conflict when a frozen campaign has somebody whom the import made and its undo would erase."""
    if store.any_in_force(connection) and store.keeps_people_of_import(connection, import_id):
        raise Conflict("compliance.list_kept_as_evidence")


def all_of(connection: Connection, campaign_id: UUID | None = None) -> list[Freeze]:
    """Freezes, those in force first."""
    return [view(row) for row in store.all_of(connection, campaign_id)]


def add(connection: Connection, wanted: FreezeInput, member_id: UUID, now: datetime) -> Freeze:
    """Puts a freeze in force; who calls has stopped what sends."""
    freeze_id = new_id()
    store.insert(connection, {"id": freeze_id, "member_id": member_id, "at": now, **wanted.model_dump()})
    return _one(connection, freeze_id)


def lift(connection: Connection, freeze_id: UUID, reason: str, member_id: UUID, now: datetime) -> Freeze:
    """Ends a freeze. Raises NotFound, and Conflict for one that is lifted."""
    _one(connection, freeze_id)
    if not store.lift(connection, freeze_id, reason, member_id, now):
        raise Conflict("compliance.already_lifted")
    return _one(connection, freeze_id)


def _one(connection: Connection, freeze_id: UUID) -> Freeze:
    row = store.get(connection, freeze_id)
    if row is None:
        raise NotFound
    return view(row)


def view(row: store.Row) -> Freeze:
    """A freeze as the API shows it."""
    return Freeze(**{name: row[name] for name in Freeze.model_fields})
