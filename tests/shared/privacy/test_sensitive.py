"""Sensitive custom fields: staff neither see nor lose them."""

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
    assert staff.put(f"/contacts/{contact}", {"custom": {"지지성향": "다"}}).status_code == 200
    assert desk.ok("GET", f"/contacts/{contact}")["custom"] == {"지지성향": "나"}
    staff.put(f"/contacts/{contact}", {"note": "메모만"})
    assert desk.ok("GET", f"/contacts/{contact}")["custom"] == {"지지성향": "나"}
