"""The counter of automatic election texts (제59조 제2호): eight for a candidate and an election.

What one launch sends within 24 hours is one send; what it sends later, or with another text, is another.
Sends by other tools are written in by hand. A campaign that ended without one text having left does not
count.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.compliance import registers, store_elections
from shared.compliance import store_sends as store
from shared.compliance.election import SEND_LIMIT, SEND_WINDOW
from shared.compliance.models import Counter, ElectionSend, SendInput
from shared.kernel.clock import seoul_date
from shared.kernel.database import Connection
from shared.kernel.errors import Detail, NotFound, ValidationFailed
from shared.kernel.i18n import text
from shared.kernel.ids import new_id
from shared.security import audit


@dataclass(frozen=True)
class Place:
    """Where a campaign stands: `before` sends are counted without the one it would make at this moment.

    `next_number` is that of the window it needs, None while one of its windows is open.
    """

    election: dict[str, Any] | None
    before: int
    next_number: int | None


def place_of(connection: Connection, campaign_id: UUID | None, at: datetime, *, lock: bool = False) -> Place:
    """How many sends come before what a campaign would send at a moment.

    `lock` holds the election's row until the transaction ends: two launches cannot both be the eighth.
    """
    election = registers.election_of_candidate(connection, lock=lock)
    if election is None:
        return Place(None, 0, None)
    windows = store.windows_of(connection, campaign_id, election) if campaign_id else []
    own = [one["window_ends"] for one in windows if one["counts"]]
    others = store.count(connection, election, campaign_id)
    if any(end is not None and at < end for end in own):
        return Place(election, others + len(own) - 1, None)
    if campaign_id and windows and not store.has_left(connection, campaign_id):
        return Place(election, others, 1)  # held since its launch: what it was to send is still to come
    return Place(election, others + len(own), len(windows) + 1)


def begin_another(connection: Connection, campaign_id: UUID, at: datetime) -> None:
    """What a campaign sends from now on is another send, if any of its texts has left."""
    store.end_windows(connection, campaign_id, at)


def take(
    connection: Connection, place: Place, campaign_id: UUID, at: datetime, member_id: UUID | None
) -> None:
    """Counts the send that a campaign begins at a moment. The caller holds the election's lock."""
    if place.election is None or place.next_number is None:
        return
    store.put(
        connection,
        {
            "id": new_id(),
            "election_id": place.election["id"],
            "campaign_id": campaign_id,
            "number": place.next_number,
            "sent_on": seoul_date(at),
            "window_ends": at + SEND_WINDOW,
            "recipients": None,
            "note": "",
            "member_id": member_id,
        },
    )


def counter(connection: Connection, election_id: UUID) -> Counter:
    """How many of the eight are used. Raises NotFound."""
    found = [one for one in of_election(connection, election_id) if one.counted]
    elsewhere = sum(one.campaign_id is None for one in found)
    used = len(found)
    return Counter(limit=SEND_LIMIT, used=used, elsewhere=elsewhere, left=max(0, SEND_LIMIT - used))


def of_election(connection: Connection, election_id: UUID) -> list[ElectionSend]:
    """Every send of an election, those of other tools included. Raises NotFound."""
    election = store_elections.get(connection, election_id)
    if election is None:
        raise NotFound
    names = ElectionSend.model_fields
    return [ElectionSend(**{name: row[name] for name in names}) for row in store.all_of(connection, election)]


def add_elsewhere(
    connection: Connection, member_id: UUID, election_id: UUID, wanted: SendInput, now: datetime
) -> ElectionSend:
    """Writes in a send that another tool made. Raises NotFound; ValidationFailed for a day to come."""
    if wanted.sent_on > seoul_date(now):
        raise ValidationFailed(details=[Detail(text("compliance.sent_in_the_future"), field="sent_on")])
    if store_elections.lock(connection, election_id) is None:
        raise NotFound
    send_id = new_id()
    common = {"campaign_id": None, "number": 1, "window_ends": None, "member_id": member_id}
    store.put(connection, {"id": send_id, "election_id": election_id, **common, **wanted.model_dump()})
    audit.record(
        connection,
        "election_send.added",
        member_id=member_id,
        target=str(send_id),
        sent_on=wanted.sent_on.isoformat(),
    )
    return next(one for one in of_election(connection, election_id) if one.id == send_id)


def remove_elsewhere(connection: Connection, member_id: UUID, election_id: UUID, send_id: UUID) -> None:
    """Takes such a send back. Raises NotFound, also for what this hub sent itself."""
    if not store.delete_elsewhere(connection, election_id, send_id):
        raise NotFound
    audit.record(connection, "election_send.removed", member_id=member_id, target=str(send_id))
