"""What a list says of its people's will: refusals and consents."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from uuid import UUID

from shared.contacts.chunk_rows import Key, Row, RowPoint
from shared.contacts.chunk_writes import ImportContext
from shared.kernel.clock import SEOUL
from shared.kernel.database import Connection
from shared.messaging import opt_outs
from shared.privacy import consents


def write_told(
    connection: Connection,
    context: ImportContext,
    rows: Iterable[tuple[UUID, Row]],
    shares_address: Callable[[UUID, Key], bool],
) -> dict[str, int]:
    """Opts out what a list marks as refused and records the consents it tells of, of rows that tell; how many
    rows said which.

    An office's e-mail address or Kakao id is not refused by one who only shares it: that would silence
    whose it is.
    """
    told = list(rows)
    refused = [
        [point for point in row.points if not shares_address(contact_id, point.key)]
        for contact_id, row in told
        if row.parsed.opted_out
    ]
    refusals = write_refusals(connection, context, refused)
    given = [(contact_id, row.number, _given_at(row)) for contact_id, row in told if row.parsed.consented]
    if given:
        consents.from_import(
            connection,
            context.cipher,
            import_id=context.import_id,
            member_id=context.member_id,
            purpose="processing",
            rows=given,
        )
    return {"refusals": refusals, "consents": len(given)}


def write_refusals(
    connection: Connection,
    context: ImportContext,
    refused: Sequence[Sequence[RowPoint]],
    *,
    shown: bool = True,
) -> int:
    """Opts out the points of rows that a list marks as refused; how many rows had one. Unless `shown`,
    nothing but their hashes is kept."""
    points = {point.key: point.value for row in refused for point in row}
    if points:
        kinds, hashes = zip(*points, strict=True)
        masked = [
            opt_outs.seal_masked(context.cipher, kind, value) if shown else None
            for (kind, _), value in points.items()
        ]
        opt_outs.from_import(connection, context.member_id, kinds, hashes, masked)
    return sum(map(bool, refused))


def _given_at(row: Row) -> datetime | None:
    """The day the list names; otherwise the day of the import counts: later than the truth, never before."""
    try:
        return datetime.combine(date.fromisoformat(row.parsed.consent_at), time(), SEOUL)
    except ValueError:
        return None
