"""The log of requests: due in ten days, answered once."""

from datetime import timedelta

from shared.kernel.clock import seoul_date, utc_now
from tests.shared.privacy.conftest import Desk


def test_a_request_is_due_in_ten_days_and_answered_once(desk: Desk) -> None:
    contact = desk.contact()
    made = desk.ok(
        "POST", "/privacy/requests", {"kind": "access", "phone": "01023456789", "detail": "열람"}, 201
    )
    assert made["contact_id"] == contact, "found by the number"
    assert made["due_on"] == (seoul_date(utc_now()) + timedelta(days=10)).isoformat()
    assert (made["status"], made["overdue"], made["contact_name"]) == ("open", False, "남궁솔찬")
    path = f"/privacy/requests/{made['id']}/answer"
    given = {"status": "answered", "answer": "출력해서 보냈습니다."}
    assert desk.camp.member("staff").api.post(path, given).status_code == 403
    answered = desk.ok("POST", path, given)
    assert (answered["status"], answered["answer"]) == ("answered", "출력해서 보냈습니다.")
    assert desk.camp.api.post(path, given).status_code == 409
    assert desk.ok("GET", "/privacy/requests?status=open") == []
    (stored,) = desk.camp.rows("SELECT answer_sealed FROM privacy_requests")
    assert "출력".encode() not in stored["answer_sealed"]


def test_a_missed_day_is_shown(desk: Desk) -> None:
    desk.ok("POST", "/privacy/requests", {"kind": "stop", "phone": "010-9999-8888"}, 201)
    desk.camp.rows("UPDATE privacy_requests SET due_on = current_date - 3 RETURNING 1")
    (shown,) = desk.ok("GET", "/privacy/requests")
    assert (shown["overdue"], shown["contact_id"]) == (True, None)


def test_a_number_that_is_none_is_refused(desk: Desk) -> None:
    answer = desk.camp.api.post("/privacy/requests", {"kind": "access", "phone": "홍길동"})
    assert answer.status_code == 422


def test_a_refusal_says_why(desk: Desk) -> None:
    made = desk.ok("POST", "/privacy/requests", {"kind": "access", "phone": "010-9999-8888"}, 201)
    path = f"/privacy/requests/{made['id']}/answer"
    refused = desk.camp.api.post(path, {"status": "refused", "answer": " "})
    assert refused.status_code == 422
    assert "까닭" in refused.text
    why = "본인인지 확인할 수 없음. " * 40
    assert desk.ok("POST", path, {"status": "refused", "answer": why})["answer"] == why.strip()


def test_pages(desk: Desk) -> None:
    ids = [desk.ok("POST", "/privacy/requests", {"kind": "access"}, 201)["id"] for _ in range(5)]
    first = desk.camp.api.get("/privacy/requests", params={"limit": "3"}).json
    cursor = first["meta"]["next_cursor"]
    rest = desk.camp.api.get("/privacy/requests", params={"limit": "3", "cursor": cursor}).json
    assert [item["id"] for item in [*first["data"], *rest["data"]]] == ids[::-1]


def test_who_was_merged_since_is_shown_as_the_contact_that_stays(desk: Desk) -> None:
    asked = desk.contact("독고휘랑", "010-3456-7890")
    desk.ok("POST", "/privacy/requests", {"kind": "erasure", "contact_id": asked}, 201)
    keep = asked
    for number in ("010-2345-6781", "010-2345-6782"):
        merged, keep = keep, desk.contact("남궁솔찬", number)
        desk.ok("POST", "/contacts/merges", {"keep_id": keep, "merge_ids": [merged]}, 201)
    (shown,) = desk.ok("GET", "/privacy/requests")
    assert (shown["contact_id"], shown["contact_name"]) == (keep, "남궁솔찬")
    desk.ok("POST", f"/contacts/{shown['contact_id']}/erase", {"reason": "본인 요청"})
    assert desk.ok("GET", "/privacy/requests?status=open") == []


def test_who_asked_before_being_known_is_forgotten_with_the_number(desk: Desk) -> None:
    for phone in ("010-2345-6789", "010-9999-8888"):
        wanted = {"kind": "erasure", "phone": phone, "detail": "남궁솔찬이라고 하심"}
        desk.ok("POST", "/privacy/requests", wanted, 201)
    desk.ok("POST", f"/contacts/{desk.contact()}/erase", {"reason": "본인 요청"})
    (other,) = desk.ok("GET", "/privacy/requests?status=open")
    assert other["detail"]
    assert [one["detail"] for one in desk.ok("GET", "/privacy/requests")] == [
        "본인 요청",
        other["detail"],
        None,
    ]
