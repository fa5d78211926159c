"""Requests of a batch side by side: who is called, in which order it is told, and what stops them."""

import threading
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any, cast
from uuid import uuid4

import pytest

from shared.messaging import handing_over
from shared.messaging.composing import Composed
from shared.messaging.gateways import Acceptance, CarrierRefused, Gateway, OutcomeUnknown, OutgoingMessage
from shared.messaging.handing_over import AT_ONCE, ROUND, SINGLY, Outcome

Send = Callable[[str], None]


class OneByOne:
    """A carrier that takes one text a request. `before` runs in each call, with the message's reference."""

    def __init__(self, before: Send = lambda _: None) -> None:
        self.before = before
        self.called: list[str] = []

    def split(self, messages: Sequence[OutgoingMessage]) -> list[list[OutgoingMessage]]:
        return [[message] for message in messages]

    def send(self, messages: Sequence[OutgoingMessage]) -> list[Acceptance]:
        (message,) = messages
        self.called.append(message.reference)
        self.before(message.reference)
        return [Acceptance(message.reference, True, f"M{message.reference}", None, "0", None)]


def composed(number: int) -> list[Composed]:
    return [
        Composed(OutgoingMessage(str(i), "01012345678", "0212345678", "sms", "안녕하세요"), {}, ())
        for i in range(number)
    ]


def hand_over(
    carrier: OneByOne, number: int, is_late: Callable[[], bool] = lambda: False
) -> list[list[Outcome]]:
    gateway = cast(Gateway, carrier)
    parts = handing_over.requests(gateway, composed(number))
    return list(handing_over.rounds(gateway, parts, is_late))


def references(outcomes: list[Outcome]) -> list[str]:
    return [message.outgoing.reference for one in outcomes for message in one.messages]


def test_everybody_is_called_once_and_told_in_order() -> None:
    carrier = OneByOne()
    told = hand_over(carrier, 2 * ROUND + 1)
    assert [len(outcomes) for outcomes in told] == [ROUND, ROUND, 1]
    assert [r for outcomes in told for r in references(outcomes)] == [str(i) for i in range(2 * ROUND + 1)]
    assert sorted(map(int, carrier.called)) == list(range(2 * ROUND + 1))
    assert all(answer.reference == references([one])[0] for one in told[0] for answer in one.answers)


def test_requests_are_under_way_at_once() -> None:
    together = threading.Barrier(AT_ONCE)  # breaks unless so many calls wait in it at the same time
    told = hand_over(OneByOne(lambda _: cast(Any, together.wait(10))), 2 * AT_ONCE)
    assert all(one.answers for one in told[0])


def test_each_call_keeps_its_own_end() -> None:
    def before(reference: str) -> None:
        if reference == "1":
            raise OutcomeUnknown("RESET")
        if reference == "2":
            raise CarrierRefused("BUSY", retryable=True)

    (told,) = hand_over(OneByOne(before), 4)
    assert [handing_over._result(one) for one in told] == ["answered", "unknown", "refused", "answered"]


def test_no_round_begins_after_the_caller_has_heard_enough() -> None:
    carrier = OneByOne()
    gateway = cast(Gateway, carrier)
    parts = handing_over.requests(gateway, composed(3 * ROUND))
    next(handing_over.rounds(gateway, parts, lambda: False))
    assert len(carrier.called) == ROUND


def test_what_comes_too_late_does_not_begin() -> None:
    asked = count()
    carrier = OneByOne()
    (told,) = hand_over(carrier, 8, lambda: next(asked) >= 5)
    assert len(carrier.called) == 5
    assert sum(one.is_late for one in told) == 3


def test_an_error_of_our_own_is_not_hidden() -> None:
    def before(reference: str) -> None:
        if reference == "3":
            raise ValueError("a message that cannot be written")

    with pytest.raises(ValueError, match="cannot be written"):
        hand_over(OneByOne(before), 8)


def test_where_each_text_takes_a_request_fewer_are_claimed() -> None:
    account, other = uuid4(), uuid4()
    assert handing_over.most(account, 500) == 500
    one_each = handing_over.requests(cast(Gateway, OneByOne()), composed(3))
    handing_over.remember(account, one_each)
    assert handing_over.most(account, 500) == SINGLY
    assert handing_over.most(account, 5) == 5
    assert handing_over.most(other, 500) == 500


def test_a_single_text_does_not_tell_how_many_a_request_takes() -> None:
    account = uuid4()
    handing_over.remember(account, [tuple(composed(3))])
    handing_over.remember(account, [tuple(composed(1))])
    assert handing_over.most(account, 500) == 500
    handing_over.remember(account, [tuple(composed(1)), tuple(composed(1))])
    handing_over.remember(account, [tuple(composed(2)), tuple(composed(1))])
    assert handing_over.most(account, 500) == 500
