"""Sensitive custom fields: staff neither see nor lose them."""

from uuid import UUID

from shared.contacts import scanning
from shared.selections import exports
from tests.contact_history import import_now
from tests.shared.privacy.conftest import Desk


def test_staff_do_not_see_them(desk: Desk) -> None:
    desk.ok("POST", "/custom-fields", {"label": "모임 성향", "sensitive": True}, 201)
    contact = desk.contact(custom={"모임 성향": "가", "지지성향": "나", "직업": "교사"})
    staff = desk.camp.member("staff").api
    assert staff.get(f"/contacts/{contact}").json["data"]["custom"] == {"직업": "교사"}
    everything = {"모임 성향": "가", "지지성향": "나", "직업": "교사"}
    assert desk.camp.member("admin").api.get(f"/contacts/{contact}").json["data"]["custom"] == everything


def test_staff_do_not_lose_them_by_editing(desk: Desk) -> None:
    contact = desk.contact(custom={"지지성향": "나", "직업": "교사"})
    staff = desk.camp.member("staff").api
    edited = staff.put(f"/contacts/{contact}", {"custom": {"직업": "의사"}})
    assert edited.json["data"]["custom"] == {"직업": "의사"}
    assert staff.put(f"/contacts/{contact}", {"custom": {"지지성향": "다"}}).status_code == 403
    assert desk.ok("GET", f"/contacts/{contact}")["custom"] == {"지지성향": "나", "직업": "의사"}
    staff.put(f"/contacts/{contact}", {"note": "메모만"})
    staff.put(f"/contacts/{contact}", {"custom": {}})
    assert desk.ok("GET", f"/contacts/{contact}")["custom"] == {"지지성향": "나"}


SECRET = {"지지성향": "나", "직업": "교사"}
LIST = "이름,휴대폰,지지성향,직업\n남궁솔찬,010-2345-6789,다,의사\n"
COLUMNS = {"이름": "name", "휴대폰": "phone", "지지성향": "custom:지지성향", "직업": "custom:직업"}


def test_staff_do_not_see_what_a_list_or_a_member_changed_in_them(desk: Desk) -> None:
    contact = desk.contact(custom=SECRET)
    consented = {"mapping": COLUMNS, "sensitive_consent": {"지지성향": True}}
    import_id = import_now(desk.camp, LIST, on_existing="overwrite", **consented)
    desk.ok("PUT", f"/contacts/{contact}", {"custom": {"지지성향": "라", "직업": "교수"}})
    for path, count in ((f"/contacts/imports/{import_id}/rows", 1), (f"/contacts/{contact}/timeline", 2)):
        whole = desk.camp.member("admin").api.get(path).text
        assert whole.count("custom:지지성향") == count, path
        seen = desk.camp.member("staff").api.get(path).text
        assert seen.count("custom:직업") == count, "the others they see"
        assert "지지성향" not in seen, path


def test_staff_do_not_see_them_in_a_merges_answer(desk: Desk) -> None:
    staff = desk.camp.member("staff").api
    kept, other = desk.contact(custom={"직업": "교사"}), desk.contact(phone="010-3333-4444", custom=SECRET)
    merged = staff.post("/contacts/merges", {"keep_id": kept, "merge_ids": [other]})
    assert merged.json["data"]["contact"]["custom"] == {"직업": "교사"}
    assert desk.ok("GET", f"/contacts/{kept}")["custom"] == SECRET, "they are there all the same"


def test_staff_do_not_see_them_in_pairs_to_review(desk: Desk) -> None:
    desk.contact(custom=SECRET)
    desk.contact(phone="010-2345-6788", custom={"지지성향": "다"})
    with desk.camp.transaction() as connection:
        scan_id = scanning.start_whole(connection)
    scanning.walk(desk.camp.tenant_id, scan_id)
    (whole,) = desk.ok("GET", "/contacts/duplicates")
    assert (whole["left"]["custom"], whole["right"]["custom"]) == (SECRET, {"지지성향": "다"})
    answer = desk.camp.member("staff").api.get("/contacts/duplicates")
    (item,) = answer.json["data"]
    (pair,) = [field for field in item["fields"] if field["field"] == "custom"]
    assert (item["left"]["custom"], item["right"]["custom"]) == ({"직업": "교사"}, {})
    assert (pair["left"], pair["right"], pair["equal"]) == ({"직업": "교사"}, {}, False)
    assert "지지성향" not in answer.text


def test_staff_see_them_covered_in_a_preview(desk: Desk) -> None:
    contact = desk.contact(custom=SECRET)
    sender = desk.ok(
        "POST",
        "/senders",
        {"kind": "phone", "value": "02-1234-5678", "label": "본부", "registered_on": "2026-01-02",
         "reported_on": "2026-01-03"},
        201,
    )["id"]  # fmt: skip
    step = {"channel": "sms", "sender_id": sender, "body": "#{이름}님 #{지지성향}/#{직업}"}
    draft = {"purpose": "event_notice", "audience": {"all": True}, "steps": [step], "contact_id": contact}
    unsaved = {"name": "소식", "purpose": "event_notice", "audience": {"all": True}, "steps": [step]}
    saved = desk.ok("POST", "/campaigns", unsaved, 201)["id"]
    for role, shown in (("staff", "남궁솔찬님 ***/교사"), ("admin", "남궁솔찬님 나/교사")):
        api = desk.camp.member(role).api
        for path, body in (
            ("/campaigns/preview", draft),
            (f"/campaigns/{saved}/preview", {"contact_id": contact}),
            (f"/campaigns/{saved}/preview", {}),
        ):
            [one] = api.post(path, body).json["data"]["steps"]
            assert shown in one["text"], (role, path)
            assert one["unfilled"] == []


def test_staff_get_no_export_at_all(desk: Desk) -> None:
    desk.contact(custom=SECRET)
    columns = ["name", "custom:지지성향"]
    wanted = {"target": {}, "format": "csv", "reason": "연락망 정리", "columns": columns}
    made = desk.ok("POST", "/contacts/exports", wanted, 202)["id"]
    exports.make(desk.camp.tenant_id, UUID(made))
    staff = desk.camp.member("staff").api
    assert staff.post("/contacts/exports", wanted).status_code == 403
    for path in ("", f"/{made}", f"/{made}/download"):
        assert staff.get(f"/contacts/exports{path}").status_code == 403, path
    assert "나" in desk.camp.api.get(f"/contacts/exports/{made}/download").content.decode("utf-8-sig")


def test_an_export_takes_them_only_when_they_are_asked_for(desk: Desk) -> None:
    for label in ("지지성향", "직업"):
        desk.ok("POST", "/custom-fields", {"label": label}, 201)
    wanted = {"target": {}, "format": "csv", "reason": "연락망 정리"}
    made = desk.ok("POST", "/contacts/exports", wanted, 202)["id"]
    assert "custom:직업" in desk.ok("GET", f"/contacts/exports/{made}")["columns"]
    assert "custom:지지성향" not in desk.ok("GET", f"/contacts/exports/{made}")["columns"]
