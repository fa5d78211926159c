"""The log of what people ask for: 열람, 정정, 삭제, 처리정지 (개인정보 보호법 제35조–제37조)."""

from datetime import timedelta
from uuid import UUID

from shared.kernel.clock import seoul_date, utc_now
from shared.kernel.database import Connection
from shared.kernel.errors import Conflict, NotFound
from shared.kernel.i18n import text
from shared.kernel.ids import new_id
from shared.kernel.pages import Page
from shared.privacy import people, phone_numbers, store_people
from shared.privacy import store_requests as store
from shared.privacy.models import PrivacyRequest, RequestAnswer, RequestInput
from shared.security import audit
from shared.security.cipher import TenantCipher

DETAIL = "privacy_request"
ANSWERED_WITHIN = timedelta(days=10)  # 시행령 제41조 제4항, 제43조 제3항, 제44조 제2항


def add(
    connection: Connection, cipher: TenantCipher, member_id: UUID, wanted: RequestInput
) -> PrivacyRequest:
    """Writes a request down, due in ten days. Raises NotFound, ValidationFailed for no number."""
    if wanted.contact_id is not None:
        people.person(connection, wanted.contact_id)
    point_hash = phone_numbers.hash_of(cipher, wanted.phone) if wanted.phone else None
    holder = store_people.holder(connection, "phone", point_hash) if point_hash else None
    request_id = new_id()
    store.insert(
        connection,
        {
            "id": request_id,
            "kind": wanted.kind,
            "contact_id": wanted.contact_id or holder,
            "point_hash": point_hash,
            "detail_sealed": cipher.seal_optional(DETAIL, wanted.detail),
            "due_on": seoul_date(utc_now()) + ANSWERED_WITHIN,
            "member_id": member_id,
        },
    )
    audit.record(
        connection, "privacy.request_added", member_id=member_id, target=str(request_id), kind=wanted.kind
    )
    return get(connection, cipher, request_id)


def get(connection: Connection, cipher: TenantCipher, request_id: UUID) -> PrivacyRequest:
    """One request. Raises NotFound."""
    row = store.get(connection, request_id)
    if row is None:
        raise NotFound
    return _views(connection, cipher, [row])[0]


def list_page(
    connection: Connection, cipher: TenantCipher, status: str | None, before: UUID | None, limit: int
) -> Page[PrivacyRequest]:
    """Requests, newest first."""
    rows = store.page(connection, status, before, limit + 1)
    items = _views(connection, cipher, rows[:limit])
    return Page(items, str(items[-1].id) if len(rows) > limit else None)


def answer(
    connection: Connection, cipher: TenantCipher, member_id: UUID, request_id: UUID, wanted: RequestAnswer
) -> PrivacyRequest:
    """Closes a request. Raises NotFound, Conflict when it is closed already."""
    get(connection, cipher, request_id)
    words = cipher.seal(DETAIL, wanted.answer)
    if not store.answer(connection, request_id, wanted.status, words, member_id):
        raise Conflict("privacy.request_closed")
    audit.record(
        connection,
        "privacy.request_answered",
        member_id=member_id,
        target=str(request_id),
        status=wanted.status,
    )
    return get(connection, cipher, request_id)


def log_erasure(
    connection: Connection,
    cipher: TenantCipher,
    member_id: UUID,
    contact_id: UUID | None,
    reason: str,
    point_hash: bytes | None = None,
) -> None:
    """Notes that somebody was erased and why, as a request that is answered. Whom: a contact or a number."""
    request_id, today = new_id(), seoul_date(utc_now())
    store.insert(
        connection,
        {
            "id": request_id,
            "kind": "erasure",
            "contact_id": contact_id,
            "point_hash": point_hash,
            "detail_sealed": cipher.seal(DETAIL, reason),
            "due_on": today,
            "member_id": member_id,
        },
    )
    words = cipher.seal(DETAIL, text("privacy.erased").ko)
    store.answer(connection, request_id, "answered", words, member_id)


def _views(connection: Connection, cipher: TenantCipher, rows: list[store.Row]) -> list[PrivacyRequest]:
    names = store_people.names(connection, [row["living_id"] for row in rows if row["living_id"]])
    today = seoul_date(utc_now())
    same = ("id", "kind", "status", "due_on", "created_at", "answered_at")
    return [
        PrivacyRequest(
            contact_id=row["living_id"] or row["contact_id"],
            contact_name=cipher.open_optional("name", names.get(row["living_id"])),
            detail=cipher.open_optional(DETAIL, row["detail_sealed"]),
            answer=cipher.open_optional(DETAIL, row["answer_sealed"]),
            overdue=row["status"] == "open" and row["due_on"] < today,
            **{name: row[name] for name in same},
        )
        for row in rows
    ]
