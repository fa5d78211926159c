"""What happened to a contact: everything from every module in one stream, newest first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from shared.contacts import store, store_merges, store_timeline
from shared.contacts.changes import changes_of
from shared.contacts.models import TimelineItem
from shared.kernel.database import Connection
from shared.kernel.errors import NotFound, ValidationFailed
from shared.kernel.pages import Page
from shared.security.cipher import TenantCipher

_LAST_NUMBER, _LAST_ID = 2**63 - 1, UUID(int=2**128 - 1)
_END = datetime(9999, 1, 1, tzinfo=UTC)
_IMPORTS = "i"
# Arm → its query, and the keys after and before all others. Items of one moment come in the arms' order.
_ARMS: dict[str, tuple[Callable[..., list[store.Row]], Any, Any]] = {
    "c": (store_timeline.edits, _LAST_NUMBER, -1),
    "e": (store_timeline.events, _LAST_NUMBER, -1),
    "g": (store_timeline.merges, _LAST_NUMBER, -1),
    "m": (store_timeline.messages, _LAST_ID, UUID(int=0)),
    "n": (store_timeline.notes, _LAST_ID, UUID(int=0)),
    "u": (store_timeline.partings, _LAST_NUMBER, -1),
}


@dataclass(frozen=True)
class _Place:
    """Where a page ends: moment, arm, key in the arm."""

    at: datetime
    arm: str
    key: str

    @classmethod
    def read(cls, cursor: str | None) -> "_Place":
        """Raises ValidationFailed for what is no cursor of ours."""
        if not cursor:
            return cls(_END, "", "")
        try:
            at, arm, key = cursor.split("~")
            place = cls(datetime.fromisoformat(at), arm, key)
            if arm == _IMPORTS:
                place.row()
            else:
                type(_ARMS[arm][1])(key)
            if place.at.tzinfo is None:
                raise ValueError(cursor)
        except (ValueError, KeyError) as problem:
            raise ValidationFailed from problem
        return place

    def written(self) -> str:
        """The cursor that `read` reads."""
        return f"{self.at.isoformat()}~{self.arm}~{self.key}"

    def row(self) -> tuple[UUID, int]:
        import_id, _, row_number = self.key.partition(":")
        return UUID(import_id), int(row_number)

    def key_in(self, arm: str) -> Any:
        """The key before which an arm's items of this very moment come."""
        _, last, first = _ARMS[arm]
        if arm == self.arm:
            return type(last)(self.key)
        return last if arm < self.arm else first

    def import_row(self) -> tuple[UUID, int]:
        """The row of a file before which those of the imports' arm come. Import ids begin with a moment."""
        if self.arm == _IMPORTS:
            return self.row()
        milliseconds = self.at.timestamp() * 1000
        earliest = int(milliseconds) + (self.arm > _IMPORTS or milliseconds % 1 > 0)
        return UUID(int=min(earliest, 2**48 - 1) << 80), -1


def timeline(
    connection: Connection, cipher: TenantCipher, contact_id: UUID, cursor: str | None, limit: int
) -> Page[TimelineItem]:
    """What happened to a contact and to those merged into it. Raises NotFound."""
    if store.get_contact(connection, contact_id) is None:
        raise NotFound
    place = _Place.read(cursor)
    family = store_merges.family(connection, [contact_id])
    found: list[tuple[_Place, store.Row]] = []
    for arm, (query, _, _) in _ARMS.items():
        rows = query(connection, family, place.at, place.key_in(arm), limit + 1)
        found += [(_Place(row["at"], arm, str(row["key"])), row) for row in rows]
    for row in store_timeline.import_rows(connection, family, *place.import_row(), limit + 1):
        key = f"{row['import_id']}:{row['row_number']}"
        found.append((_Place(_moment(row["import_id"]), _IMPORTS, key), row))
    found.sort(key=_in_order, reverse=True)
    page = found[:limit]
    cursor = page[-1][0].written() if len(found) > limit else None
    return Page(_items(connection, cipher, page), cursor)


def _in_order(one: tuple[_Place, store.Row]) -> tuple[Any, ...]:
    place, row = one
    key = place.row() if place.arm == _IMPORTS else row["key"]
    return place.at, place.arm, key


def _moment(import_id: UUID) -> datetime:
    """When a file was uploaded: a UUIDv7 begins with the milliseconds."""
    return datetime.fromtimestamp((import_id.int >> 80) / 1000, UTC)


def _items(
    connection: Connection, cipher: TenantCipher, page: Sequence[tuple[_Place, store.Row]]
) -> list[TimelineItem]:
    logged = [row for place, row in page if place.arm in ("c", _IMPORTS)]
    changes = changes_of(
        connection,
        cipher,
        sorted({row["contact_id"] for row in logged}),
        sorted({row["cause_id"] if "cause_id" in row else row["import_id"] for row in logged}),
    )
    return [_item(cipher, place, row, changes) for place, row in page]


def _item(
    cipher: TenantCipher, place: _Place, row: store.Row, changes: dict[tuple[UUID, UUID], Any]
) -> TimelineItem:
    if place.arm == _IMPORTS:
        return _import_item(cipher, place, row, changes)
    detail: dict[str, Any] = dict(row.get("detail") or {})
    if place.arm == "c":
        detail |= {
            "fields": row["fields"],
            "changes": changes.get((row["contact_id"], row["cause_id"]), []),
            **({"bulk_id": row["cause_id"]} if row["kind"] == "bulk" else {}),
        }
    if place.arm in ("g", "u"):
        detail |= _merge_detail(cipher, row)
    for name in ("import_id", "member_id"):
        if row.get(name):
            detail[name] = row[name]
    if row.get("detail_sealed"):
        detail |= cipher.open_json("event", row["detail_sealed"])
    kind = {"g": "merged", "u": "unmerged"}.get(place.arm) or row["kind"]
    # A note is known by its own id, by which it is changed and deleted.
    item_id = place.key if place.arm == "n" else place.arm + place.key
    return TimelineItem(id=item_id, kind=kind, at=place.at, detail=detail)


def _merge_detail(cipher: TenantCipher, row: store.Row) -> dict[str, Any]:
    return {
        "merge_id": row["id"],
        "kept_id": row["kept_id"],
        "kept_name": cipher.open_optional("name", row["kept_name"]),
        "merged_id": row["merged_id"],
        "merged_name": cipher.open_optional("name", row["merged_name"]),
    }


def _import_item(
    cipher: TenantCipher, place: _Place, row: store.Row, changes: dict[tuple[UUID, UUID], Any]
) -> TimelineItem:
    file_name = cipher.open("file_name", row["file_name_sealed"])
    detail = {
        "import_id": row["import_id"],
        "file_name": file_name,
        "row_number": row["row_number"],
        "outcome": row["outcome"],
        "result": row["outcome"],
        "repaired": row["repaired"],
        "member_id": row["member_id"],
        "undone_at": row["undone_at"],
        "changes": changes.get((row["contact_id"], row["import_id"]), []),
    }
    return TimelineItem(id=place.arm + place.key, kind="import", at=place.at, title=file_name, detail=detail)
