"""An opt-out bars its channel, `all` bars everything, and whoever refuses one channel gets the other."""

import pytest

from tests.shared.messaging.desk import Desk, phone

TEXT, KAKAO = "sms", "kakao_alimtalk"


def refuse(desk: Desk, number: str, channel: str) -> str:
    draft = {"phone": number, "channel": channel, "reason": "요청"}
    return str(desk.ok("POST", "/opt-outs", draft, 201)["id"])


@pytest.mark.parametrize(
    ("refused", "channel", "reached"),
    [
        ("all", TEXT, 1),
        ("all", KAKAO, 1),
        ("sms", TEXT, 1),
        ("sms", "lms", 1),
        ("sms", KAKAO, 2),
        ("kakao", TEXT, 2),
        ("kakao", KAKAO, 1),
        ("email", TEXT, 2),
        ("email", KAKAO, 2),
    ],
)
def test_a_channel_is_barred_at_the_launch(desk: Desk, refused: str, channel: str, reached: int) -> None:
    number = phone()
    desk.contact(number)
    desk.contact(phone(), "이바다")
    if refused == "email":
        draft = {"email": "sky@example.kr", "channel": "email", "reason": "요청"}
        desk.ok("POST", "/opt-outs", draft, 201)
    else:
        refuse(desk, number, refused)
    campaign = desk.launch(desk.step(channel, "안내드립니다."))
    assert desk.counts(campaign)["recipients"] == reached


@pytest.mark.parametrize(("refused", "sent"), [("sms", 1), ("kakao", 2), ("all", 1)])
def test_a_channel_is_barred_at_the_last_moment(desk: Desk, refused: str, sent: int) -> None:
    number = phone()
    desk.contact(number)
    desk.contact(phone(), "이바다")
    campaign = desk.launch()
    refuse(desk, number, refused)
    assert desk.send(campaign) == sent
    assert desk.counts(campaign)["suppressed"] == 2 - sent
    desk.check_books([campaign])


def test_who_refuses_by_email_everything_is_not_texted(desk: Desk) -> None:
    number = phone()
    desk.contact(number, emails=["sky@example.kr"])
    desk.ok("POST", "/opt-outs", {"email": "sky@example.kr", "reason": "요청"}, 201)
    campaign = desk.campaign()
    assert desk.camp.api.post(f"/campaigns/{campaign}/launch").status_code == 409
    answer = desk.camp.api.post(f"/campaigns/{campaign}/test-send", {"to": number})
    assert answer.status_code == 409


def test_who_refuses_kakao_gets_the_text_that_follows_at_once(desk: Desk) -> None:
    first, second, third = phone(), phone(), phone()
    for number, name in ((first, "김하늘"), (second, "이바다"), (third, "박구름")):
        desk.contact(number, name)
    refuse(desk, first, "kakao")
    campaign = desk.launch(desk.step(KAKAO, "안내드립니다."), desk.step())
    assert desk.counts(campaign)["recipients"] == 3
    refuse(desk, second, "kakao")
    refuse(desk, third, "kakao")
    refuse(desk, third, "sms")
    desk.send(campaign)
    assert desk.counts(campaign)["queued"] == 2, "two wait for the text, none got a Kakao message"
    desk.check_books([campaign])
    desk.settle(campaign)
    assert desk.counts(campaign)["suppressed"] == 1
    channels = desk.camp.rows("SELECT channel FROM messages WHERE campaign_id = %s", campaign)
    assert [row["channel"] for row in channels] == ["sms", "sms"]
    assert set(desk.received()["counts"]) == {first.replace("-", ""), second.replace("-", "")}
    desk.check_books([campaign])


def test_a_test_send_obeys_its_channel(desk: Desk) -> None:
    number = phone()
    desk.contact(number)
    desk.contact(phone(), "이바다")
    refuse(desk, number, "kakao")
    campaign = desk.campaign()
    assert desk.camp.api.post(f"/campaigns/{campaign}/test-send", {"to": number}).status_code == 200
    refuse(desk, number, "sms")
    assert desk.camp.api.post(f"/campaigns/{campaign}/test-send", {"to": number}).status_code == 409


def test_whom_a_bulk_action_deleted_is_not_texted_though_the_number_is_somebody_elses_now(desk: Desk) -> None:
    number = phone()
    deleted = desk.contact(number)
    campaign = desk.launch()
    order = {"action": "delete", "target": {"ids": [deleted]}}
    bulk_id = desk.ok("POST", "/contacts/bulk", order, 202)["id"]
    from uuid import UUID

    from shared.selections import bulk

    bulk.work(desk.camp.tenant_id, UUID(bulk_id), 30)
    desk.contact(number, "이바다")
    assert desk.send(campaign) == 0
    assert desk.stats(campaign)["reasons"] == [{"reason": "erased", "count": 1}]
