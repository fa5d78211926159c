"""Lost answers over the real wire: what carriers without our reference list, and what matching finds."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from shared.messaging.gateways import OutcomeUnknown, OutgoingMessage
from shared.messaging.gateways.listed import ListsRequests, Sought
from shared.messaging.matching import Attempt, Hashes, Matched, match
from tests.infra.simulator.running import CHANNEL, Receiver, Simulator
from tests.shared.messaging.gateways.lines import (
    ANSWERS_FOR_REQUESTS,
    LINES,
    ContractLine,
    alimtalk_to,
    brand_to,
    text_to,
)

HASHES = Hashes(number=str.encode, text=str.encode)


@pytest.fixture(params=sorted(ANSWERS_FOR_REQUESTS))
def line(request: pytest.FixtureRequest, simulator: Simulator, receiver: Receiver) -> ContractLine:
    return LINES[request.param](simulator, receiver)


def looked_for(line: ContractLine, messages: Sequence[OutgoingMessage]) -> Matched:
    now = datetime.now(UTC)
    assert isinstance(line.gateway, ListsRequests)
    kinds = frozenset(message.kind for message in messages)
    listed = line.gateway.listed(
        Sought(kinds, now - timedelta(minutes=1), now, channels=frozenset({CHANNEL}))
    )
    attempts = [
        Attempt(each.reference, each.to.encode(), each.text.encode(), each.kind, now, wanted=True)
        for each in messages
    ]
    return match(attempts, listed, HASHES)


KINDS: list[Callable[[str], OutgoingMessage]] = [
    text_to,
    lambda to: text_to(to, f"긴 글 {to} " * 10, "lms", subject="제목"),
    alimtalk_to,
    brand_to,
]


@pytest.mark.parametrize("make", KINDS, ids=["sms", "lms", "alimtalk", "brand"])
def test_what_was_taken_is_found_with_ids_that_tell_its_end(
    line: ContractLine, make: Callable[[str], OutgoingMessage]
) -> None:
    messages = [make(f"0101111{number:04d}") for number in range(25)]
    if messages[0].kind not in line.gateway.kinds:
        pytest.skip("no such messages here")
    line.faults(reset_after_accept=1)
    with pytest.raises(OutcomeUnknown):
        line.gateway.send(messages)
    matched = looked_for(line, messages)
    assert {event.reference for event in matched.events} == {message.reference for message in messages}
    assert matched.undecided == frozenset()
    asked = line.gateway.look_up_ids([event.carrier_message_id for event in matched.events])
    assert len(asked) == len(messages)


def test_what_never_arrived_is_not_listed(line: ContractLine) -> None:
    message = text_to("01011112222")
    line.faults(reset_before_accept=1)
    with pytest.raises(OutcomeUnknown):
        line.gateway.send([message])
    assert looked_for(line, [message]) == Matched((), frozenset())


def test_a_doubled_entry_is_one_message(line: ContractLine) -> None:
    messages = [text_to("01011112222", "하나"), text_to("01011113333", "둘")]
    for _ in range(2):  # as if something on the way had sent the request twice
        line.gateway.send(messages)
    matched = looked_for(line, messages)
    assert len(matched.events) == 2
    assert matched.undecided == frozenset()


def test_results_of_many_messages_come_in_pages(line: ContractLine) -> None:
    messages = [text_to(f"0102222{number:04d}", f"글 {number}") for number in range(line.gateway.max_batch)]
    ids = [str(answer.carrier_message_id) for answer in line.gateway.send(messages)]
    assert {event.carrier_message_id for event in line.gateway.look_up_ids(ids)} == set(ids)
