"""Exports: a file of contacts, made in the background, sealed in storage, gone after a day.

Who took which people's data out, how many and why is in the audit log (개인정보의 안전성 확보조치 기준
제8조 ②: downloads are recorded with their reason). A file is fetched with the Authorization header: no
secret stands in an address. One that a killed worker left half made is not there: the next attempt begins
anew.
"""

import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, BinaryIO, NamedTuple, cast
from uuid import UUID

from psycopg.errors import DiskFull

from shared.contacts import custom_fields
from shared.contacts.phones import national
from shared.contacts.sensitive_fields import nothing_hidden
from shared.kernel.clock import SEOUL, utc_now
from shared.kernel.collector import collector_at_rest
from shared.kernel.config import settings
from shared.kernel.database import Connection, system_transaction, tenant_transaction
from shared.kernel.errors import Conflict, NotFound, StorageFull
from shared.kernel.i18n import text
from shared.kernel.ids import new_id
from shared.kernel.pages import Page
from shared.kernel.storage import storage
from shared.security import audit
from shared.security.cipher import TenantCipher, tenant_cipher
from shared.security.sealed_files import SealedReader, SealedWriter
from shared.selections import store as pieces
from shared.selections import store_exports as store
from shared.selections.export_files import CSV_TYPE, XLSX_TYPE, RowFile, open_file
from shared.selections.models import (
    CUSTOM,
    DEFAULT_COLUMNS,
    MAX_CUSTOM_COLUMNS,
    Export,
    ExportRequest,
    Started,
)
from shared.selections.targets import freeze

KEPT_FOR = timedelta(hours=24)
MAX_ATTEMPTS = 5
# Above this an export gets an entry of its own kind in the audit log, for whoever watches it.
LARGE = 10_000
_PIECE_BYTES = 256 * 1024
_SEALED_TEXTS = ("name", "address", "birth", "note")
Row = dict[str, Any]


class Download(NamedTuple):
    """A file on its way out, opened as it streams."""

    chunks: Iterator[bytes]
    content_type: str
    file_name: str


def start(
    connection: Connection, cipher: TenantCipher, member_id: UUID, wanted: ExportRequest, language: str
) -> Started:
    """Writes down whom the file is about, and why; the actor makes it. Raises as `targets.freeze`."""
    export_id = new_id()
    # Exports are an Admin's, who sees everything.
    total = freeze(connection, cipher, export_id, wanted.whom, nothing_hidden)
    columns = wanted.columns or _usual_columns(connection, cipher)
    row = {"id": export_id, "format": wanted.format, "columns": columns, "reason": wanted.reason}
    store.insert(connection, {**row, "language": language, "total": total, "member_id": member_id})
    told: dict[str, Any] = {"rows": total, "reason": wanted.reason, "format": wanted.format}
    _audit(connection, "requested", member_id, export_id, **told, columns=columns)
    if total > LARGE:
        _audit(connection, "large", member_id, export_id, **told)
    return Started(id=export_id, status="queued")


def get(connection: Connection, export_id: UUID, language: str) -> Export:
    """One export. Raises NotFound."""
    row = store.get(connection, export_id)
    if row is None:
        raise NotFound
    return _view(row, utc_now(), language)


def list_page(connection: Connection, before: UUID | None, limit: int, language: str) -> Page[Export]:
    """A page of exports, newest first."""
    rows = store.page(connection, before, limit + 1)
    items = [_view(row, utc_now(), language) for row in rows[:limit]]
    return Page(items, str(items[-1].id) if len(rows) > limit else None)


def make(tenant_id: UUID, export_id: UUID) -> None:
    """Makes the file, unless somebody does. Memory does not grow with it."""
    with tenant_transaction(tenant_id) as connection:
        row = store.begin(connection, export_id, utc_now() - settings().recovery_window)
        if row is None:
            return
        if row["attempt"] > MAX_ATTEMPTS:
            store.end(connection, export_id, "failed", "selection.export_unfinished")
            return
        cipher = tenant_cipher(connection, tenant_id)
    try:
        with storage().write(_key(cipher, export_id)) as target:
            rows = _write(cipher, row, target)
    except _Superseded:
        return
    except _MemberGone:
        fail(tenant_id, export_id, "selection.member_gone")
        return
    except (StorageFull, DiskFull):  # trying again would fill the disk again
        fail(tenant_id, export_id, "selection.export_no_room")
        return
    with tenant_transaction(tenant_id) as connection:
        if store.complete(connection, export_id, row["attempt"], rows, utc_now() + KEPT_FOR):
            pieces.forget(connection, export_id)
            _audit(connection, "completed", row["member_id"], export_id, rows=rows)


def fail(tenant_id: UUID, export_id: UUID, error: str = "selection.export_unfinished") -> None:
    """Ends an export without a file."""
    with tenant_transaction(tenant_id) as connection:
        row = store.get(connection, export_id, lock=True)
        if row is not None and row["status"] in ("queued", "running"):
            store.end(connection, export_id, "failed", error)
            pieces.forget(connection, export_id)


def download(connection: Connection, cipher: TenantCipher, member_id: UUID, export_id: UUID) -> Download:
    """The file, opened as it streams; it is audited. Raises NotFound; Conflict when there is no file."""
    row = store.get(connection, export_id)
    if row is None:
        raise NotFound
    if not _is_there(row, utc_now()):
        raise Conflict("selection.export_not_ready")
    _audit(connection, "downloaded", member_id, export_id, rows=row["rows"])
    day = row["created_at"].astimezone(SEOUL)
    name = f"{text('export.file_name').in_language(row['language'])}-{day:%Y%m%d-%H%M}.{row['format']}"
    chunks = _opened(cipher, _key(cipher, export_id))
    return Download(chunks, XLSX_TYPE if row["format"] == "xlsx" else CSV_TYPE, name)


def stalled(now: datetime) -> list[tuple[UUID, UUID]]:
    """(tenant, export) of what a crash left without a worker."""
    with system_transaction() as connection:
        rows = store.stalled(connection, now - settings().recovery_window)
    return [(row["tenant_id"], row["export_id"]) for row in rows]


def expired(now: datetime) -> list[tuple[UUID, UUID]]:
    """(tenant, export) of files that are due to go."""
    with system_transaction() as connection:
        rows = store.expired(connection, now)
    return [(row["tenant_id"], row["export_id"]) for row in rows]


def expire(tenant_id: UUID, export_id: UUID, now: datetime) -> None:
    """Deletes a file whose time is over. Safe to repeat."""
    with tenant_transaction(tenant_id) as connection:
        row = store.get(connection, export_id, lock=True)
        if row is None or row["status"] != "completed" or row["expires_at"] > now:
            return
        # The mark is committed only when the file is gone; a crash in between repeats both.
        storage().delete_prefix(_prefix(tenant_id, export_id))
        store.end(connection, export_id, "expired")


class _Superseded(Exception):
    """Another attempt has taken over, or the export has ended: this file is not wanted."""


class _MemberGone(Exception):
    """Whoever asked for the file may not have it any more."""


def _write(cipher: TenantCipher, row: Row, target: BinaryIO) -> int:
    sealed = SealedWriter(cipher, target, _key(cipher, row["id"]))
    file = open_file(row["format"], cast(BinaryIO, sealed), _header(row))
    number, written = -1, 0
    while (piece := _add_piece(cipher, row, number, file)) is not None:
        number, written = piece[0], written + piece[1]
    file.close()
    sealed.close()
    return written


def _add_piece(cipher: TenantCipher, row: Row, after: int, file: RowFile) -> tuple[int, int] | None:
    """Writes the next piece; its number and how many people there were. None after the last."""
    with collector_at_rest():
        with tenant_transaction(cipher.tenant_id) as connection:
            piece = pieces.piece_after(connection, row["id"], after)
            _check_wanted(connection, row, len(piece["contact_ids"]) if piece else 0)
            if piece is None:
                return None
            lines = list(_lines(connection, cipher, row["columns"], piece["contact_ids"]))
        file.add(lines)
        return piece["number"], len(lines)


def _check_wanted(connection: Connection, row: Row, done: int) -> None:
    """Counts on. A member who was disabled meanwhile gets no file."""
    if not pieces.is_active_member(connection, row["member_id"]):
        raise _MemberGone
    if not store.progress(connection, row["id"], row["attempt"], done):
        raise _Superseded


def _usual_columns(connection: Connection, cipher: TenantCipher) -> list[str]:
    """What an import takes back, with the camp's own fields; sensitive ones only when they are asked for."""
    fields = custom_fields.all_of(connection, cipher)
    custom = [CUSTOM + field.label for field in fields if not field.sensitive]
    return [*DEFAULT_COLUMNS, *custom[:MAX_CUSTOM_COLUMNS]]


def _header(row: Row) -> list[str]:
    return [
        column.removeprefix(CUSTOM)
        if column.startswith(CUSTOM)
        else text(f"export.{column}").in_language(row["language"])
        for column in row["columns"]
    ]


def _lines(
    connection: Connection, cipher: TenantCipher, columns: list[str], contact_ids: list[UUID]
) -> Iterator[list[str]]:
    points: dict[UUID, list[Row]] = {}
    for point in store.points(connection, contact_ids):
        points.setdefault(point["contact_id"], []).append(point)
    for contact in store.contacts(connection, contact_ids):
        values = _values(cipher, contact, points.get(contact["id"], []))
        yield [values.get(column, "") for column in columns]


def _values(cipher: TenantCipher, contact: Row, points: list[Row]) -> dict[str, str]:
    """What each column says of a contact."""
    found: dict[str, list[str]] = {"phone": [], "email": [], "kakao_id": []}
    for point in points:
        value = cipher.open(point["kind"], point["value_sealed"])
        found[point["kind"]].append(national(value) if point["kind"] == "phone" else value)
    values = {field: cipher.open_optional(field, contact[f"{field}_sealed"]) or "" for field in _SEALED_TEXTS}
    custom = cipher.open_json("custom", contact["custom_sealed"]) if contact["custom_sealed"] else {}
    return {
        **{f"{CUSTOM}{label}": value for label, value in custom.items()},
        **values,
        "phones": ", ".join(found["phone"]),
        "emails": ", ".join(found["email"]),
        "kakao_ids": ", ".join(found["kakao_id"]),
        "tags": ", ".join(contact["tags"]),
        "source": contact["source"] or "",
        "legal_basis": contact["legal_basis"] or "",
        "opted_out": "Y" if any(point["opted_out"] for point in points) else "",
        "created_at": contact["created_at"].astimezone(SEOUL).strftime("%Y-%m-%d %H:%M"),
        "updated_at": contact["updated_at"].astimezone(SEOUL).strftime("%Y-%m-%d %H:%M"),
        "id": str(contact["id"]),
    }


def _opened(cipher: TenantCipher, key: str) -> Iterator[bytes]:
    with storage().read(key) as source:
        reader = io.BufferedReader(SealedReader(cipher, source, key), _PIECE_BYTES)
        while piece := reader.read(_PIECE_BYTES):
            yield piece


def _prefix(tenant_id: UUID, export_id: UUID) -> str:
    return f"exports/{tenant_id}/{export_id}"


def _key(cipher: TenantCipher, export_id: UUID) -> str:
    return f"{_prefix(cipher.tenant_id, export_id)}/file"


def _audit(connection: Connection, what: str, member_id: UUID, export_id: UUID, **detail: Any) -> None:
    audit.record(connection, f"contacts.export_{what}", member_id=member_id, target=str(export_id), **detail)


def _is_there(row: Row, now: datetime) -> bool:
    return bool(row["status"] == "completed" and row["expires_at"] > now)


def _view(row: Row, now: datetime, language: str) -> Export:
    there = _is_there(row, now)
    status = "expired" if row["status"] == "completed" and not there else row["status"]
    url = f"/api/v1/contacts/exports/{row['id']}/download" if there else None
    shown = {name: row[name] for name in Export.model_fields if name in row and name != "status"}
    message = text(row["error"]).in_language(language) if row["error"] else None
    return Export.model_construct(**shown, error_message=message, status=status, download_url=url)
