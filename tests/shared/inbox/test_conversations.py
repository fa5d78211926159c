"""Lists, search, assignment, read state, live update, the thread with campaigns, canned replies."""

import threading
from typing import Any
from uuid import uuid4

import pytest

from shared.inbox import store
from tests.shared.inbox.conftest import Inbox
from tests.shared.messaging.desk import phone


def peers(found: list[dict[str, Any]]) -> list[str]:
    return [one["peer"] for one in found]


def test_filters_assignment_and_closing(inbox: Inbox) -> None:
    numbers = [phone() for _ in range(3)]
    for number in numbers:
        inbox.writes(number, "질문")
    newest_first = numbers[::-1]
    assert peers(inbox.conversations()) == peers(inbox.conversations("unassigned")) == newest_first
    mine, closed, _ = inbox.conversations()
    me = str(inbox.desk.camp.member_id)
    assert inbox.ok("PUT", f"/conversations/{mine['id']}", {"assignee_id": me})["assignee_id"] == me
    inbox.ok("PUT", f"/conversations/{closed['id']}", {"status": "closed"})
    assert peers(inbox.conversations("mine")) == newest_first[:1]
    assert peers(inbox.conversations("closed")) == newest_first[1:2]
    assert peers(inbox.conversations("unassigned")) == newest_first[2:]
    assert inbox.ok("PUT", f"/conversations/{mine['id']}", {"assignee_id": None})["assignee_id"] is None
    inbox.writes(closed["peer"], "또 질문")
    assert inbox.conversations()[0]["peer"] == closed["peer"], "who writes again is open again, and on top"


def test_an_assignee_must_be_a_member_here(inbox: Inbox, new_camp: Any) -> None:
    inbox.writes(phone(), "질문")
    place = f"/conversations/{inbox.one()['id']}"
    inbox.refused("PUT", place, {"assignee_id": str(uuid4())}, 422)
    inbox.refused("PUT", place, {"assignee_id": str(new_camp().member_id)}, 422)
    inbox.refused("PUT", place, {}, 422)
    inbox.refused("PUT", place, {"status": "gone"}, 422)


def test_what_came_after_the_screen_stays_unread(inbox: Inbox) -> None:
    number = phone()
    inbox.writes(number, "하나")
    seen = inbox.thread(inbox.one())[0]["id"]
    inbox.writes(number, "둘")
    place = f"/conversations/{inbox.one()['id']}"
    assert inbox.ok("PUT", place, {"read_up_to": seen})["unread"] == 1
    newest = inbox.thread(inbox.one())[0]["id"]
    assert inbox.ok("PUT", place, {"read_up_to": newest})["unread"] == 0
    assert inbox.conversations("unread") == []


def test_search_by_number_and_by_name(inbox: Inbox) -> None:
    known, stranger = phone(), phone()
    inbox.desk.contact(known, "박초록")
    for number in (known, stranger):
        inbox.writes(number, "질문")
    assert peers(inbox.conversations("all", known)) == [known]
    assert peers(inbox.conversations("all", stranger.replace("-", ""))) == [stranger]
    assert peers(inbox.conversations("all", "초록")) == [known]
    assert peers(inbox.conversations("all", "없는이름")) == []


def test_a_search_for_a_common_word_asks_each_conversation(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shared.contacts import search

    monkeypatch.setattr(search, "FEW_MATCHES", 1)
    numbers = [phone() for _ in range(3)]
    for number in numbers:
        inbox.desk.contact(number, "박초록", address="서울 마포구 망원동 1")
        inbox.writes(number, "질문")
    inbox.writes(phone(), "모르는 사람")
    for words in ("초록", "마포구", "초록 망원동"):
        assert sorted(peers(inbox.conversations("all", words))) == sorted(numbers)
    assert peers(inbox.conversations("all", "초록 은평구")) == []


def test_pages_go_through_every_conversation_once(inbox: Inbox) -> None:
    for _ in range(5):
        inbox.writes(phone(), "질문")
    seen, cursor = [], ""
    while True:
        answer = inbox.desk.camp.api.get(f"/conversations?limit=2&cursor={cursor}").json
        seen += peers(answer["data"])
        cursor = (answer["meta"]["next_cursor"] or "").replace("+", "%2B")
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == 5
    assert inbox.desk.camp.api.get("/conversations?cursor=x").status_code == 422


def test_a_screen_hears_of_every_change_once(inbox: Inbox) -> None:
    first, second = phone(), phone()
    inbox.writes(first, "하나")
    start = inbox.ok("GET", "/conversations/changes?since=0")
    assert (peers(start["items"]), start["unread"], start["more"]) == ([first], 1, False)
    again = inbox.ok("GET", f"/conversations/changes?since={start['version']}")
    assert (again["items"], again["version"]) == ([], start["version"])
    inbox.writes(second, "둘")
    inbox.reply(inbox.conversations()[1], "답")
    later = inbox.ok("GET", f"/conversations/changes?since={start['version']}")
    assert sorted(peers(later["items"])) == sorted([first, second])
    assert later["version"] == max(item["version"] for item in later["items"])


def test_a_change_that_is_not_committed_yet_is_not_skipped(inbox: Inbox) -> None:
    """The later of two changes must not become visible before the earlier one."""
    for number in (phone(), phone()):
        inbox.writes(number, "질문")
    slow, quick = inbox.conversations("all")
    before = inbox.ok("GET", "/conversations/changes?since=0")["version"]
    done = threading.Event()

    def change() -> None:
        inbox.ok("PUT", f"/conversations/{quick['id']}", {"status": "closed"})
        done.set()

    with inbox.desk.camp.transaction() as connection:
        store.touch(connection, slow["id"])
        other = threading.Thread(target=change)
        other.start()
        assert not done.wait(0.3)
        assert inbox.ok("GET", f"/conversations/changes?since={before}")["version"] == before
    other.join()
    assert len(inbox.ok("GET", f"/conversations/changes?since={before}")["items"]) == 2


def test_a_thread_holds_what_campaigns_sent(inbox: Inbox) -> None:
    number = phone()
    inbox.desk.contact(number, "박초록")
    campaign = inbox.desk.launch(inbox.desk.step(body="#{이름}님, 토요일 모임입니다."))
    inbox.desk.settle(campaign)
    inbox.writes(number, "몇 시인가요?")
    inbox.reply(inbox.one(), "두 시입니다.")
    newest, reply, sent = inbox.thread(inbox.one())[1], *inbox.thread(inbox.one())[::2]
    assert (newest["text"], reply["text"]) == ("몇 시인가요?", "두 시입니다.")
    assert (sent["source"], sent["text"], sent["exact"]) == ("campaign", "박초록님, 토요일 모임입니다.", True)
    assert (sent["campaign_id"], sent["campaign_name"], sent["state"]) == (
        str(campaign),
        "봄 소식",
        "delivered",
    )
    first = inbox.desk.camp.api.get(f"/conversations/{inbox.one()['id']}/messages?limit=2").json
    cursor = first["meta"]["next_cursor"].replace("+", "%2B")
    [last] = inbox.thread(inbox.one(), f"?limit=2&cursor={cursor}")
    assert last["id"] == sent["id"]


def test_staff_see_sensitive_values_of_a_campaigns_text_covered(inbox: Inbox) -> None:
    number = phone()
    contact = inbox.desk.contact(number, "박초록", custom={"지지성향": "가나다"})
    inbox.desk.consent(contact, "sensitive")
    campaign = inbox.desk.launch(inbox.desk.step(body="#{이름}님 #{지지성향}"))
    inbox.desk.settle(campaign)
    inbox.writes(number, "네")
    path = f"/conversations/{inbox.one()['id']}/messages"
    for role, shown in (("staff", "박초록님 ***"), ("admin", "박초록님 가나다")):
        sent = inbox.desk.camp.member(role).api.get(path).json["data"][-1]
        assert (sent["text"], sent["exact"]) == (shown, True)


def test_a_text_that_was_changed_since_is_said_not_to_be_exact(inbox: Inbox) -> None:
    number = phone()
    contact = inbox.desk.contact(number, "박초록", address="마포구")
    campaign = inbox.desk.launch(inbox.desk.step(body="#{주소} 주민 여러분"))
    inbox.desk.settle(campaign)
    inbox.writes(number, "네")
    assert inbox.thread(inbox.one())[-1]["exact"] is True
    inbox.ok("PUT", f"/contacts/{contact}", {"address": "서대문구"})
    assert inbox.thread(inbox.one())[-1]["exact"] is False


def test_canned_replies(inbox: Inbox) -> None:
    made = inbox.ok("POST", "/canned-replies", {"title": "감사", "body": "#{이름}님, 고맙습니다."}, 201)
    changed = {"title": "감사 인사", "body": "고맙습니다."}
    assert inbox.ok("PUT", f"/canned-replies/{made['id']}", changed)["title"] == "감사 인사"
    assert [one["body"] for one in inbox.ok("GET", "/canned-replies")] == ["고맙습니다."]
    inbox.ok("DELETE", f"/canned-replies/{made['id']}", status=204)
    inbox.refused("DELETE", f"/canned-replies/{made['id']}", None, 404)
    inbox.refused("POST", "/canned-replies", {"title": "", "body": "x"}, 422)


def test_an_erased_person_leaves_no_conversation(inbox: Inbox) -> None:
    number = phone()
    contact = inbox.desk.contact(number)
    inbox.writes(number, "지워 주세요")
    inbox.reply(inbox.one(), "네")
    inbox.ok("POST", f"/contacts/{contact}/erase", {"reason": "본인 요청"})
    assert inbox.conversations("all") == []
    assert inbox.desk.camp.rows("SELECT 1 FROM conversation_messages") == []
    assert inbox.send_waiting() == 0
