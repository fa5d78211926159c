"""What holds for every carrier: the promises of `Gateway`, kept over the real wire against the simulator."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from shared.messaging.gateways import (
    CarrierRefused,
    DeliveryEvent,
    NewTemplate,
    NotOffered,
    OutcomeUnknown,
    OutgoingMessage,
    Reason,
)
from tests.infra.simulator.running import CHANNEL, SENDER, Receiver, Simulator, wait_until
from tests.shared.messaging.gateways.lines import (
    ANSWERS_FOR_REQUESTS,
    BODY,
    JPEG,
    LINES,
    TEMPLATE_CODE,
    ContractLine,
    alimtalk_to,
    brand_to,
    text_to,
)


@pytest.fixture(params=sorted(LINES))
def line(request: pytest.FixtureRequest, simulator: Simulator, receiver: Receiver) -> ContractLine:
    return LINES[request.param](simulator, receiver)


def _answers_for_each(line: ContractLine) -> None:
    if line.carrier in ANSWERS_FOR_REQUESTS:
        pytest.skip("this carrier answers for whole requests and without our reference")


def _now() -> datetime:
    return datetime.now(UTC)


def _ids(line: ContractLine, messages: Sequence[OutgoingMessage]) -> list[str]:
    answers = [answer for group in line.gateway.split(messages) for answer in line.gateway.send(group)]
    assert all(answer.accepted for answer in answers), [answer.code for answer in answers]
    return [str(answer.carrier_message_id) for answer in answers]


def _settled(line: ContractLine, ids: Sequence[str]) -> list[DeliveryEvent]:
    """What the carrier says by its ids once it is an end for all of them."""
    events: list[DeliveryEvent] = []

    def ended() -> bool:
        events[:] = line.gateway.look_up_ids(ids)
        return len(events) == len(ids) and all(event.outcome != "pending" for event in events)

    wait_until(ended, 15)
    return events


def _reported(line: ContractLine) -> list[DeliveryEvent]:
    calls = zip(list(line.receiver.calls), list(line.receiver.bodies), strict=True)
    return [event for (headers, _), body in calls for event in line.gateway.parse_reports(headers, body)]


def test_a_batch_is_accepted_in_order_and_once(line: ContractLine) -> None:
    messages = [text_to(f"0101111{number:04d}") for number in range(30)]
    [group] = line.gateway.split(messages)
    answers = line.gateway.send(group)
    assert [answer.reference for answer in answers] == [message.reference for message in messages]
    assert all(answer.accepted and answer.code and answer.carrier_message_id for answer in answers)
    assert line.simulator.counts(line.api_key)["most"] == 1


def test_splitting_loses_nobody_and_keeps_to_the_limit(line: ContractLine) -> None:
    messages = [text_to("01011112222", f"글 {number % 3}") for number in range(line.gateway.max_batch + 30)]
    groups = line.gateway.split(messages)
    assert max(map(len, groups)) <= line.gateway.max_batch
    assert sorted(message.reference for group in groups for message in group) == sorted(
        message.reference for message in messages
    )


def test_a_bad_batch_is_our_own_mistake(line: ContractLine) -> None:
    message = text_to("01011112222")
    for batch in ([], [message, message], [text_to("01011112222")] * (line.gateway.max_batch + 1)):
        with pytest.raises(ValueError, match="reference"):
            line.gateway.send(batch)


def test_send_report_and_look_up_agree(line: ContractLine) -> None:
    messages = [text_to("01011112222"), text_to("01011112222", "긴 글 " * 30, "lms", subject="제목")]
    messages += [alimtalk_to("01011112222"), brand_to("01011112222")]
    messages = [message for message in messages if message.kind in line.gateway.kinds]
    ids = _ids(line, messages)
    events = _settled(line, ids)
    assert {event.outcome for event in events} == {"delivered"}
    assert sorted(event.carrier_message_id for event in events) == sorted(ids)
    if line.gateway.pushes_reports:
        line.wait_for_calls(lambda: len({e.carrier_message_id for e in _reported(line)}) == len(ids))
        assert {event.outcome for event in _reported(line)} == {"delivered"}
        assert {event.reference for event in _reported(line)} == {each.reference for each in messages}


FATES: list[tuple[str, Reason]] = [("9001", "unreachable"), ("9002", "invalid_number"), ("9003", "spam")]


@pytest.mark.parametrize(("suffix", "reason"), FATES)
def test_a_failed_text_says_why(line: ContractLine, suffix: str, reason: Reason) -> None:
    [event] = _settled(line, _ids(line, [text_to(f"0101111{suffix}")]))
    assert (event.outcome, event.reason) == ("failed", reason)
    assert event.at is None or abs(event.at - _now()) < timedelta(minutes=2)


@pytest.mark.parametrize(("suffix", "reason"), [("9007", "kakao_not_user"), ("9008", "kakao_blocked")])
def test_a_failed_alimtalk_says_why(line: ContractLine, suffix: str, reason: Reason) -> None:
    if "alimtalk" not in line.gateway.kinds:
        pytest.skip("no Alimtalk here")
    [event] = _settled(line, _ids(line, [alimtalk_to(f"0101111{suffix}")]))
    assert (event.outcome, event.reason) == ("failed", reason)


def test_an_unconfirmed_alimtalk_is_pending_until_it_arrives(line: ContractLine) -> None:
    if "alimtalk" not in line.gateway.kinds or line.carrier == "aligo":
        pytest.skip("no Alimtalk here, or no word for a receipt that is not confirmed")
    [sent] = _ids(line, [alimtalk_to("01011119011")])
    seen: list[DeliveryEvent] = []

    def unconfirmed() -> bool:
        seen[:] = line.gateway.look_up_ids([sent])
        return [event.code for event in seen] == ["3005"]

    wait_until(unconfirmed)
    assert seen[0].outcome == "pending"
    assert _settled(line, [sent])[0].outcome == "delivered"


@pytest.mark.parametrize("fault", ["reset_after_accept", "garbled_answer"])
def test_a_lost_answer_is_unknown_and_found_by_our_reference(line: ContractLine, fault: str) -> None:
    _answers_for_each(line)
    message = text_to("01011112222")
    line.faults(**{fault: 1})
    with pytest.raises(OutcomeUnknown):
        line.gateway.send([message])
    [event] = line.gateway.look_up([message.reference], since=_now(), until=_now())
    assert event.reference == message.reference
    assert line.simulator.counts(line.api_key)["counts"] == {"01011112222": 1}


def test_a_lost_alimtalk_is_found_too(line: ContractLine) -> None:
    _answers_for_each(line)
    if "alimtalk" not in line.gateway.kinds:
        pytest.skip("no Alimtalk here")
    message = alimtalk_to("01011112222")
    line.faults(reset_after_accept=1)
    with pytest.raises(OutcomeUnknown):
        line.gateway.send([message])
    [event] = line.gateway.look_up([message.reference], since=_now(), until=_now())
    assert event.reference == message.reference


@pytest.mark.parametrize("fault", ["reset_before_accept", "status_503"])
def test_what_never_arrived_is_not_found(line: ContractLine, fault: str) -> None:
    _answers_for_each(line)
    message = text_to("01011112222")
    line.faults(**{fault: 1})
    with pytest.raises((OutcomeUnknown, CarrierRefused)):
        line.gateway.send([message])
    assert line.gateway.look_up([message.reference], since=_now(), until=_now()) == []


def test_too_many_requests_are_refused_for_now(line: ContractLine) -> None:
    line.faults(status_429=1)
    with pytest.raises(CarrierRefused) as caught:
        line.gateway.send([text_to("01011112222")])
    assert caught.value.retryable
    assert line.simulator.counts(line.api_key)["total"] == 0


def test_lost_webhooks_are_made_up_for_by_asking(line: ContractLine) -> None:
    line.faults(webhook_loss=1.0)
    [event] = _settled(line, _ids(line, [text_to("01011112222")]))
    assert event.outcome == "delivered"
    assert _reported(line) == []


def test_doubled_and_disordered_reports_end_alike(line: ContractLine) -> None:
    if not line.gateway.pushes_reports:
        pytest.skip("no webhooks here")
    line.faults(webhook_duplicate=1.0)
    [disordered] = _ids(line, [text_to("01011119010")])
    line.wait_for_calls(lambda: len(_reported(line)) == 4)
    assert {event.carrier_message_id for event in _reported(line)} == {disordered}
    assert sorted({event.outcome for event in _reported(line)}) == ["delivered", "pending"]


def test_who_refused_at_the_carrier_is_refused_there(line: ContractLine) -> None:
    _answers_for_each(line)
    messages = [text_to("01011119006"), text_to("01011112222")]
    refused, accepted = line.gateway.send(messages)
    assert (refused.accepted, refused.reason) == (False, "opt_out")
    assert accepted.accepted


def test_an_emoji_is_refused_as_content(line: ContractLine) -> None:
    [answer] = line.gateway.send([text_to("01011112222", "좋아요 👍")])
    assert (answer.accepted, answer.reason) == (False, "content")


def test_an_unregistered_sender_is_refused(line: ContractLine) -> None:
    _answers_for_each(line)
    message = OutgoingMessage("ref-of-a-stranger", "01011112222", "0299998888", "sms", "안녕")
    [answer] = line.gateway.send([message])
    assert (answer.accepted, answer.reason) == (False, "sender")


def test_an_empty_purse_is_told(line: ContractLine) -> None:
    _answers_for_each(line)
    line.console("balance", balance=5)
    [answer] = line.gateway.send([text_to("01011112222")])
    assert (answer.accepted, answer.reason) == (False, "balance")


def test_a_wrong_secret_stops_us(line: ContractLine) -> None:
    if not line.credentials.get("api_secret"):
        pytest.skip("an account of one key: see test_aligo")
    stranger = line.with_credentials(api_secret="not-the-secret-of-this-account-!")
    with pytest.raises(CarrierRefused) as caught:
        stranger.send([text_to("01011112222")])
    assert not caught.value.retryable


def test_a_reserved_message_waits_and_can_be_cancelled(line: ContractLine) -> None:
    later = _now() + timedelta(hours=2)
    messages = [text_to(number, send_at=later) for number in ("01011112222", "01011113333")]
    messages += [alimtalk_to("01011112222")] if "alimtalk" in line.gateway.kinds else []
    ids = _ids(line, messages)
    try:
        assert line.gateway.cancel(ids[:2]) == set(ids[:2])
    except NotOffered:
        pytest.skip("this carrier cancels nothing")
    assert line.gateway.cancel(ids[:2]) in (set(), set(ids[:2]))
    if len(ids) > 2:
        assert line.gateway.cancel(ids[2:]) == set()  # it left at once
    for event in line.gateway.look_up_ids(ids[:2]):
        assert event.outcome != "delivered"


def test_the_balance_or_that_there_is_none(line: ContractLine) -> None:
    line.console("balance", balance=12_345)
    try:
        balance = line.gateway.balance()
    except NotOffered:
        pytest.skip("this carrier tells of no money")
    assert balance == 12_345


def test_registered_senders_are_listed(line: ContractLine) -> None:
    try:
        senders = {sender.value: sender.status for sender in line.gateway.senders()}
    except NotOffered:
        pytest.skip("this carrier lists no senders")
    numbers_too = line.carrier not in ANSWERS_FOR_REQUESTS  # the others show numbers in their consoles only
    assert senders[SENDER if numbers_too else CHANNEL] == "active"


def test_a_template_goes_from_its_draft_to_its_first_message(line: ContractLine) -> None:
    if "alimtalk" not in line.gateway.kinds:
        pytest.skip("no Alimtalk here")
    new = NewTemplate(CHANNEL, "새 안내", BODY, code="tpl-2")
    try:
        made = line.gateway.create_template(new)
    except NotOffered:
        pytest.skip("templates are made in this carrier's console only")
    line.gateway.request_inspection(CHANNEL, made.code)
    line.gateway.request_inspection(CHANNEL, made.code)
    assert _template(line, made.code).status == "inspecting"
    assert _refusal(line, made.code) == "kakao_template"
    line.console("reviews", template_id=made.code, status="REJECTED", comment="변수만으로는 안 됩니다")
    assert _template(line, made.code).status == "rejected"
    assert _template(line, made.code).comment == "변수만으로는 안 됩니다"
    line.gateway.request_inspection(CHANNEL, made.code)
    line.console("reviews", template_id=made.code, status="APPROVED")
    approved = _template(line, made.code)
    assert (approved.status, approved.body, approved.name) == ("approved", BODY, "새 안내")
    [answer] = line.gateway.send([alimtalk_to("01011112222", template_id=made.code)])
    assert answer.accepted


def _template(line: ContractLine, code: str):  # type: ignore[no-untyped-def]
    return next(each for each in line.gateway.templates(CHANNEL) if each.code == code)


def _refusal(line: ContractLine, code: str) -> Reason | None:
    [answer] = line.gateway.send([alimtalk_to("01011112222", template_id=code)])
    assert not answer.accepted
    return answer.reason


def test_listed_templates_have_their_buttons(line: ContractLine) -> None:
    if "alimtalk" not in line.gateway.kinds:
        pytest.skip("no Alimtalk here")
    [button] = _template(line, TEMPLATE_CODE).buttons
    assert (button.name, button.type, button.link_mobile) == ("자세히", "WL", "https://x.example/#{코드}")


def test_a_picture_is_uploaded_and_sent(line: ContractLine) -> None:
    if line.carrier == "aligo":
        pytest.skip("pictures go with their messages here: see test_tracing")
    image = line.gateway.upload_image("poster.jpg", JPEG)
    assert image.expires_at is None or image.expires_at > _now()
    message = text_to("01011112222", "포스터입니다", "mms", subject="포스터", image_id=image.id)
    [event] = _settled(line, _ids(line, [message]))
    assert event.outcome == "delivered"


def test_a_picture_that_is_too_large_or_none_is_refused(line: ContractLine) -> None:
    if line.carrier == "aligo":
        pytest.skip("pictures go with their messages here: see test_tracing")
    for content in (JPEG + bytes(400_000), b"GIF89a"):
        with pytest.raises(CarrierRefused):
            line.gateway.upload_image("poster.jpg", content)


def test_a_message_with_an_unknown_picture_is_refused(line: ContractLine) -> None:
    _answers_for_each(line)
    message = text_to("01011112222", "포스터입니다", "mms", subject="포스터", image_id="12345")
    [answer] = line.gateway.send([message])
    assert (answer.accepted, answer.reason) in [(False, "content"), (False, "system")]


def test_refusals_at_the_carrier_are_listed(line: ContractLine) -> None:
    line.console("opt-outs", **{"from": "01077778888", "to": SENDER})
    try:
        listed = line.gateway.opt_outs(_now() - timedelta(hours=1))
    except NotOffered:
        pytest.skip("this carrier lists no refusals")
    assert [each.number for each in listed] == ["01077778888"]
    assert "01077778888" not in repr(listed)


def test_inbound_texts_and_refusals_reach_us_signed(line: ContractLine) -> None:
    line.console("inbound", **{"from": "01077778888", "to": SENDER, "text": "네, 갈게요"})
    line.wait_for_calls(lambda: len(line.receiver.calls) == 1)
    headers, _ = line.receiver.calls[0]
    assert line.gateway.verify(headers)
    [message] = line.gateway.parse_inbound(headers, line.receiver.bodies[0])
    assert (message.sender, message.to, message.text) == ("01077778888", SENDER, "네, 갈게요")
    assert "0107777" not in repr(message)


def test_a_forged_call_is_seen(line: ContractLine) -> None:
    for name in ("X-Solapi-Secret", "X-Toast-Webhook-Signature", "X-Hook-Secret"):
        assert not line.gateway.verify({name: "guessed"})
        assert not line.gateway.verify({name: ""})
        assert not line.gateway.verify({})
    assert not line.with_credentials(webhook_secret="").verify({"X-Toast-Webhook-Signature": ""})
