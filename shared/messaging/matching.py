"""Which of our attempts are in a carrier's list that does not carry our reference: pure functions.

Decided is only what can be told apart: found, or certainly not there. An attempt is undecided when the
list has a message to the same number, taken at that time, that nothing of ours explains; it is then
never sent again by itself. See docs/decisions/0019.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.messaging.gateways import DeliveryEvent, MessageKind
from shared.messaging.gateways.listed import ListedMessage, ListedRequest
from shared.messaging.gateways.request_ids import same_message

# A call begins within 20 s of its attempt and ends within 30; the rest is for clocks that differ.
BEFORE, AFTER = timedelta(minutes=5), timedelta(minutes=10)
_RANK = {"delivered": 0, "pending": 1, "failed": 2}


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt as the ledger keeps it. `number` and `text` are keyed hashes.

    `wanted` when it is looked for; others (of the same request, or known already) explain what is listed.
    `gone` when the carrier turned it away or did not know it: then it explains nothing, and what is listed is
    the attempt's that followed it.
    """

    reference: str
    number: bytes
    text: bytes
    kind: MessageKind
    attempted_at: datetime
    wanted: bool
    carrier_message_id: str | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Hashes:
    """The keyed hashes under which the ledger keeps numbers and texts."""

    number: Callable[[str], bytes]
    text: Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Matched:
    """Events carry our reference. What is neither found nor undecided was not accepted, says the list."""

    events: tuple[DeliveryEvent, ...]
    undecided: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Row:
    """A listed message with hashes; `text` is None when the list does not show it per message."""

    request: str
    kind: MessageKind
    at: datetime | None
    number: bytes
    text: bytes | None
    event: DeliveryEvent


def match(attempts: Sequence[Attempt], requests: Sequence[ListedRequest], hashes: Hashes) -> Matched:
    """Find the wanted attempts among the requests, which must be complete for their time."""
    claimed = {same_message(each.carrier_message_id) for each in attempts if each.carrier_message_id}
    hashed = [(request, _rows(request, hashes)) for request in requests]
    found: dict[str, DeliveryEvent] = {}
    strange: list[_Row] = []
    by_text = [row for _, rows in hashed for row in rows if row.text is not None]
    strange += _match_by_text(attempts, _free(by_text, claimed), found)
    whole = [(request, rows) for request, rows in hashed if rows and rows[0].text is None]
    strange += _match_whole(attempts, whole, hashes, claimed, found)
    return Matched(tuple(found.values()), _undecided(attempts, strange, found))


def _rows(request: ListedRequest, hashes: Hashes) -> list[_Row]:
    """The rows of a request, all with their texts or none: one text alone says nothing of the others."""
    alone = request.text if len(request.messages) == 1 else None
    texts = [alone if message.text is None else message.text for message in request.messages]
    shown = all(text is not None for text in texts)
    return [
        _row(request, message, hashes, text if shown else None)
        for message, text in zip(request.messages, texts, strict=True)
    ]


def _row(request: ListedRequest, message: ListedMessage, hashes: Hashes, text: str | None) -> _Row:
    number = hashes.number(message.number)
    hashed = None if text is None else hashes.text(text)
    return _Row(request.id, request.kind, request.at, number, hashed, message.event)


def _free(rows: Iterable[_Row], claimed: set[str]) -> list[_Row]:
    """Rows that are not known to belong to a message of ours."""
    return [row for row in rows if same_message(row.event.carrier_message_id) not in claimed]


def _match_by_text(
    attempts: Sequence[Attempt], rows: Sequence[_Row], found: dict[str, DeliveryEvent]
) -> list[_Row]:
    """Pair attempts and rows of one number and text, in the order of time; the rows that nothing explains.

    Attempts that share both are interchangeable for their receiver: how many were taken is what counts. A
    row too many is a copy that something on the way made, and belongs to the last of them.
    """
    waiting: dict[Hashable, list[Attempt]] = defaultdict(list)
    for attempt in sorted(attempts, key=lambda each: each.attempted_at):
        if attempt.carrier_message_id is None and not attempt.gone:
            waiting[attempt.number, attempt.text, attempt.kind].append(attempt)
    known = {(attempt.number, attempt.text, attempt.kind) for attempt in attempts}
    strange = []
    for row in sorted(rows, key=_order):
        fitting = [each for each in waiting[row.number, row.text, row.kind] if _in_time(each, row.at)]
        open_ones = [each for each in fitting if each.reference not in found]
        if open_ones or fitting:
            _keep(found, (open_ones or fitting[-1:])[0], row)
        elif (row.number, row.text, row.kind) not in known:
            strange.append(row)
    return strange


def _match_whole(
    attempts: Sequence[Attempt],
    requests: Sequence[tuple[ListedRequest, list[_Row]]],
    hashes: Hashes,
    claimed: set[str],
    found: dict[str, DeliveryEvent],
) -> list[_Row]:
    """Match requests of which only one text is shown by all their numbers; the rows that nothing explains.

    Such a request is ours when every number in it, and the shown text, are of attempts made together.
    """
    together: dict[datetime, list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        if not attempt.gone:
            together[attempt.attempted_at].append(attempt)
    alike: dict[frozenset[datetime], list[list[_Row]]] = defaultdict(list)
    for request, rows in sorted(requests, key=lambda each: _order(each[1][0])):
        free = _free(rows, claimed)
        if free:
            homes = {at for at, batch in together.items() if _holds(batch, request, rows, hashes)}
            alike[frozenset(homes)].append(free)
    strange: list[_Row] = []
    for places, lots in alike.items():
        strange += _assign(sorted(places), lots, together, found)
    return strange


def _holds(batch: Sequence[Attempt], request: ListedRequest, rows: Sequence[_Row], hashes: Hashes) -> bool:
    fitting = [each for each in batch if each.kind == request.kind and _in_time(each, request.at)]
    numbers = {row.number for row in rows}
    if not numbers <= {each.number for each in fitting}:
        return False
    texts = {each.text for each in fitting if each.number in numbers}
    return request.text is not None and hashes.text(request.text) in texts


def _assign(
    homes: Sequence[datetime],
    lots: Sequence[list[_Row]],
    together: dict[datetime, list[Attempt]],
    found: dict[str, DeliveryEvent],
) -> list[_Row]:
    """Give requests to their batches. Several batches that look alike need as many requests each."""
    if len(homes) != 1 and len(homes) != len(lots):
        return [row for lot in lots for row in lot]
    strange: list[_Row] = []
    for index, lot in enumerate(lots):
        batch = together[homes[index if len(homes) > 1 else 0]]
        for row in lot:
            fitting = [each for each in batch if each.number == row.number and not each.carrier_message_id]
            if len({each.text for each in fitting}) > 1:
                strange.append(row)  # two texts to one number: which of them this was is not shown
            elif fitting:
                _keep(found, next((a for a in fitting if a.reference not in found), fitting[-1]), row)
    return strange


def _undecided(
    attempts: Iterable[Attempt], strange: Iterable[_Row], found: dict[str, DeliveryEvent]
) -> frozenset[str]:
    by_number: dict[bytes, list[_Row]] = defaultdict(list)
    for row in strange:
        by_number[row.number].append(row)
    return frozenset(
        each.reference
        for each in attempts
        if each.wanted and each.reference not in found
        if any(_in_time(each, row.at) for row in by_number[each.number])
    )


def _keep(found: dict[str, DeliveryEvent], attempt: Attempt, row: _Row) -> None:
    """Remember what a row says of an attempt; of two rows the one that got further."""
    known = found.get(attempt.reference)
    if attempt.wanted and (known is None or _RANK[row.event.outcome] < _RANK[known.outcome]):
        found[attempt.reference] = replace(row.event, reference=attempt.reference)


def _in_time(attempt: Attempt, at: datetime | None) -> bool:
    return at is None or attempt.attempted_at - BEFORE <= at <= attempt.attempted_at + AFTER


def _order(row: _Row) -> tuple[float, str]:
    return (row.at.timestamp() if row.at else 0.0, row.event.carrier_message_id)
