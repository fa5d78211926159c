"""Opt-outs: who must not be messaged, on a channel or at all, whatever list they come back in.

Kept as keyed hashes of contact points, so that they outlive the contact and no import revives them
(공직선거법 제82조의5 제1항: nobody may be sent campaign information against an explicit refusal). A
refusal of any point of a person bars the person: `all` on every channel, `sms` for texts (SMS, LMS, MMS),
`kakao` for Alimtalk and brand messages, `email` for e-mail.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from shared.contacts import search
from shared.contacts.emails import parse_emails
from shared.contacts.kakao_ids import parse_kakao_id
from shared.contacts.phones import parse_phones
from shared.kernel.database import Connection
from shared.kernel.errors import Detail, NotFound, ValidationFailed
from shared.kernel.i18n import text
from shared.kernel.ids import new_id
from shared.kernel.pages import Page
from shared.messaging import people
from shared.messaging import store_opt_outs as store
from shared.messaging.opt_out_models import OptOutDraft, OptOutView
from shared.security import audit
from shared.security.cipher import TenantCipher

_MASKED = "opt_out_masked"

# The points by which a person is reached on a channel.
_KINDS = {
    "all": ("phone", "email", "kakao_id"),
    "sms": ("phone",),
    "kakao": ("phone", "kakao_id"),
    "email": ("email",),
}


class Point(NamedTuple):
    """A contact point: kind (phone, email, kakao_id) and its normalised value."""

    kind: str
    value: str


def list_page(
    connection: Connection,
    cipher: TenantCipher,
    *,
    before: UUID | None,
    limit: int,
    q: str = "",
    channel: str | None = None,
    source: str | None = None,
) -> Page[OptOutView]:
    """A page of opt-outs, newest first, masked. `q`: a whole phone, e-mail or Kakao id, or whatever finds a
    contact that has the point."""
    asked = {"before": before, "limit": limit + 1, "channel": channel, "source": source}
    if q.strip():
        rows = store.found_page(connection, {**asked, **_wanted(connection, cipher, q)})
    else:
        rows = store.page(connection, asked)
    items = [_view(row, cipher) for row in rows[:limit]]
    return Page(items, str(items[-1].id) if len(rows) > limit else None)


def create(connection: Connection, cipher: TenantCipher, draft: OptOutDraft, member_id: UUID) -> OptOutView:
    """Opt a point out, or every point of a contact that the channel uses; once is as good as twice.

    Raises ValidationFailed for what is no phone, address or id, NotFound for no contact.
    """
    points = (
        _points_of(connection, cipher, draft.contact_id, draft.channel)
        if draft.contact_id is not None
        else [_given(draft)]
    )
    if not points:
        raise _refused("opt_out.no_point", "contact_id")
    rows = [_row(cipher, one, draft.channel, "hand", draft.reason, member_id) for one in points]
    _insert(connection, rows, member_id)
    row = store.by_point(connection, rows[0]["kind"], rows[0]["hash"], draft.channel)
    if row is None:
        raise NotFound
    return _view(row, cipher)


def create_for(
    connection: Connection, cipher: TenantCipher, contact_id: UUID, channel: str, member_id: UUID
) -> int:
    """Opt out every point of a contact that the channel uses; how many were new. Nobody to reach is no error.

    Raises NotFound.
    """
    points = _points_of(connection, cipher, contact_id, channel)
    rows = [_row(cipher, one, channel, "hand", "manual", member_id) for one in points]
    return len(_insert(connection, rows, member_id))


def add(connection: Connection, cipher: TenantCipher, phone: str, reason: str) -> bool:
    """Opt out an E.164 number that answered with a keyword; False when it already was."""
    rows = [_row(cipher, Point("phone", phone), "all", "keyword", reason, None)]
    return bool(_insert(connection, rows, None, told=reason))


def add_from_carrier(connection: Connection, recipients: Sequence[dict[str, Any]]) -> bool:
    """Opt out recipients who refused at the carrier. Rows as `store_recipients.phones_of`."""
    rows = [_hashed("phone", recipient["phone_hash"], None, "carrier") for recipient in recipients]
    return bool(_insert(connection, rows, None, told="carrier"))


def take_from_carrier(connection: Connection, cipher: TenantCipher, phones: Iterable[str]) -> int:
    """Opt out the E.164 numbers of a carrier's own list of refusals (080); how many were new."""
    points = {Point("phone", phone) for phone in phones}
    return take(connection, cipher, points, channel="all", source="carrier", reason="carrier", member_id=None)


def add_by_link(
    connection: Connection, cipher: TenantCipher, phone_hash: bytes, phone_sealed: bytes | None
) -> bool:
    """Opt out a recipient who tapped their opt-out link; False when they already were."""
    phone = cipher.open_optional(people.PHONE, phone_sealed)
    masked = seal_masked(cipher, "phone", phone) if phone else None
    return bool(_insert(connection, [_hashed("phone", phone_hash, masked, "link")], None, told="link"))


def take(
    connection: Connection,
    cipher: TenantCipher,
    points: Iterable[Point],
    *,
    channel: str,
    source: str,
    reason: str,
    member_id: UUID | None,
) -> int:
    """Opt out many points at once; how many were new."""
    rows = [_row(cipher, one, channel, source, reason, member_id) for one in points]
    return _insert_many(connection, rows, member_id, source)


def from_import(
    connection: Connection,
    member_id: UUID | None,
    kinds: Sequence[str],
    hashes: Sequence[bytes],
    masked_sealed: Sequence[bytes | None],
) -> int:
    """Opt out points that a list marks as refused (its column 수신거부); how many were new.

    Three arrays of equal length; `masked_sealed`: `seal_masked` of each. Set-based, safe to repeat.
    """
    points = zip(kinds, hashes, masked_sealed, strict=True)
    rows = {
        (kind, point): _hashed(kind, point, masked, "file", reason="import", member_id=member_id)
        for kind, point, masked in points
    }
    return _insert_many(connection, list(rows.values()), member_id, "file")


def seal_masked(cipher: TenantCipher, kind: str, value: str) -> bytes:
    """What an opt-out shows of a point: 010-****-5678, ho***@naver.com."""
    return cipher.seal(_MASKED, people.masked(value) if kind == "phone" else _masked_word(value))


def bars(connection: Connection, cipher: TenantCipher, phone: str, family: str) -> bool:
    """Whether an E.164 number must not be messaged on a family of channels (sms, kakao).

    It opted out, or its holder did by another point.
    """
    return store.bars(connection, cipher.point_hash("phone", phone), family)


def remove(connection: Connection, opt_out_id: UUID, member_id: UUID, reason: str) -> None:
    """Take an opt-out back, because the person asked for it; the reason is audited. Raises NotFound."""
    row = store.delete(connection, opt_out_id)
    if row is None:
        raise NotFound
    target, channel = str(opt_out_id), row["channel"]
    audit.record(
        connection, "opt_out.removed", member_id=member_id, target=target, reason=reason, channel=channel
    )
    for contact_id in store.holders(connection, row["kind"], [row["hash"]]).values():
        store.add_event(connection, contact_id, "opt_in", {"channel": channel}, member_id=member_id)


def _wanted(connection: Connection, cipher: TenantCipher, q: str) -> dict[str, Any]:
    """Points that are typed whole, as anybody may have had them, and the newest contacts that match."""
    points = [Point("phone", phone.e164) for phone in parse_phones(q).phones]
    points += [Point("email", email.address) for email in parse_emails(q).emails]
    kakao_id = parse_kakao_id(q).kakao_id
    points += [Point("kakao_id", kakao_id)] if kakao_id else []
    return {
        "kinds": [point.kind for point in points],
        "hashes": [cipher.point_hash(*point) for point in points],
        "contact_ids": search.newest(connection, search.typed(cipher, q), search.FEW_MATCHES),
    }


def _row(
    cipher: TenantCipher, point: Point, channel: str, source: str, reason: str, member_id: UUID | None
) -> dict[str, Any]:
    masked = seal_masked(cipher, *point)
    given = {"reason": reason, "member_id": member_id, "channel": channel}
    return _hashed(point.kind, cipher.point_hash(*point), masked, source, **given)


def _hashed(kind: str, point: bytes, masked: bytes | None, source: str, **given: Any) -> dict[str, Any]:
    usual = {"channel": "all", "reason": source, "member_id": None}
    row = {"id": new_id(), "kind": kind, "hash": point, "masked_sealed": masked, "source": source}
    return {**usual, **row, **given}


def _insert(
    connection: Connection, rows: Sequence[dict[str, Any]], member_id: UUID | None, told: str | None = None
) -> list[dict[str, Any]]:
    """Adds a few, each with a line in the audit log; `told`: what the timeline says beside the channel."""
    # All numbers in order before the audit log is locked: two who do so cannot deadlock.
    added = store.insert(connection, sorted(rows, key=_order))
    for row in added:
        audit.record(connection, "opt_out.added", member_id=member_id, target=str(row["id"]))
    store.add_refusals(connection, added, {"reason": told} if told else {}, member_id)
    return added


def _insert_many(
    connection: Connection, rows: Sequence[dict[str, Any]], member_id: UUID | None, source: str
) -> int:
    """Adds many, with one line in the audit log."""
    added = store.insert(connection, sorted(rows, key=_order))
    if added:
        audit.record(connection, "opt_outs.added", member_id=member_id, source=source, count=len(added))
        store.add_refusals(connection, added, {"reason": source}, member_id)
    return len(added)


def _order(row: dict[str, Any]) -> tuple[str, bytes]:
    return row["kind"], bytes(row["hash"])


def _given(draft: OptOutDraft) -> Point:
    """The one point that was typed. Raises ValidationFailed."""
    if draft.phone is not None:
        cell = parse_phones(draft.phone)
        if len(cell.phones) == 1 and not cell.problems:
            return Point("phone", cell.phones[0].e164)
        raise _refused("opt_out.number", "phone")
    if draft.email is not None:
        emails = parse_emails(draft.email)
        if len(emails.emails) == 1 and not emails.problems:
            return Point("email", emails.emails[0].address)
        raise _refused("opt_out.email", "email")
    kakao_id = parse_kakao_id(draft.kakao_id or "").kakao_id
    if kakao_id is None:
        raise _refused("opt_out.kakao_id", "kakao_id")
    return Point("kakao_id", kakao_id)


def _refused(key: str, field: str) -> ValidationFailed:
    return ValidationFailed(details=[Detail(text(key), field=field)])


def _points_of(connection: Connection, cipher: TenantCipher, contact_id: UUID, channel: str) -> list[Point]:
    """A contact's own points or, if it has none, the family's phones: who refuses there refuses, as in lists.
    An office's address is not refused by one who only shares it. Raises NotFound."""
    if not store.contact_exists(connection, contact_id):
        raise NotFound
    rows = store.points_of_contact(connection, contact_id, _KINDS[channel])
    return [Point(row["kind"], cipher.open(row["kind"], row["value_sealed"])) for row in rows]


def _masked_word(value: str) -> str:
    name, at, domain = value.partition("@")
    return name[:2] + "*" * max(1, len(name) - 2) + at + domain


def _view(row: dict[str, Any], cipher: TenantCipher) -> OptOutView:
    masked = cipher.open_optional(_MASKED, row["masked_sealed"])
    return OptOutView(**{**row, "value_masked": masked})
