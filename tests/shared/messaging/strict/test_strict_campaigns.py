"""Campaigns over carriers that were written from their documents: everybody once, each end as it was said."""

import json
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import unquote_plus
from uuid import UUID

import pytest

from shared.messaging import accounts, launching
from tests.shared.messaging.desk import HTTP, Desk, phone
from tests.shared.messaging.strict.lines import (
    BODY,
    CHANNELS,
    HOOK_SECRET,
    NAMES,
    TEMPLATE,
    StrictLine,
    line_to,
)
from tests.shared.messaging.strict.serving import Reply, instead, nothing, plain

FAILED: dict[str, Any] = {
    "solapi": "3032",
    "nhn": "3003",
    "sens": ("COMPLETED", "3003", "fail"),
    "aligo": "발송실패(결번)",
}


@pytest.fixture(params=NAMES)
def line(request: pytest.FixtureRequest) -> Iterator[StrictLine]:
    with line_to(request.param) as opened:
        yield opened


@pytest.fixture
def there(desk: Desk, line: StrictLine, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A camp whose only account is at the strict carrier."""
    chosen = desk.settings.model_copy(update=line.urls)
    monkeypatch.setattr(accounts, "settings", lambda: chosen)
    draft = {"carrier": line.name, "credentials": line.credentials, "messages_per_second": 1000}
    line.hooks = desk.ok("POST", "/carrier-accounts", draft, 201)["hooks"]
    return desk


def begun(desk: Desk, numbers: list[str], *steps: dict[str, Any]) -> UUID:
    for number in numbers:
        desk.contact(number, custom={"날짜": "내일"})
    campaign = desk.campaign(*steps)
    desk.ok("POST", f"/campaigns/{campaign}/launch", status=202)
    launching.freeze(desk.camp.tenant_id, campaign, desk.now())
    return campaign


def digits(numbers: list[str]) -> list[str]:
    return sorted(number.replace("-", "") for number in numbers)


def states(desk: Desk, campaign: UUID) -> dict[str, int]:
    return {name: n for name, n in desk.counts(campaign).items() if n and name != "recipients"}


def test_a_lost_answer_sends_to_nobody_twice(there: Desk, line: StrictLine) -> None:
    numbers = [phone() for _ in range(4)]
    line.carrier.fate[digits(numbers)[0]] = FAILED[line.name]
    campaign = begun(there, numbers)
    line.carrier.spoils = [nothing]
    there.send(campaign)
    assert states(there, campaign) == {"unknown": 4}
    there.skip(seconds=6)
    there.sweep("resolve_unknown")
    there.reconcile(campaign)
    assert states(there, campaign) == {"delivered": 3, "failed": 1}
    [failed] = there.camp.rows("SELECT reason FROM messages WHERE state = 'failed'")
    assert failed["reason"] == "invalid_number"
    assert sorted(line.carrier.numbers()) == digits(numbers)
    assert line.carrier.complaints == []
    there.check_books([campaign])


def test_what_was_never_taken_is_sent_once(there: Desk, line: StrictLine) -> None:
    numbers = [phone() for _ in range(3)]
    campaign = begun(there, numbers)
    line.carrier.unheard = [instead(503), instead(429)]
    there.send(campaign)
    assert states(there, campaign) == {"unknown": 3}
    there.skip(seconds=6)
    there.sweep("resolve_unknown")  # the list is not to be had
    there.skip(minutes=10)
    there.sweep("resolve_unknown")
    assert states(there, campaign) == {"queued": 3}
    there.send(campaign)
    there.reconcile(campaign)
    assert states(there, campaign) == {"delivered": 3}
    assert sorted(line.carrier.numbers()) == digits(numbers)
    there.check_books([campaign])


def reports(line: StrictLine) -> tuple[dict[str, str], bytes]:
    if line.name == "solapi":
        headers, body = line.carrier.report(envelope=True)
        return headers, body
    return {"X-TOAST-webhook-signature": HOOK_SECRET}, json.dumps(line.carrier.call("sms")).encode()


@pytest.mark.parametrize("line", ["solapi", "nhn"], indirect=True)
def test_reports_of_two_camps_doubled_late_and_forged(there: Desk, line: StrictLine) -> None:
    """Somebody else's messages in a call change nothing; what has come to its end stays there."""
    numbers = [phone() for _ in range(3)]
    line.carrier.fate[digits(numbers)[0]] = FAILED[line.name]
    campaign = begun(there, numbers)
    there.send(campaign)
    line.gateway.send([line.text("01099990000")])
    headers, body = reports(line)
    forged = {name: value + "0" for name, value in headers.items()}
    assert HTTP.post(line.hooks["reports"], headers=forged, content=body).status_code == 403
    for _ in range(2):
        assert HTTP.post(line.hooks["reports"], headers=headers, content=body).is_success
    line.carrier.fate.clear()
    assert HTTP.post(line.hooks["reports"], headers=headers, content=reports(line)[1]).is_success
    while there.apply_reports():
        pass
    assert states(there, campaign) == {"delivered": 2, "failed": 1}
    there.check_books([campaign])


@pytest.mark.parametrize("line", ["solapi", "nhn"], indirect=True)
def test_a_report_may_come_before_the_answer(there: Desk, line: StrictLine) -> None:
    def reported_first(reply: Reply) -> Iterable[bytes]:
        headers, body = reports(line)
        assert HTTP.post(line.hooks["reports"], headers=headers, content=body).is_success
        assert there.apply_reports() == 1
        return plain(reply)

    campaign = begun(there, [phone(), phone()])
    line.carrier.spoils = [reported_first]
    there.send(campaign)
    assert states(there, campaign) == {"delivered": 2}
    there.check_books([campaign])


NO_KAKAO: dict[str, Any] = {"solapi": "3104", "nhn": "3019", "sens": ("3019", "fail"), "aligo": ("K", "")}
UNCONFIRMED: dict[str, Any] = {"solapi": "3005", "nhn": "3005", "sens": ("3005", "fail"), "aligo": ("", "")}


def reviewed(desk: Desk, line: StrictLine, **more: Any) -> dict[str, Any]:
    """A step with a template that the carrier knows."""
    own = {"kind": "kakao_channel", "value": CHANNELS[line.name], "label": "채널"}
    sender = desk.ok("POST", "/senders", {**own, "registered_on": "2026-01-02"}, 201)
    written = {"name": "행사", "channel": "kakao_alimtalk", "body": BODY, "carrier_template_id": TEMPLATE}
    template = desk.ok("POST", "/templates", {**written, **more}, 201)
    own = {"sender_id": sender["id"], "template_id": template["id"], "body": BODY}
    return {"channel": "kakao_alimtalk", **own}


def test_who_has_no_kakao_gets_one_text(there: Desk, line: StrictLine) -> None:
    """And who may have it still gets none."""
    without, maybe, has = numbers = digits([phone() for _ in range(3)])
    line.carrier.fate |= {without: NO_KAKAO[line.name], maybe: UNCONFIRMED[line.name]}
    steps = [reviewed(there, line), there.step()]
    campaign = begun(there, numbers, *steps)
    there.send(campaign)
    there.skip(hours=1)
    there.sweep("reconcile_reports")
    assert states(there, campaign) == {"queued": 1, "sent": 1, "delivered": 1}
    del line.carrier.fate[without]
    there.send(campaign)
    there.skip(hours=1)
    there.sweep("reconcile_reports")
    assert states(there, campaign) == {"sent": 1, "delivered": 2}
    assert sorted(line.carrier.numbers()) == sorted([without, without, maybe, has])
    assert line.carrier.complaints == []
    there.check_books([campaign])


LINK = "https://x.example/#{전화번호}"


def test_a_value_in_a_templates_button_is_filled_for_each(there: Desk, line: StrictLine) -> None:
    """The button's variable is none of the text's: a carrier that fills templates needs it all the same."""
    line.carrier.templates[TEMPLATE] = BODY + (LINK if line.name == "nhn" else "")
    there.sender()
    if line.name == "solapi":
        line.carrier.wants_from = True  # of every message, says its document
    button = {"name": "자세히", "type": "WL", "link_mobile": LINK}
    there.send(begun(there, ["010-2345-6789"], reviewed(there, line, buttons=[button])))
    assert line.carrier.numbers() == ["01023456789"], there.camp.rows(
        "SELECT state, code, reason FROM messages"
    )
    assert line.carrier.complaints == []
    sent = unquote_plus(line.carrier.asked[-1].body.decode())
    assert "010-2345-6789" in sent


@pytest.mark.parametrize("line", ["solapi"], indirect=True)
def test_a_number_of_another_carrier_is_not_named_beside_a_channel(there: Desk, line: StrictLine) -> None:
    """Where it is registered nobody has said, and it may be there only: SOLAPI would refuse everything."""
    there.sender()
    campaign = begun(there, [phone()], reviewed(there, line))
    keys = {"api_key": "app", "api_secret": "secret"}
    there.ok("POST", "/carrier-accounts", {"carrier": "nhn", "credentials": keys}, 201)
    there.send(campaign)
    assert '"from"' not in line.carrier.asked[-1].body.decode()
    assert states(there, campaign) == {"sent": 1}
