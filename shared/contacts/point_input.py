"""Contact points as a member types them: read, refused with a reason, stored."""

from collections.abc import Sequence
from uuid import UUID

from shared.contacts import store
from shared.contacts.emails import parse_emails
from shared.contacts.kakao_ids import parse_kakao_id
from shared.contacts.models import ContactInput
from shared.contacts.phones import parse_phones
from shared.contacts.rows import Point
from shared.kernel.database import Connection
from shared.kernel.errors import Conflict, Detail, ValidationFailed
from shared.kernel.i18n import text
from shared.security.cipher import TenantCipher


def read_points(wanted: ContactInput) -> list[Point]:
    """The normalised points that were sent. Raises ValidationFailed naming each bad one."""
    points: list[Point] = []
    problems: list[Detail] = []

    def take(field: str, found: list[Point], reasons: Sequence[str]) -> None:
        points.extend(found)
        problems.extend(Detail(text(f"reason.{reason}"), field=field) for reason in reasons)

    for i, cell in enumerate(wanted.phones):
        phones = parse_phones(cell)
        found = [Point("phone", p.e164, p.textable, p.repaired) for p in phones.phones]
        take(f"phones.{i}", found, phones.problems)
    for i, cell in enumerate(wanted.emails):
        emails = parse_emails(cell)
        found = [Point("email", e.address, False, e.repaired) for e in emails.emails]
        take(f"emails.{i}", found, emails.problems)
    for i, cell in enumerate(wanted.kakao_ids):
        kakao = parse_kakao_id(cell)
        found = [Point("kakao_id", kakao.kakao_id, False, kakao.repaired)] if kakao.kakao_id else []
        take(f"kakao_ids.{i}", found, kakao.problems)
    if problems:
        raise ValidationFailed(details=problems)
    return list({(p.kind, p.value): p for p in points}.values())


def set_points(
    connection: Connection, cipher: TenantCipher, contact_id: UUID, points: list[Point], kinds: set[str]
) -> None:
    """Makes the contact's points of some kinds exactly these. Raises Conflict for another contact's point."""
    hashes = {point: cipher.point_hash(point.kind, point.value) for point in points}
    for kind in sorted(kinds):
        kept = [point_hash for point, point_hash in hashes.items() if point.kind == kind]
        store.delete_points(connection, contact_id, kind, kept)
    for position, (point, point_hash) in enumerate(hashes.items()):
        if point.kind not in kinds:
            continue
        holder = store.insert_point(
            connection,
            contact_id,
            {
                "kind": point.kind,
                "hash": point_hash,
                "value_sealed": cipher.seal(point.kind, point.value),
                "textable": point.textable,
                "position": position,
            },
        )
        if holder != contact_id:
            taken = Detail(text("contacts.point_taken_by", contact_id=holder), field=point.kind)
            raise Conflict("contacts.point_taken", details=[taken])
