"""Texts that come in: each once, into the right conversation, refusals obeyed, nothing stored readable."""

import json
from typing import Any

import pytest

from tests.shared.inbox.conftest import Inbox
from tests.shared.messaging.desk import phone


def test_a_text_opens_a_conversation_with_whoever_has_the_number(inbox: Inbox) -> None:
    number = phone()
    contact = inbox.desk.contact(number, "박초록")
    inbox.writes(number, "언제 하나요?")
    found = inbox.one()
    assert (found["peer"], found["contact"]) == (number, {"id": contact, "name": "박초록"})
    assert (found["status"], found["unread"], found["opt_out"]) == ("open", 1, None)
    assert (found["last"]["direction"], found["last"]["text"]) == ("in", "언제 하나요?")
    [event] = [e for e in inbox.ok("GET", f"/contacts/{contact}/timeline") if e["kind"] == "inbound"]
    assert event["detail"]["text"] == "언제 하나요?"


@pytest.mark.parametrize("calls", [["a"], ["a", "a"], [["a", "a"]], [["a", "b"], ["b", "a"]]])
def test_replayed_calls_change_nothing(inbox: Inbox, calls: list[Any]) -> None:
    number = phone()
    texts = {
        name: {"from": number, "to": "02-1234-5678", "text": name, "provider_msg_id": f"MO-{name}"}
        for name in "ab"
    }
    for call in calls:
        body = [texts[name] for name in call] if isinstance(call, list) else texts[call]
        assert inbox.call(body) == 200
    inbox.desk.apply_inbound()
    different = {name for call in calls for name in call}
    assert inbox.one()["unread"] == len(different)
    assert sorted(m["text"] for m in inbox.thread(inbox.one())) == sorted(different)


def test_the_same_words_again_are_another_text_when_the_carrier_says_so(inbox: Inbox) -> None:
    number = phone()
    inbox.writes(number, "네")
    inbox.writes(number, "네")
    assert inbox.one()["unread"] == 2
    bare = {"from": number, "text": "네"}
    for _ in range(3):
        assert inbox.call(bare) == 200
    inbox.desk.apply_inbound()
    assert inbox.one()["unread"] == 3, "without an id and a time, repeated words are one text"


@pytest.mark.parametrize("place", ["provider_msg_id", "to", "text", "channel", "media"])
def test_half_a_character_in_one_text_keeps_no_refusal_from_the_next(inbox: Inbox, place: str) -> None:
    """A relay cuts a text in the middle of an emoji; whoever refuses in the same call must be heard."""
    number = phone()
    cut: dict[str, Any] = {"from": phone(), "to": "0212345678", "text": "좋아요", place: "끝\ud83d\x00"}
    cut["media"] = [cut.get("media", "")]
    assert inbox.call([cut, {"from": number, "to": "0212345678", "text": "수신거부"}]) == 200
    inbox.desk.apply_inbound()
    [refusal] = inbox.ok("GET", "/opt-outs")
    assert refusal["reason"] == "reply"
    assert inbox.desk.camp.rows("SELECT 1 FROM report_inbox WHERE applied_at IS NULL") == []


def test_a_forged_call_is_refused_and_nothing_is_kept(inbox: Inbox) -> None:
    item = {"from": phone(), "text": "수신거부"}
    assert inbox.call(item, secret="somebody else's") == 403
    assert inbox.desk.camp.rows("SELECT 1 FROM report_inbox") == []
    assert inbox.desk.apply_inbound() == 0
    assert inbox.conversations("all") == []


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "null",
        '"text"',
        "[1, null, []]",
        '{"from": 1, "text": "네"}',
        '{"text": "네"}',
        '{"from": "hello", "text": "네"}',
        '{"from": "010-1234-5678"}',
        "[" * 100_000,
    ],
)
def test_what_cannot_be_read_is_skipped(inbox: Inbox, body: str) -> None:
    assert inbox.call(body) == 200
    inbox.desk.apply_inbound()
    assert inbox.conversations("all") == []
    number = phone()
    inbox.writes(number, "읽히는 문자")
    assert inbox.one()["peer"] == number


def test_one_bad_text_of_a_call_loses_none_of_the_others(inbox: Inbox) -> None:
    number = phone()
    items = [{"from": "x", "text": "?"}, {"from": number, "text": "\ud83d\u0000네"}, {"from": number}]
    assert inbox.call(json.dumps(items)) == 200
    inbox.desk.apply_inbound()
    assert inbox.one()["last"]["text"] == "?네"


def test_a_stranger_is_joined_when_the_contact_appears_and_follows_a_merge(inbox: Inbox) -> None:
    number = phone()
    inbox.writes(number, "저는 누구일까요")
    assert inbox.one()["contact"] is None
    contact = inbox.desk.contact(number, "김하늘")
    assert inbox.one()["contact"] == {"id": contact, "name": "김하늘"}
    kept = inbox.desk.contact(phone(), "이바다")
    inbox.ok("POST", "/contacts/merges", {"keep_id": kept, "merge_ids": [contact]}, 201)
    assert inbox.one()["contact"]["id"] == kept
    inbox.ok("DELETE", f"/contacts/{kept}", status=204)
    assert [c["contact"] for c in inbox.conversations("all")] in ([], [None])


def test_nothing_readable_is_stored(inbox: Inbox) -> None:
    number = phone()
    inbox.writes(number, "비밀이야기입니다")
    inbox.reply(inbox.one(), "저희답변입니다")
    stored = inbox.desk.camp.rows(
        "SELECT k::text AS k, m::text AS m FROM conversations k, conversation_messages m"
    )
    digits = number.replace("-", "")[1:]
    for word in (digits, "비밀이야기입니다", "저희답변입니다"):
        traces = (word, word.encode().hex())
        assert not [row for row in stored for trace in traces if trace in row["k"] + row["m"]]


def test_a_refusal_opts_out_once_and_is_confirmed_once(inbox: Inbox) -> None:
    number = phone()
    contact = inbox.desk.contact(number)
    told = inbox.writes(number, "수신거부 합니다!")
    inbox.call(told)
    inbox.writes(number, "STOP")
    for _ in range(3):
        inbox.send_waiting()
    [opt_out] = inbox.ok("GET", "/opt-outs")
    assert (opt_out["source"], inbox.one()["opt_out"]["id"]) == ("keyword", opt_out["id"])
    assert inbox.ok("GET", f"/contacts/{contact}")["opted_out"]
    [confirmation] = inbox.at_phone(number)
    assert "[한표 캠프]" in confirmation
    assert "수신거부가 처리되었습니다" in confirmation
    purposes = [m["purpose"] for m in inbox.thread(inbox.one())]
    assert sorted(purposes) == ["confirmation", "refusal", "refusal"]
    assert inbox.desk.quota()["used"] == 1


def test_a_member_takes_a_refusal_back_and_may_answer_again(inbox: Inbox) -> None:
    number = phone()
    inbox.writes(number, "거부")
    inbox.reply(inbox.one(), "안녕하세요", status=409)
    refusal = inbox.one()["opt_out"]["id"]
    inbox.ok("DELETE", f"/opt-outs/{refusal}", {"reason": "전화로 다시 받겠다고 하심"}, 204)
    assert inbox.one()["opt_out"] is None
    inbox.reply(inbox.one(), "안녕하세요")
    inbox.writes(number, "수신거부")
    inbox.send_waiting()
    assert len([t for t in inbox.at_phone(number) if "처리되었습니다" in t]) == 2, "a new refusal, a new word"


def test_a_sentence_that_only_holds_the_word_is_no_refusal(inbox: Inbox) -> None:
    inbox.writes(phone(), "거부감 없이 잘 읽었습니다")
    assert inbox.ok("GET", "/opt-outs") == []


def test_without_a_sender_or_quota_the_refusal_stands_all_the_same(inbox: Inbox) -> None:
    inbox.ok("PUT", "/quota", {"limit": 0})
    number = phone()
    inbox.writes(number, "수신거부")
    inbox.send_waiting()
    assert [o["source"] for o in inbox.ok("GET", "/opt-outs")] == ["keyword"]
    [told] = [m for m in inbox.thread(inbox.one()) if m["purpose"] == "confirmation"]
    assert (told["state"], told["reason"]) == ("given_up", "quota")
    assert inbox.at_phone(number) == []


def test_a_kakao_user_without_a_number_has_a_conversation_that_cannot_be_answered(inbox: Inbox) -> None:
    inbox.writes("kakaoUser77", "카톡으로 여쭤요", channel="kakao", **{"from": "kakaoUser77"})
    found = inbox.one()
    assert (found["kind"], found["peer"], found["contact"]) == ("kakao_key", "kakaoUser77", None)
    assert inbox.thread(found)[0]["channel"] == "kakao"
    inbox.reply(found, "네", status=409)


def test_another_camp_sees_nothing_of_it(inbox: Inbox, new_camp: Any) -> None:
    inbox.writes(phone(), "우리 캠프 이야기")
    other, ours = new_camp(), inbox.one()
    assert other.api.get("/conversations?filter=all").json["data"] == []
    assert other.api.get("/conversations/changes").json["data"]["items"] == []
    for method, path, body in (
        ("GET", "", None),
        ("GET", "/messages", None),
        ("PUT", "", {"status": "closed"}),
        ("POST", "/replies", {"text": "남의 대화"}),
    ):
        answer = other.api.call(method, f"/conversations/{ours['id']}{path}", body)
        assert answer.status_code == 404, (method, path)
