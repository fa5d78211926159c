"""The review queue: what members see of people who may be one, and what they decide."""

from typing import Any, NamedTuple
from uuid import UUID

from shared.contacts import contacts, merging, store_merges, store_reviews
from shared.contacts.indexing import reindex
from shared.contacts.models import Contact
from shared.contacts.review_models import (
    FieldPair,
    FieldValue,
    Reason,
    ReviewDecision,
    ReviewItem,
    ReviewQuery,
)
from shared.kernel.database import Connection
from shared.kernel.errors import Conflict, NotFound, ValidationFailed
from shared.kernel.i18n import text
from shared.kernel.pages import Page
from shared.security.cipher import TenantCipher

COUNTED = 10_000
_JOINED = ("phones", "emails", "kakao_ids", "tags")
_SHOWN = ("name", "phones", "emails", "kakao_ids", "address", "birth", "tags", "note", "custom")
_DECIDED = {"merge": "merged", "keep_apart": "kept_apart"}


class Outcome(NamedTuple):
    """What a decision did. `changed`: contacts to be reviewed anew: one took another's values, or a
    third linked them with others (`thirds`)."""

    merge_id: UUID | None = None
    changed: tuple[UUID, ...] = ()


def list_page(
    connection: Connection, cipher: TenantCipher, query: ReviewQuery, language: str
) -> Page[ReviewItem]:
    """Open entries, the likeliest first. Opens the values of the page's contacts only."""
    rows = store_reviews.page(connection, query.kind, _read_cursor(query.cursor), query.limit + 1)
    page = rows[: query.limit]
    cursor = f"{page[-1]['score']!r}_{page[-1]['id']}" if len(rows) > query.limit else None
    apart = store_reviews.kept_apart(connection) if page else set()
    items = [
        _item(connection, cipher, row, language)
        for row in page
        if (row["left_id"], row["right_id"]) not in apart
    ]
    return Page(items, cursor, _total(connection, query.kind))


def _total(connection: Connection, kind: str | None) -> dict[str, Any]:
    count = store_reviews.count_open(connection, kind, COUNTED)
    return {"value": min(count, COUNTED), "relation": "gte" if count > COUNTED else "eq"}


def _read_cursor(cursor: str | None) -> tuple[float, UUID] | None:
    if cursor is None:
        return None
    score, _, last = cursor.partition("_")
    try:
        return float(score), UUID(last)
    except ValueError as error:
        raise ValidationFailed from error


def _item(connection: Connection, cipher: TenantCipher, row: store_reviews.Row, language: str) -> ReviewItem:
    left = contacts.get(connection, cipher, row["left_id"])
    if row["alias_hash"]:
        right = left.model_copy(update={"name": _alias(connection, cipher, row)})
    else:
        right = contacts.get(connection, cipher, row["right_id"])
    return ReviewItem.model_construct(
        id=row["id"],
        score=round(row["score"], 4),
        kind=row["kind"],
        reasons=[
            Reason(code=code, message=text(f"similar.{code}").in_language(language))
            for code in row["reasons"]
        ],
        left=left,
        right=right,
        fields=[_field(name, left, right) for name in _SHOWN],
        created_at=row["created_at"],
    )


def _alias(connection: Connection, cipher: TenantCipher, row: store_reviews.Row) -> str | None:
    alias = store_reviews.alias(connection, row["left_id"], row["alias_hash"])
    return cipher.open("name", alias["name_sealed"]) if alias else None


def _field(name: str, left: Contact, right: Contact) -> FieldPair:
    one, other = getattr(left, name), getattr(right, name)
    return FieldPair.model_construct(
        field=name,
        left=one,
        right=other,
        equal=(sorted(one) == sorted(other)) if name in _JOINED else one == other,
        suggestion="both" if name in _JOINED else _fuller(one, other),
    )


def _fuller(left: FieldValue, right: FieldValue) -> str:
    """The side that says more; the older contact's when both say as much."""
    return "right" if len(right or "") > len(left or "") else "left"


def resolve(
    connection: Connection, cipher: TenantCipher, member_id: UUID, review_id: UUID, wanted: ReviewDecision
) -> Outcome:
    """Merges the pair or remembers for ever that it is two people.

    A second click with the same decision answers the same; another decision than the one that was taken
    raises Conflict, unless that was a merge which has been undone since: then the pair is decided anew.
    Raises NotFound for an unknown entry or one whose contact has gone.
    """
    entry = store_reviews.get_entry(connection, review_id)
    if entry is None:
        raise NotFound
    # Contacts before the entry, as whoever deletes a contact locks them: no deadlock.
    store_reviews.lock_contacts(connection, [entry["left_id"], entry["right_id"]])
    entry = store_reviews.get_entry(connection, review_id, lock=True)
    if entry is None:
        raise NotFound
    if entry["status"] != "open" and not _taken_back(connection, entry):
        return _again(entry, wanted)
    store_reviews.decide(connection, review_id, _DECIDED[wanted.decision], member_id)
    outcome = _carry_out(connection, cipher, member_id, entry, wanted)
    if outcome.merge_id != entry["merge_id"]:
        store_reviews.record_merge(connection, review_id, outcome.merge_id)
    return outcome


def _taken_back(connection: Connection, entry: store_reviews.Row) -> bool:
    """Whether the pair was merged by this entry and is two contacts again."""
    if entry["status"] != "merged" or entry["merge_id"] is None:
        return False
    merges = store_merges.find_merges(connection, entry["merge_id"])
    return all(merge["undone_at"] is not None for merge in merges)


def _again(entry: store_reviews.Row, wanted: ReviewDecision) -> Outcome:
    if entry["status"] != _DECIDED[wanted.decision]:
        raise Conflict("reviews.decided_otherwise")
    return Outcome(entry["merge_id"])


def _carry_out(
    connection: Connection,
    cipher: TenantCipher,
    member_id: UUID,
    entry: store_reviews.Row,
    wanted: ReviewDecision,
) -> Outcome:
    if wanted.decision == "keep_apart":
        if entry["alias_hash"]:
            _drop_alias(connection, cipher, entry)
            return Outcome()
        return Outcome(changed=(entry["left_id"], entry["right_id"]))
    if entry["alias_hash"]:
        return Outcome()  # they are one contact already, and its other name stays
    sides = {"left": entry["left_id"], "right": entry["right_id"]}
    fields = {name: sides[side] for name, side in wanted.fields.items()}
    keep_id = sides.pop(wanted.keep)
    merge_id = merging.merge(connection, cipher, member_id, keep_id, list(sides.values()), fields)
    return Outcome(merge_id, (keep_id,))


def _drop_alias(connection: Connection, cipher: TenantCipher, entry: store_reviews.Row) -> None:
    """The name that a file gave is somebody else's: the contact loses it.

    It stays one contact, because an e-mail address or Kakao id belongs to one person (the person rule): the
    next list with that address would join two again.
    """
    store_reviews.delete_alias(connection, entry["left_id"], entry["alias_hash"])
    reindex(connection, cipher, entry["left_id"])


def reopen(connection: Connection, review_id: UUID) -> tuple[UUID, UUID]:
    """Takes "two people" back: the pair stands on the queue again. Who is to be reviewed anew.

    Raises NotFound, and Conflict for a pair that was merged (the merge is what is to be undone).
    """
    entry = store_reviews.get_entry(connection, review_id, lock=True)
    if entry is None:
        raise NotFound
    if entry["status"] == "merged" or entry["alias_hash"]:
        raise Conflict("reviews.cannot_reopen")
    store_reviews.reopen(connection, review_id)
    return entry["left_id"], entry["right_id"]
