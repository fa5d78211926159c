"""The gateway against the running simulator, over real HTTP."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from shared.messaging.gateways import (
    CarrierRefused,
    ConsoleError,
    LookUpFailed,
    OutcomeUnknown,
    SimulatorConsole,
    SolapiGateway,
    VirtualTemplate,
)
from tests.infra.simulator.running import (
    API_SECRET,
    CHANNEL,
    SECRET,
    SENDER,
    Line,
    Simulator,
    alimtalk,
    free_port,
    text_message,
    wait_until,
)


def _now() -> datetime:
    return datetime.now(UTC)


def test_a_batch_is_accepted_and_every_message_has_an_id(line: Line) -> None:
    messages = [text_message(f"0101111{index:04d}") for index in range(20)]
    answers = line.gateway.send(messages)
    assert [answer.reference for answer in answers] == [each.reference for each in messages]
    assert all(answer.accepted and answer.carrier_message_id for answer in answers)
    assert line.simulator.counts(line.api_key)["most"] == 1


def test_faulty_messages_fail_alone(line: Line) -> None:
    messages = [
        text_message("01011112222"),
        text_message("01011119006"),
        text_message("01011113333", text="가" * 46),
        text_message("01011114444", text="좋아요 👍"),
        text_message("123"),
    ]
    answers = line.gateway.send(messages)
    assert [(answer.code, answer.reason) for answer in answers] == [
        ("2000", None),
        ("1061", "opt_out"),
        ("1031", "content"),
        ("1029", "content"),
        ("1011", "content"),
    ]


def test_one_number_may_get_two_messages_of_one_batch(line: Line) -> None:
    answers = line.gateway.send([text_message("01011112222"), text_message("01011112222", "둘")])
    assert all(answer.accepted for answer in answers)


def test_a_look_up_pages_to_the_last_message(line: Line) -> None:
    messages = [text_message(f"0102222{index:04d}") for index in range(1200)]
    line.gateway.send(messages)
    wanted = [messages[0].reference, messages[1199].reference, "never-sent"]
    events = line.gateway.look_up(wanted, since=_now(), until=_now())
    assert {event.reference for event in events} == set(wanted[:2])
    everything = [each.reference for each in messages]
    assert len(line.gateway.look_up(everything, since=_now(), until=_now())) == 1200


def test_a_look_up_outside_the_time_finds_nothing(line: Line) -> None:
    message = text_message("01011112222")
    line.gateway.send([message])
    hour_ago = _now() - timedelta(hours=1)
    assert line.gateway.look_up([message.reference], since=hour_ago, until=hour_ago) == []


def test_ids_can_be_looked_up(line: Line) -> None:
    answers = line.gateway.send([text_message(f"0101111{index:04d}") for index in range(120)])
    ids = [str(answer.carrier_message_id) for answer in answers]
    events = line.gateway.look_up_ids(ids)
    assert sorted(event.carrier_message_id for event in events) == sorted(ids)


@pytest.mark.parametrize("fault", ["reset_after_accept", "garbled_answer"])
def test_a_lost_answer_is_unknown_and_found_by_look_up(line: Line, fault: str) -> None:
    line.simulator.faults(line.api_key, **{fault: 1})
    message = text_message("01011112222")
    with pytest.raises(OutcomeUnknown):
        line.gateway.send([message])
    [event] = line.gateway.look_up([message.reference], since=_now(), until=_now())
    assert event.reference == message.reference
    assert line.simulator.counts(line.api_key)["counts"] == {"01011112222": 1}


@pytest.mark.parametrize("fault", ["reset_before_accept", "status_503"])
def test_an_unknown_send_that_never_arrived_is_not_found(line: Line, fault: str) -> None:
    line.simulator.faults(line.api_key, **{fault: 1})
    message = text_message("01011112222")
    with pytest.raises(OutcomeUnknown):
        line.gateway.send([message])
    assert line.gateway.look_up([message.reference], since=_now(), until=_now()) == []


def test_a_slow_answer_is_an_answer(line: Line) -> None:
    line.simulator.faults(line.api_key, delay_ms=300)
    assert line.gateway.send([text_message("01011112222")])[0].accepted


def test_too_fast_is_refused_with_a_wait(line: Line) -> None:
    line.simulator.put(line.api_key, messages_per_second=10)
    line.gateway.send([text_message(f"0101111{index:04d}") for index in range(30)])
    with pytest.raises(CarrierRefused) as caught:
        line.gateway.send([text_message("01011112222")])
    assert (caught.value.code, caught.value.retryable) == ("TooManyRequests", True)
    assert caught.value.retry_after in (1.0, 2.0)
    assert line.simulator.counts(line.api_key)["total"] == 30


def test_bad_credentials_and_a_wrong_clock_are_refused(line: Line) -> None:
    wrong = SolapiGateway(line.simulator.url, line.api_key, "wrong", SECRET)
    late = SolapiGateway(
        line.simulator.url,
        line.api_key,
        API_SECRET,
        SECRET,
        clock=lambda: _now() - timedelta(minutes=16),
    )
    for gateway, code in ((wrong, "SignatureDoesNotMatch"), (late, "RequestTimeTooSkewed")):
        with pytest.raises(CarrierRefused) as caught:
            gateway.send([text_message("01011112222")])
        assert caught.value.code == code


def test_a_replayed_request_is_unknown(line: Line) -> None:
    moment = _now()
    twin = SolapiGateway(
        line.simulator.url,
        line.api_key,
        API_SECRET,
        SECRET,
        clock=lambda: moment,
        salt=lambda: "the same salt each time",
    )
    assert twin.balance() > 0
    with pytest.raises(OutcomeUnknown, match="DuplicatedSignature"):
        twin.send([text_message("01011112222")])


@pytest.mark.parametrize("shape", ["flat", "envelope"])
def test_reports_of_both_shapes_are_genuine_and_parsed(line: Line, shape: str) -> None:
    line.simulator.put(line.api_key, webhook_shape=shape)
    good, bad = text_message("01011112222"), text_message("01011119001")
    line.gateway.send([good, bad])
    wait_until(lambda: len(line.receiver.items) == 2)
    assert all(("data" in item) == (shape == "envelope") for item in line.receiver.items)
    events = {}
    for (headers, _), raw in zip(line.receiver.calls, line.receiver.bodies, strict=True):
        assert line.gateway.verify(headers)
        assert headers["x-solapi-event-name"] == "SINGLE-REPORT"
        for event in line.gateway.parse_reports(headers, raw):
            events[event.reference] = (event.outcome, event.reason)
    assert events == {
        good.reference: ("delivered", None),
        bad.reference: ("failed", "unreachable"),
    }


def test_an_alimtalk_matches_its_template(line: Line) -> None:
    right, wrong = alimtalk("01011112222"), alimtalk("01011113333", "홍길동님, 행사는 모레입니다.")
    answers = line.gateway.send([right, wrong])
    assert [answer.code for answer in answers] == ["2000", "1043"]


def test_money_is_taken_for_texts_and_given_back_for_failures(line: Line) -> None:
    before = line.gateway.balance()
    line.gateway.send([text_message("01011112222"), text_message("01011119002")])
    assert line.gateway.balance() == before - 36
    wait_until(lambda: line.gateway.balance() == before - 18)


def test_the_console_mirrors_an_account(simulator: Simulator) -> None:
    console = SimulatorConsole(simulator.url)
    template = VirtualTemplate("KA01TP1", CHANNEL, "안녕하세요")
    for _ in range(2):
        console.sync(
            "NCSMIRROR",
            api_secret=API_SECRET,
            webhook_url="http://127.0.0.1:9/hooks",
            webhook_secret=SECRET,
            senders=["02-1234-5678"],
            channels=[CHANNEL],
            templates=[template],
            messages_per_second=50,
        )
    shown = simulator.get("/simulator/console/accounts/NCSMIRROR")
    assert (shown["senders"], shown["channels"]) == ([SENDER], [CHANNEL])
    assert [each["template_id"] for each in shown["templates"]] == ["KA01TP1"]
    assert API_SECRET not in json.dumps(shown)
    gateway = SolapiGateway(simulator.url, "NCSMIRROR", API_SECRET, SECRET)
    assert gateway.send([text_message("01011112222")])[0].accepted


def test_a_console_that_is_away_is_a_clear_error() -> None:
    console = SimulatorConsole(f"http://127.0.0.1:{free_port()}")
    with pytest.raises(ConsoleError):
        console.sync("K", api_secret="s", webhook_url="http://127.0.0.1:9", webhook_secret="w")


def test_a_look_up_at_a_carrier_that_is_away_fails(line: Line) -> None:
    gone = SolapiGateway(f"http://127.0.0.1:{free_port()}", "K", "s", "w")
    with pytest.raises(LookUpFailed):
        gone.look_up(["r1"], since=_now(), until=_now())
