"""Answers in every form HTTP allows, and in those it does not: nobody is sent to twice, nobody is lost."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from shared.messaging.gateways import CarrierRefused, LookUpFailed, OutcomeUnknown
from tests.shared.messaging.strict import serving
from tests.shared.messaging.strict.lines import NAMES, StrictLine, line_to
from tests.shared.messaging.strict.serving import Asked, Carrier, Reply, Wire, instead, served

PHONE = "01012345678"
PAGE = b"<html><body>502 Bad Gateway</body></html>"


@pytest.fixture(params=NAMES)
def line(request: pytest.FixtureRequest) -> Iterator[StrictLine]:
    with line_to(request.param) as opened:
        yield opened


@pytest.mark.parametrize(
    "wire",
    [
        serving.plain,
        serving.of_old,
        serving.until_closed,
        serving.chunked,
        serving.gzipped,
        serving.deflated,
    ],
)
def test_an_answer_is_read_in_every_form(line: StrictLine, wire: Wire) -> None:
    line.carrier.spoils = [wire] * 9
    [sent] = line.sent(line.text(PHONE))
    assert line.results([sent]) == {sent: ("delivered", None)}


@pytest.mark.parametrize(
    "wire",
    [
        serving.half,
        serving.cut_off,
        serving.nothing,
        instead(502, PAGE, Content_Type="text/html"),
        instead(200, PAGE, Content_Type="text/html"),
        instead(200, b""),
        instead(200, b"{}", Content_Type="application/json"),
        instead(200, b"null", Content_Type="application/json"),
        instead(204),
        instead(500, b'{"status": 500}', Content_Type="application/json"),
        instead(503, b"", Retry_After="7"),
    ],
)
def test_what_was_taken_is_found_after_a_lost_answer(line: StrictLine, wire: Wire) -> None:
    message = line.text(PHONE)
    line.carrier.spoils = [wire]
    with pytest.raises(OutcomeUnknown):
        line.gateway.send([message])
    assert line.carrier.numbers() == [PHONE]
    assert [event.outcome for event in line.found(message)] == ["delivered"]
    assert line.carrier.complaints == []


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_that_drips_is_given_up(name: str) -> None:
    with line_to(name, seconds=0.4) as line:
        line.carrier.spoils = [serving.dripping]
        with pytest.raises(OutcomeUnknown):
            line.gateway.send([line.text(PHONE)])
        assert line.carrier.numbers() == [PHONE]


class Elsewhere(Carrier):
    """Whoever is asked here was sent on."""

    def answer(self, asked: Asked) -> Reply:
        return Reply()


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_nobody_is_followed_to_another_place(line: StrictLine, status: int) -> None:
    with served(other := Elsewhere()) as elsewhere:
        line.carrier.unheard = [instead(status, b"", Location=f"{elsewhere}/sms")] * 2
        with pytest.raises(OutcomeUnknown):
            line.gateway.send([line.text(PHONE)])
        with pytest.raises(LookUpFailed):
            line.found(line.text(PHONE))
    assert other.asked == []


def test_a_carrier_may_say_the_moment_to_come_back(line: StrictLine) -> None:
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    line.carrier.unheard = [instead(429, b"", Retry_After=at)]
    with pytest.raises(CarrierRefused) as caught:
        line.gateway.send([line.text(PHONE)])
    assert caught.value.retryable
    assert 60 < (caught.value.retry_after or 0) <= 90
    assert line.carrier.numbers() == []


@pytest.mark.parametrize(
    "wire",
    [
        serving.half,
        serving.nothing,
        instead(200, b""),
        instead(200, b"[]", Content_Type="application/json"),
        instead(200, PAGE, Content_Type="text/html"),
        instead(404, PAGE, Content_Type="text/html"),
        instead(502, PAGE, Content_Type="text/html"),
    ],
)
def test_a_list_that_cannot_be_read_hides_nobody(line: StrictLine, wire: Wire) -> None:
    message = line.text(PHONE)
    line.sent(message)
    line.carrier.spoils = [wire]
    with pytest.raises(LookUpFailed):
        line.found(message)


def test_one_request_that_is_not_told_of_hides_no_other(line: StrictLine) -> None:
    if line.name == "solapi":
        pytest.skip("it is asked for messages, not for requests")
    ids = [line.sent(line.text(PHONE, f"글 {number}"))[0] for number in range(6)]
    line.carrier.unheard = [instead(500)]
    assert len(line.results(ids)) == 5
    line.carrier.unheard = [instead(500)] * 3
    with pytest.raises(LookUpFailed):
        line.results(ids)
    assert line.carrier.unheard == [], "asked no more"


def numbers_as_text(answer: Any) -> Any:
    if isinstance(answer, dict):
        return {name: numbers_as_text(value) for name, value in answer.items()}
    if isinstance(answer, list):
        return [numbers_as_text(value) for value in answer]
    return str(answer) if type(answer) in (int, float) else answer


def with_more_fields(answer: Any) -> Any:
    """Fields that no document knows, before those it knows."""
    if isinstance(answer, list):
        return [with_more_fields(value) for value in answer]
    if not isinstance(answer, dict):
        return answer
    keyed = answer and all(isinstance(value, dict) for value in answer.values())
    strange = {} if keyed and "message" not in answer and "header" not in answer else {"neu": {"tief": [1]}}
    return strange | {name: with_more_fields(answer[name]) for name in reversed(answer)}


@pytest.mark.parametrize("shape", [numbers_as_text, with_more_fields])
def test_answers_of_another_shape_mean_the_same(line: StrictLine, shape: Callable[[Any], Any]) -> None:
    line.carrier.shape = shape
    messages = [line.text(PHONE), line.text("01087654321", "다른 글"), line.alimtalk(PHONE)]
    ids = line.sent(*messages)
    assert line.results(ids) == dict.fromkeys(ids, ("delivered", None))
    assert [event.outcome for event in line.found(messages[1])] == ["delivered"]
