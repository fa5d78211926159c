"""Calls of carriers that make trouble: unreadable, of another account, too large, in each other's way."""

import json
import threading
from typing import Any
from uuid import UUID

import psycopg
import pytest

from shared.inbox import receiving
from shared.kernel.config import settings
from shared.kernel.errors import Forbidden, NotFound
from shared.messaging import accounts, controls, reports, settling
from shared.messaging.gateways import solapi_wire
from tests.shared.messaging.desk import HTTP, Desk, phone


def call(desk: Desk, kind: str, body: Any, account: dict[str, Any] | None = None, secret: str = "") -> None:
    """A call as the carrier makes it, to an account's hook (by default the one that sends)."""
    if account is None:
        with desk.camp.transaction() as connection:
            opened = accounts.for_sending(connection, desk.camp.cipher)
        account, secret = desk.ok("GET", "/carrier-accounts")[0], opened.credentials.webhook_secret
    content = body if isinstance(body, str) else json.dumps(body)
    headers = {"X-Solapi-Secret": solapi_wire.webhook_digest(secret)}
    assert HTTP.post(account["hooks"][kind], content=content, headers=headers).status_code == 200


def report(message: UUID, code: str = "4000") -> list[dict[str, Any]]:
    return [{"messageId": "M1", "statusCode": code, "customFields": {"ref": str(message)}}]


def sent(desk: Desk) -> tuple[UUID, UUID, str]:
    """A campaign with one message the carrier took and is silent about; its id; the number."""
    number = phone("9004")
    desk.contact(number)
    campaign = desk.launch()
    desk.send(campaign)
    [row] = desk.camp.rows("SELECT id FROM messages WHERE campaign_id = %s", campaign)
    return campaign, row["id"], number


@pytest.mark.parametrize(
    "body",
    ['{"from":"%s","text":"\\ud83d"}', '{"from":"%s","text":"a\\u0000","provider_msg_id":"a\\u0000b"}'],
)
def test_an_inbound_text_that_no_database_takes_is_cleaned(desk: Desk, body: str) -> None:
    number = phone()
    contact = desk.contact(number)
    desk.launch()
    call(desk, "inbound", body % number)
    assert desk.apply_reports() == 1
    kinds = [item["kind"] for item in desk.ok("GET", f"/contacts/{contact}/timeline")]
    assert kinds.count("inbound") == 1


def test_one_bad_call_holds_up_no_other_and_is_put_aside(desk: Desk) -> None:
    campaign, message, _ = sent(desk)
    call(desk, "reports", report(message))
    with desk.camp.transaction() as connection:
        connection.execute("UPDATE report_inbox SET body_sealed = 'cannot be opened'")
    call(desk, "reports", report(message))
    assert desk.apply_reports() == 1
    assert desk.ledger(campaign) == {"delivered": 1}
    for _ in range(reports.MOST_ATTEMPTS):
        assert desk.apply_reports() == 0
    [bad] = desk.camp.rows("SELECT attempts, failed_at FROM report_inbox WHERE applied_at IS NULL")
    assert bad["attempts"] == reports.MOST_ATTEMPTS
    assert bad["failed_at"] is not None
    desk.skip(hours=1)
    assert desk.camp.tenant_id not in reports.tenants_waiting(desk.now())


def test_a_fault_of_ours_in_inbound_texts_does_not_stop_reports(desk: Desk, monkeypatch: Any) -> None:
    campaign, message, number = sent(desk)
    call(desk, "inbound", {"from": number, "text": "수신거부"})
    call(desk, "reports", report(message))

    def broken(*_: Any) -> None:
        raise KeyError("text")

    with monkeypatch.context() as patch:
        patch.setattr(receiving, "take", broken)
        assert desk.apply_reports() == 1
    assert desk.ledger(campaign) == {"delivered": 1}
    assert desk.apply_reports() == 1, "the text was not given up"
    assert len(desk.ok("GET", "/opt-outs")) == 1


def test_a_lost_connection_is_not_the_calls_fault(desk: Desk, monkeypatch: Any) -> None:
    _, message, _ = sent(desk)
    call(desk, "reports", report(message))

    def lost(*_: Any) -> None:
        raise psycopg.OperationalError

    with monkeypatch.context() as patch:
        patch.setattr(settling, "apply", lost)
        with pytest.raises(psycopg.OperationalError):
            desk.apply_reports()
    assert desk.camp.rows("SELECT attempts FROM report_inbox") == [{"attempts": 0}]


def test_an_account_may_speak_of_its_own_messages_only(desk: Desk) -> None:
    campaign, message, _ = sent(desk)
    [row] = desk.camp.rows("SELECT carrier_message_id AS id FROM messages WHERE campaign_id = %s", campaign)
    secrets = {"api_key": "other", "api_secret": "other", "webhook_secret": "weak"}
    other = desk.ok("POST", "/carrier-accounts", {"carrier": "solapi", "credentials": secrets}, 201)
    call(desk, "reports", report(message), other, "weak")
    call(desk, "reports", [{"messageId": row["id"], "statusCode": "4000"}], other, "weak")
    assert desk.apply_reports() == 2
    assert desk.ledger(campaign) == {"accepted": 1}


def test_reports_and_a_pause_do_not_wait_for_each_other(desk: Desk, monkeypatch: Any) -> None:
    """Opting out locks the audit log, a pause locks the campaign first and then the log."""
    campaign, message, number = sent(desk)
    call(desk, "inbound", {"from": number, "text": "수신거부"})
    call(desk, "reports", report(message))
    apply, ends = settling.apply, []

    def pause() -> None:
        with desk.camp.transaction() as connection:
            controls.pause(connection, campaign, desk.camp.member_id, desk.now())
        ends.append("paused")

    hand = threading.Thread(target=pause)

    def meanwhile(*arguments: Any) -> int:
        if not hand.ident:
            hand.start()
            hand.join(0.3)
        return apply(*arguments)

    monkeypatch.setattr(settling, "apply", meanwhile)
    assert desk.apply_reports() == 2
    hand.join()
    assert ends == ["paused"]


def test_a_lot_is_bounded_in_bytes(desk: Desk, monkeypatch: Any) -> None:
    campaign, message, _ = sent(desk)
    for _ in range(3):
        call(desk, "reports", report(message))
    monkeypatch.setattr(reports, "BYTES_AT_ONCE", 10)
    assert [desk.apply_reports() for _ in range(4)] == [1, 1, 1, 0]
    assert desk.ledger(campaign) == {"delivered": 1}


def test_a_strangers_body_is_not_read(desk: Desk) -> None:
    def unread() -> bytes:
        raise AssertionError("the body was read")

    sent(desk)
    key = desk.ok("GET", "/carrier-accounts")[0]["account_key"]
    for wanted, headers in ((key[:-2] + "00", {}), ("nonsense", {}), (key, {"X-Solapi-Secret": "guessed"})):
        with pytest.raises((NotFound, Forbidden)):
            reports.receive("simulator", wanted, "reports", headers, unread)


def test_put_aside_calls_are_purged_like_applied_ones(desk: Desk) -> None:
    _, message, _ = sent(desk)
    call(desk, "reports", report(message))
    with desk.camp.transaction() as connection:
        connection.execute("UPDATE report_inbox SET failed_at = now() - interval '8 days'")
    with psycopg.connect(settings().database_url) as connection:
        connection.execute("SELECT purge_by_age()")
    assert desk.camp.rows("SELECT id FROM report_inbox") == []
