"""What each carrier's document demands, and all that it leaves a carrier free to answer."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.messaging.gateways import (
    CarrierRefused,
    DeliveryEvent,
    LookUpFailed,
    OutcomeUnknown,
)
from shared.messaging.gateways.listed import ListsRequests, Sought
from tests.shared.messaging.strict.lines import StrictLine, line_to
from tests.shared.messaging.strict.sens import SEOUL
from tests.shared.messaging.strict.serving import JPEG, Reply, instead, nothing

ONE, TWO, THREE = "01012345678", "01087654321", "01055554444"
DELIVERED = ("delivered", None)
LONG = "긴 글입니다. " * 20


@pytest.fixture
def solapi() -> Iterator[StrictLine]:
    with line_to("solapi") as line:
        yield line


@pytest.fixture
def nhn() -> Iterator[StrictLine]:
    with line_to("nhn") as line:
        yield line


@pytest.fixture
def sens() -> Iterator[StrictLine]:
    with line_to("sens") as line:
        yield line


@pytest.fixture
def aligo() -> Iterator[StrictLine]:
    with line_to("aligo") as line:
        yield line


def told(events: list[DeliveryEvent]) -> dict[str | None, tuple[str, str | None]]:
    return {event.reference: (event.outcome, event.reason) for event in events}


def test_solapi_refuses_single_messages(solapi: StrictLine) -> None:
    messages = [
        solapi.text(ONE),
        replace(solapi.text(TWO), sender="0299999999"),
        solapi.text(THREE, "이모지 😀"),
        solapi.text(ONE, "두 번째"),
    ]
    answers = solapi.gateway.send(messages)
    assert [(each.code, each.reason) for each in answers] == [
        ("2000", None),
        ("1062", "sender"),
        ("1029", "content"),
        ("2000", None),
    ]


def test_solapi_need_not_list_what_it_took(solapi: StrictLine) -> None:
    solapi.carrier.shows_list = False
    messages = [solapi.text(f"0101111{number:04d}") for number in range(5)]
    assert all(answer.accepted for answer in solapi.gateway.send(messages))
    solapi.carrier.page = 2
    now = datetime.now(UTC)
    events = solapi.gateway.look_up([each.reference for each in messages], since=now, until=now)
    assert told(events) == {each.reference: DELIVERED for each in messages}


@pytest.mark.parametrize("envelope", [True, False])
def test_solapis_reports_come_in_two_forms(solapi: StrictLine, envelope: bool) -> None:
    messages = [solapi.text(ONE), solapi.text(TWO)]
    solapi.sent(*messages)
    solapi.carrier.fate[TWO] = "3043"
    headers, body = solapi.carrier.report(envelope)
    assert solapi.gateway.verify(headers)
    assert not solapi.gateway.verify({**headers, "X-Solapi-Secret": "0" * 40})
    reported = told(solapi.gateway.parse_reports(headers, body))
    assert reported == {messages[0].reference: DELIVERED, messages[1].reference: ("failed", "unreachable")}
    assert reported == told(solapi.gateway.parse_reports({"X-Solapi-Event-Name": "SINGLE-REPORT"}, body))


def test_solapis_numbers_are_shown_to_a_key_without_kakao(solapi: StrictLine) -> None:
    assert [(each.value, each.status) for each in solapi.gateway.senders()] == [("0212345678", "active")]


def test_solapis_money_and_refusals_are_read(solapi: StrictLine) -> None:
    assert solapi.gateway.balance() == 1020
    refused = solapi.gateway.opt_outs(datetime(2020, 1, 1, tzinfo=UTC))
    assert sorted(each.number for each in refused) == ["01055556666", "01077778888"]


def test_nhn_refuses_single_recipients(nhn: StrictLine) -> None:
    first, second = nhn.gateway.send([nhn.text(ONE), nhn.text("0212341234")])
    assert (first.accepted, second.accepted, second.code) == (True, False, "-2019")


@pytest.mark.parametrize("shuffled", [False, True])
def test_nhns_calls_are_read_as_its_samples_are_written(nhn: StrictLine, shuffled: bool) -> None:
    messages = [nhn.text(ONE), nhn.text(TWO)]
    ids = nhn.sent(*messages)
    nhn.carrier.fate[TWO], nhn.carrier.status[TWO] = "E915", "DUPLICATED"
    body = json.dumps(nhn.carrier.call("sms"))
    if shuffled:
        body = body.replace("recipientGroupingKey", "recipientGropuingKey").replace("_links", "_link")
        body = body.replace("}]", "},]")
    events = nhn.gateway.parse_reports({}, body.encode())
    assert told(events) == {messages[0].reference: DELIVERED, messages[1].reference: ("failed", "duplicate")}
    assert [event.carrier_message_id for event in events] == ids
    assert events[0].at is not None
    assert abs(events[0].at - datetime.now(UTC)) < timedelta(minutes=1), "Korean time without a zone"


def test_one_event_of_nhn_may_come_alone(nhn: StrictLine) -> None:
    message = nhn.alimtalk(ONE)
    nhn.sent(message)
    nhn.carrier.fate[ONE] = "3019"
    call = nhn.carrier.call("alimtalk")
    call["hooks"] = call["hooks"][0]
    for product in (call["productName"], None):
        events = nhn.gateway.parse_reports({}, json.dumps({**call, "productName": product}).encode())
        assert told(events) == {message.reference: ("failed", "kakao_not_user")}
    refusal = {"hookId": "1", "recipientNo": TWO, "createdDateTime": "2026-05-01T09:00:00.000+09:00"}
    call = {"productName": "SMS", "event": "UNSUBSCRIBE", "hooks": refusal}
    assert [each.number for each in nhn.gateway.parse_opt_outs({}, json.dumps(call).encode())] == [TWO]


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("7777", "0", ("failed", "unknown")),
        ("7777", "3", ("pending", None)),
        (None, "2", ("pending", None)),
        (None, "0", ("failed", "unknown")),
        ("2000", "0", ("failed", "expired")),
        ("E919", "7", ("pending", None)),
        ("E919", "6", ("failed", "kakao_time")),
    ],
)
def test_what_nhn_says_failed_has_failed(nhn: StrictLine, code: Any, status: str, expected: Any) -> None:
    [sent] = nhn.sent(nhn.text(ONE))
    nhn.carrier.fate[ONE], nhn.carrier.status[ONE] = code, status
    assert nhn.results([sent]) == {sent: expected}


@pytest.mark.parametrize(
    ("code", "expected"),
    [("3005", ("pending", None)), ("7777", ("failed", "unknown")), ("3018", ("failed", "kakao_blocked"))],
)
def test_what_nhn_says_of_kakao(nhn: StrictLine, code: str, expected: Any) -> None:
    [sent] = nhn.sent(nhn.alimtalk(ONE))
    nhn.carrier.fate[ONE] = code
    assert nhn.results([sent]) == {sent: expected}


def test_nhns_list_is_read_to_its_end(nhn: StrictLine) -> None:
    messages = [nhn.text(f"010{number:08d}") for number in range(20_000_000, 20_001_003)]
    nhn.carrier.spoils = [nothing, nothing]
    for group in nhn.gateway.split(messages):
        with pytest.raises(OutcomeUnknown):
            nhn.gateway.send(group)
    nhn.carrier.tells_total = False
    assert told(nhn.found(messages[-1])) == {messages[-1].reference: DELIVERED}
    nhn.carrier.tells_total, nhn.carrier.page = True, 400
    assert told(nhn.found(messages[-1])) == {messages[-1].reference: DELIVERED}


def test_only_the_lists_of_what_was_lost_are_asked_for(nhn: StrictLine) -> None:
    """Kakao's trouble, or a product that an account has not, must not keep a lost text unsettled."""
    now = datetime.now(UTC)
    assert nhn.gateway.look_up(["r"], since=now, until=now, kinds={"sms"}) == []
    assert [asked.path.rpartition("/")[2] for asked in nhn.carrier.asked] == ["sms", "ad-sms"]


def test_requests_may_have_any_name(sens: StrictLine) -> None:
    sens.carrier.named = "VORSSA-1~2,3+4:5@x=="
    [sent] = sens.sent(sens.text(ONE))
    assert sens.results([sent]) == {sent: DELIVERED}


def test_a_page_of_nhns_list_that_is_missing_hides_nobody(nhn: StrictLine) -> None:
    nhn.sent(nhn.text(ONE))
    told_nothing = {"header": {"isSuccessful": True, "resultCode": 0}, "body": {"data": [], "totalCount": 1}}
    body = json.dumps(told_nothing).encode()
    nhn.carrier.spoils = [instead(200, body, Content_Type="application/json")]
    with pytest.raises(LookUpFailed):
        nhn.found(nhn.text(TWO))


def test_no_list_is_an_empty_one_when_nhn_counts_none(nhn: StrictLine) -> None:
    none = {"header": {"isSuccessful": True, "resultCode": 0}, "body": {"data": None, "totalCount": 0}}
    wire = instead(200, json.dumps(none).encode(), Content_Type="application/json")
    nhn.carrier.spoils = [wire] * 4
    assert nhn.found(nhn.text(ONE)) == []


def test_a_success_of_nhn_that_is_not_called_one_leaves_it_open(nhn: StrictLine) -> None:
    nhn.carrier.spoils = [instead(200, b'{"header": {"resultCode": 0}}', Content_Type="application/json")]
    with pytest.raises(OutcomeUnknown):
        nhn.gateway.send([nhn.text(ONE)])


def test_sens_is_signed_for_the_address_that_is_asked() -> None:
    with line_to("sens", path="/own") as line:
        [sent] = line.sent(line.text(ONE))
        assert line.results([sent]) == {sent: DELIVERED}
        assert line.carrier.asked[0].target.startswith("/own/sms/v2/")


@pytest.mark.parametrize(
    ("fate", "expected"),
    [
        (("COMPLETED", "0", "success"), DELIVERED),
        (("COMPLETED", "0", None), DELIVERED),
        (("completed", "0", "SUCCESS"), DELIVERED),
        (("COMPLETED", "3003", "fail"), ("failed", "invalid_number")),
        (("PROCESSING", None, None), ("pending", None)),
    ],
)
@pytest.mark.parametrize("bare", [True, False])
def test_senss_result_of_a_text(sens: StrictLine, fate: Any, expected: Any, bare: bool) -> None:
    [sent] = sens.sent(sens.text(ONE))
    sens.carrier.fate[ONE], sens.carrier.bare = fate, bare
    assert sens.results([sent]) == {sent: expected}


@pytest.mark.parametrize(
    ("fate", "expected"),
    [
        (("0000", "success"), DELIVERED),
        (("0000", None), DELIVERED),
        (("3019", None), ("failed", "kakao_not_user")),
        (("3020", "fail"), ("failed", "kakao_blocked")),
        (("3005", None), ("pending", None)),
        ((None, "processing"), ("pending", None)),
        ((None, None), ("pending", None)),
    ],
)
@pytest.mark.parametrize("bare", [True, False])
def test_senss_result_of_a_kakao_message(sens: StrictLine, fate: Any, expected: Any, bare: bool) -> None:
    [sent] = sens.sent(sens.alimtalk(ONE))
    sens.carrier.fate[ONE], sens.carrier.bare = fate, bare
    assert sens.results([sent]) == {sent: expected}


def test_what_a_list_shows_of_other_requests_is_not_this_ones(sens: StrictLine) -> None:
    [first] = sens.sent(sens.text(ONE))
    sens.sent(sens.text(ONE, "다른 글"))
    sens.carrier.unfiltered = True
    assert [event.carrier_message_id for event in sens.gateway.look_up_ids([first])] == [first]


@pytest.mark.parametrize("empty", [None, Reply(404), Reply(404, b"\n")])
def test_sens_says_that_there_is_nothing(sens: StrictLine, empty: Reply | None) -> None:
    sens.carrier.empty = empty
    assert sens.found(sens.text(ONE)) == []
    assert sens.found(sens.alimtalk(ONE)) == []


def test_a_lost_long_text_is_told_from_a_short_one_by_what_is_sought(sens: StrictLine) -> None:
    sens.carrier.bare, sens.carrier.spoils = True, [nothing]
    message = sens.text(ONE, LONG, "lms")
    with pytest.raises(OutcomeUnknown):
        sens.gateway.send([message])
    assert len(sens.found(message)) == 1


@pytest.mark.parametrize("name", ["sens", "aligo"])
@pytest.mark.parametrize("zone", [SEOUL, UTC])
def test_a_list_in_another_zone_hides_nobody(name: str, zone: Any) -> None:
    with line_to(name) as line:
        line.carrier.writes = zone
        line.sent(line.text(ONE))
        now, gateway = datetime.now(UTC), line.gateway
        assert isinstance(gateway, ListsRequests)
        [request] = gateway.listed(Sought(frozenset({"sms"}), now, now))
        near = request.at is not None and abs(request.at - now) < timedelta(minutes=1)
        assert near if zone is SEOUL else request.at is None


def test_sens_answers_for_each_kakao_message(sens: StrictLine) -> None:
    sens.carrier.refused[TWO] = "B004"
    first, second = sens.gateway.send([sens.alimtalk(ONE), sens.alimtalk(TWO)])
    assert (first.accepted, second.accepted, second.reason) == (True, False, "balance")


def test_senss_pictures_are_kept_for_six_days(sens: StrictLine) -> None:
    for sens.carrier.bare in (True, False):
        kept = sens.gateway.upload_image("사진 하나.jpg", JPEG)
        assert kept.expires_at is not None
        assert abs(kept.expires_at - datetime.now(UTC) - timedelta(days=6)) < timedelta(minutes=1)


def test_senss_list_of_refusals_is_read_once(sens: StrictLine) -> None:
    assert [each.number for each in sens.gateway.opt_outs(datetime(2020, 1, 1, tzinfo=UTC))] == [
        "01055556666"
    ]


@pytest.mark.parametrize("left_out", ["counts", "pager"])
def test_aligo_may_leave_out_what_its_document_does_not_show(aligo: StrictLine, left_out: str) -> None:
    setattr(aligo.carrier, left_out, False)
    ids = aligo.sent(aligo.text(ONE), aligo.text(TWO, "다른 글"), aligo.alimtalk(ONE), aligo.alimtalk(TWO))
    assert aligo.results(ids) == dict.fromkeys(ids, DELIVERED)


@pytest.mark.parametrize("hyphens", [True, False])
def test_whom_aligo_did_not_take(aligo: StrictLine, hyphens: bool) -> None:
    aligo.carrier.lost, aligo.carrier.hyphens = {TWO}, hyphens
    answers = aligo.gateway.send([aligo.text(ONE), aligo.text(TWO)])
    assert [(each.accepted, each.code) for each in answers] == [(True, "1"), (False, "NOT_TAKEN")]


def test_a_list_of_aligo_that_is_not_complete_yet_decides_nothing(aligo: StrictLine) -> None:
    aligo.carrier.lost, aligo.carrier.slow = {TWO}, {ONE}
    with pytest.raises(OutcomeUnknown):
        aligo.gateway.send([aligo.text(ONE), aligo.text(TWO), aligo.text(THREE)])


def test_a_token_that_aligo_dropped_is_made_anew(aligo: StrictLine) -> None:
    aligo.sent(aligo.alimtalk(ONE))
    aligo.carrier.token = ""
    with pytest.raises(CarrierRefused):
        aligo.gateway.send([aligo.alimtalk(TWO)])
    [sent] = aligo.sent(aligo.alimtalk(TWO))
    assert aligo.results([sent]) == {sent: DELIVERED}


@pytest.mark.parametrize(
    ("fate", "expected"),
    [
        (("0", "성공"), DELIVERED),
        (("0000", ""), DELIVERED),
        (("OK", "전송 성공"), DELIVERED),
        (("1", "전송중"), ("pending", None)),
        (("9999", "수신 실패"), ("failed", "unknown")),
        (("K", "카카오톡을 사용하지 않는 사용자"), ("failed", "kakao_not_user")),
        (("", ""), ("pending", None)),
    ],
)
def test_aligos_result_of_a_kakao_message(aligo: StrictLine, fate: Any, expected: Any) -> None:
    [sent] = aligo.sent(aligo.alimtalk(ONE))
    aligo.carrier.fate[ONE] = fate
    assert aligo.results([sent]) == {sent: expected}
