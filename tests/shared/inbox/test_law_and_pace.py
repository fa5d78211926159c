"""Single texts keep to freezes and to the carrier's pace; what strangers write goes one day."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from shared.inbox import outbox
from shared.messaging import opt_outs, pace, singles
from shared.privacy import retention
from tests.shared.inbox.conftest import Inbox
from tests.shared.messaging.desk import phone

FREEZE = {"reason": "선거관리위원회 요청", "ordered_by": "○○선관위"}


def test_a_freeze_holds_answers_until_it_is_lifted(inbox: Inbox) -> None:
    number = phone()
    inbox.writes(number, "질문")
    inbox.reply(inbox.one(), "먼저 쓴 답")
    made = inbox.ok("POST", "/compliance/freezes", FREEZE, 201)
    inbox.reply(inbox.one(), "나중에 쓴 답", status=409)
    assert inbox.send_waiting() == 1
    assert inbox.at_phone(number) == []
    inbox.desk.skip(seconds=11)
    inbox.ok("POST", f"/compliance/freezes/{made['id']}/lift", {"reason": "취하"})
    inbox.send_waiting()
    assert inbox.at_phone(number) == ["먼저 쓴 답"]
    assert inbox.desk.quota()["used"] == 1


def test_a_freeze_waits_for_the_answer_that_is_being_sent(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox.writes(phone(), "질문")
    inbox.reply(inbox.one(), "답")
    bars, asked = opt_outs.bars, list[Any]()
    with ThreadPoolExecutor(1) as commission:

        def ordered_meanwhile(*arguments: Any) -> bool:
            asked.append(commission.submit(inbox.ok, "POST", "/compliance/freezes", FREEZE, 201))
            with pytest.raises(TimeoutError):
                asked[0].result(timeout=0.5)
            return bars(*arguments)

        monkeypatch.setattr(opt_outs, "bars", ordered_meanwhile)
        assert inbox.send_waiting() == 1
        assert asked[0].result(timeout=10)["lifted_at"] is None
    assert len(asked) == 1


def test_no_answer_tells_a_resident_number(inbox: Inbox) -> None:
    inbox.writes(phone(), "제 번호가 맞나요?")
    [detail] = inbox.reply(inbox.one(), "900101-1234568 맞습니다", status=422)["details"]
    assert detail["field"] == "text"
    assert "제24조의2" in detail["message"]


def test_an_answer_waits_for_its_turn_and_is_not_lost(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    number = phone()
    inbox.writes(number, "질문")
    inbox.reply(inbox.one(), "답")
    account = singles.account_of(inbox.desk.camp.tenant_id)
    monkeypatch.setattr(singles, "TURN_SECONDS", 0.05)
    pace.hold(account.id, 0.7)
    assert not singles.take_turn(account, 0.05)
    [message] = inbox.desk.camp.rows("SELECT id FROM conversation_messages WHERE state = 'waiting'")
    with monkeypatch.context() as patch:
        patch.setattr(singles, "take_turn", lambda account: False)
        outbox.advance(inbox.desk.camp.tenant_id, message["id"], inbox.desk.now)
    assert inbox.at_phone(number) == []
    inbox.desk.skip(seconds=2)
    assert singles.take_turn(account, 3)  # the pause passes
    inbox.send_waiting()
    assert inbox.at_phone(number) == ["답"]


def test_a_test_send_waits_for_its_turn_too(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = inbox.desk.campaign()
    path = f"/campaigns/{campaign}/test-send"
    with monkeypatch.context() as patch:
        patch.setattr(singles, "take_turn", lambda account: False)
        assert inbox.desk.camp.api.post(path, {"to": phone()}).status_code == 503
    assert inbox.desk.quota()["reserved"] == 0
    inbox.ok("POST", path, {"to": phone()})


def test_a_picture_that_came_is_told_of_though_it_is_not_kept(inbox: Inbox) -> None:
    number = phone()
    media = ["https://carrier.example/1.jpg", "https://carrier.example/2.jpg"]
    inbox.writes(number, "사진 보냅니다", media=media)
    inbox.writes(number, "", media=media[:1])
    assert [message["pictures"] for message in inbox.thread(inbox.one())] == [1, 2]
    bare = {"from": number.replace("-", ""), "to": "0212345678", "media": media, "provider_msg_id": "bare"}
    assert inbox.call(bare) == 200
    inbox.desk.apply_inbound()
    assert len(inbox.thread(inbox.one())) == 3


def test_conversations_of_strangers_go_by_rule_and_refusals_stay(inbox: Inbox) -> None:
    desk, stranger, known, fresh = inbox.desk, phone(), phone(), phone()
    desk.contact(known)
    for number in (stranger, known, fresh):
        inbox.writes(number, "수신거부" if number == stranger else "안녕하세요")
    inbox.send_waiting()
    desk.camp.rows(
        """UPDATE conversations SET last_at = now() - interval '91 days'
            WHERE peer_hash <> %s RETURNING 1""",
        desk.camp.cipher.point_hash("phone", f"+82{fresh.replace('-', '')[1:]}"),
    )
    with desk.camp.transaction() as connection:
        connection.execute("UPDATE conversation_messages SET state = 'done' WHERE state IS NOT NULL")
    draft = {"kind": "strangers", "days": 90}
    rule = inbox.ok("POST", "/privacy/retention-rules", draft, 201)
    assert inbox.ok("POST", "/privacy/retention/preview", {"rule_id": rule["id"]})["count"] == 1
    [run] = retention.daily(desk.camp.tenant_id, desk.now())
    while retention.advance(desk.camp.tenant_id, run, desk.now() + timedelta(seconds=5)):
        pass
    assert len(inbox.conversations("all")) == 2
    assert desk.camp.rows("SELECT count(*) AS n FROM opt_outs")[0]["n"] == 1
    assert retention.daily(desk.camp.tenant_id, desk.now()) == []
