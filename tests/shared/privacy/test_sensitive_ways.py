"""Every way by which somebody could find out a sensitive value: closed to staff, open with the right."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from shared.contacts import imports
from shared.contacts.finishing import finish
from shared.contacts.ingest import ingest
from tests.contact_history import import_now
from tests.factories import Api, Camp
from tests.shared.privacy.conftest import Desk

ASKED: dict[str, Any] = {"custom": {"label": "지지성향", "equals": "나"}}
HARMLESS: dict[str, Any] = {"custom": {"label": "직업", "equals": "교사"}}
SPELLINGS = [
    *("지지성향", " 지지 성향 ", "지지성향 (2026)", "모임 성향", "모임\u00a0성향", "모임\u2003성향"),
    *("MBTI유형", "mbti유형"),
]
ORIGIN = {"source": "명부", "legal_basis": "consent"}


@pytest.fixture
def known(desk: Desk) -> str:
    """A contact with sensitive values, one of them under a label that only its mark makes sensitive."""
    for label in ("모임 성향", "MBTI유형"):
        desk.ok("POST", "/custom-fields", {"label": label, "sensitive": True}, 201)
    return desk.contact(custom={"지지성향": "나", "모임 성향": "가", "MBTI유형": "다", "직업": "교사"})


def members(desk: Desk) -> tuple[Api, Api, Api]:
    """Staff, staff with the right, and an Admin."""
    plain, trusted = desk.camp.member("staff"), desk.camp.member("staff")
    desk.ok("PUT", f"/members/{trusted.member_id}", {"sees_sensitive": True})
    return plain.api, trusted.api, desk.camp.member("admin").api


def step(desk: Desk, body: str = "안녕하세요 #{이름}님") -> dict[str, Any]:
    sender = {"kind": "phone", "value": "02-1234-5678", "label": "본부", "registered_on": "2026-01-02",
              "reported_on": "2026-01-03"}  # fmt: skip
    found = desk.ok("GET", "/senders") or [desk.ok("POST", "/senders", sender, 201)]
    return {"channel": "sms", "sender_id": found[0]["id"], "body": body}


def draft(desk: Desk, audience: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": "소식", "purpose": "event_notice", "audience": audience, "steps": [step(desk)], **more}


def nested(node: dict[str, Any]) -> dict[str, Any]:
    return {"all": [{"not": {"any": [node, {"tag": "없음"}]}}]}


FILTERING: dict[str, Callable[[Desk, Api, Any], int]] = {
    "list": lambda _, api, node: api.get("/contacts", params={"filter": json.dumps(node)}).status_code,
    "preview": lambda _, api, node: api.post("/segments/preview", {"filter": node}).status_code,
    "segment": lambda _, api, node: api.post("/segments", {"name": "가", "filter": node}).status_code,
    "view": lambda _, api, node: api.post(
        "/contact-views", {"name": "가", "query": {"filter": node}}
    ).status_code,
    "bulk": lambda _, api, node: api.post(
        "/contacts/bulk", {"action": "tag", "tags": ["가"], "target": {"filter": node}}
    ).status_code,
    "campaign": lambda desk, api, node: api.post(
        "/campaigns", draft(desk, {"filter": node})
    ).status_code,
    "campaign preview": lambda desk, api, node: api.post(
        "/campaigns/preview", {k: v for k, v in draft(desk, {"filter": node}).items() if k != "name"}
    ).status_code,
}  # fmt: skip


@pytest.mark.parametrize("way", FILTERING)
def test_nobody_filters_by_what_they_may_not_see(desk: Desk, known: str, way: str) -> None:
    staff, trusted, admin = members(desk)
    ask = FILTERING[way]
    for node in (ASKED, nested(ASKED), {"custom": {"label": "지지성향", "exists": True}}):
        assert ask(desk, staff, node) == 403
    assert ask(desk, staff, HARMLESS) < 300, "the other fields are everybody's"
    assert ask(desk, trusted, ASKED) < 300
    assert ask(desk, admin, nested(ASKED)) < 300


@pytest.mark.parametrize("label", SPELLINGS)
def test_no_other_spelling_is_a_way_around(desk: Desk, known: str, label: str) -> None:
    staff = desk.camp.member("staff").api
    node = {"custom": {"label": label, "exists": True}}
    assert staff.post("/segments/preview", {"filter": node}).status_code == 403


def test_a_long_label_is_not_asked_by_its_beginning(desk: Desk) -> None:
    """The index keeps fifty characters of a label: those of two labels may be the same."""
    label = "지지성향(" + "가" * 60 + ")"
    columns = {"휴대폰": "phone", label: f"custom:{label}"}
    file = f"휴대폰,{label}\n010-2345-6789,나\n"
    import_now(desk.camp, file, mapping=columns, sensitive_consent={label: True})
    with desk.camp.transaction() as connection:
        connection.execute("DELETE FROM custom_fields")  # as of imports before labels were noted
    node = {"custom": {"label": label[:50], "equals": "나"}}
    assert desk.ok("POST", "/segments/preview", {"filter": node})["count"]["value"] == 1
    staff = desk.camp.member("staff").api
    assert staff.post("/segments/preview", {"filter": node}).status_code == 403


def test_a_field_taken_off_the_list_stays_sensitive(desk: Desk, known: str) -> None:
    fields = {field["label"]: field["id"] for field in desk.ok("GET", "/custom-fields")}
    desk.ok("DELETE", f"/custom-fields/{fields['모임 성향']}", status=204)
    assert "모임 성향" not in [field["label"] for field in desk.ok("GET", "/custom-fields")]
    staff = desk.camp.member("staff").api
    assert staff.get(f"/contacts/{known}").json["data"]["custom"] == {"직업": "교사"}
    again = staff.post("/custom-fields", {"label": "모임 성향"})
    assert (again.status_code, again.json["data"]["sensitive"]) == (201, True)
    assert staff.post("/custom-fields", {"label": "모임 성향"}).status_code == 409
    assert staff.get(f"/contacts/{known}").json["data"]["custom"] == {"직업": "교사"}


def test_an_admins_segment_neither_tells_nor_finds(desk: Desk, known: str) -> None:
    segment = desk.ok("POST", "/segments", {"name": "지지층", "filter": ASKED}, 201)["id"]
    staff, trusted, _ = members(desk)
    [listed] = staff.get("/segments").json["data"]
    one = staff.get(f"/segments/{segment}").json["data"]
    for shown in (listed, one):
        assert (shown["name"], shown["filter"], shown["restricted"]) == ("지지층", None, True)
    target = {"segment_id": segment}
    for answer in (
        staff.get("/contacts", params=target),
        staff.post("/contacts/bulk", {"action": "tag", "tags": ["가"], "target": target}),
        staff.post("/campaigns", draft(desk, target)),
        staff.post("/contacts/exports", {**target, "format": "csv", "reason": "연락망"}),
        staff.put(f"/segments/{segment}", {"name": "지지층", "filter": HARMLESS}),
        staff.delete(f"/segments/{segment}"),
    ):
        assert answer.status_code == 403, answer.text
    assert trusted.get(f"/segments/{segment}").json["data"]["filter"] == ASKED
    assert [c["id"] for c in trusted.get("/contacts", params=target).json["data"]] == [known]


def test_an_admins_shared_view_is_not_theirs(desk: Desk, known: str) -> None:
    view = {"name": "지지층", "query": {"filter": ASKED}, "shared": True}
    view_id = desk.ok("POST", "/contact-views", view, 201)["id"]
    staff, trusted, _ = members(desk)
    assert staff.get("/contact-views").json["data"] == []
    assert staff.get(f"/contact-views/{view_id}").status_code == 404
    assert staff.get("/contacts", params={"view_id": view_id}).status_code == 404
    assert [c["id"] for c in trusted.get("/contacts", params={"view_id": view_id}).json["data"]] == [known]


def test_a_view_of_an_admins_segment_finds_nobody_for_them(desk: Desk, known: str) -> None:
    segment = desk.ok("POST", "/segments", {"name": "지지층", "filter": ASKED}, 201)["id"]
    staff, _, _ = members(desk)
    view = {"name": "가", "query": {"segment_id": segment}}
    made = staff.post("/contact-views", view)
    assert staff.get("/contacts", params={"view_id": made.json["data"]["id"]}).status_code == 403


def test_an_admins_campaign_tells_them_not_whom_it_reaches(desk: Desk, known: str) -> None:
    segment = desk.ok("POST", "/segments", {"name": "지지층", "filter": ASKED}, 201)["id"]
    staff, trusted, _ = members(desk)
    for audience in ({"filter": ASKED}, {"segment_id": segment}):
        campaign = desk.ok("POST", "/campaigns", draft(desk, audience), 201)["id"]
        path = f"/campaigns/{campaign}"
        assert staff.get(path).json["data"]["audience"] == {"restricted": True}
        assert trusted.get(path).json["data"]["audience"] == audience
        for answer in (
            staff.post(f"{path}/preview", {}),
            staff.post(f"{path}/test-send", {"to": "010-2345-6789"}),
            staff.get(f"{path}/messages"),
            staff.post(f"{path}/launch"),
        ):
            assert answer.status_code == 403, answer.text
        assert trusted.get(f"{path}/messages").status_code == 200
        assert trusted.post(f"{path}/preview", {}).json["data"]["contact"]["id"] == known


def test_the_audience_of_the_launch_counts_not_the_segment_of_now(desk: Desk, known: str) -> None:
    segment = desk.ok("POST", "/segments", {"name": "지지층", "filter": ASKED}, 201)["id"]
    campaign = desk.ok("POST", "/campaigns", draft(desk, {"segment_id": segment}), 201)["id"]
    launched = desk.camp.api.post(f"/campaigns/{campaign}/launch")
    assert launched.status_code == 202, launched.text
    desk.ok("PUT", f"/segments/{segment}", {"name": "지지층", "filter": HARMLESS})
    staff, _, _ = members(desk)
    assert staff.get(f"/campaigns/{campaign}/messages").status_code == 403


def test_nobody_sends_themselves_a_text_that_tells(desk: Desk, known: str) -> None:
    """A contact with one's own number and a text of variables: what the phone shows, one has learnt."""
    staff, trusted, _ = members(desk)
    for label in ("지지성향", "모임 성향"):
        wanted = draft(desk, {"contact_ids": [known]}) | {"steps": [step(desk, f"#{{이름}} #{{{label}}}")]}
        campaign = staff.post("/campaigns", wanted).json["data"]["id"]
        refused = staff.post(f"/campaigns/{campaign}/launch")
        assert (refused.status_code, refused.json["error"]["code"]) == (403, "FORBIDDEN")
        # The law may still stop it; it is not for the right's sake.
        assert trusted.post(f"/campaigns/{campaign}/launch").status_code != 403


def test_what_is_there_cannot_be_found_by_writing(desk: Desk, known: str) -> None:
    """A value that is kept, or taken, tells by what comes after whether there was one."""
    staff, trusted, _ = members(desk)
    empty = desk.contact(phone="010-3333-4444")
    for contact in (known, empty):
        assert staff.put(f"/contacts/{contact}", {"custom": {"모임 성향": "라"}}).status_code == 403
        assert staff.put(f"/contacts/{contact}", {"custom": {"직업": "의사"}}).status_code == 200
    assert staff.post("/contacts", {"name": "가나다", "custom": {"지지성향": "나"}}).status_code == 403
    assert desk.ok("GET", f"/contacts/{known}")["custom"]["모임 성향"] == "가"
    assert trusted.put(f"/contacts/{empty}", {"custom": {"지지성향": "다"}}).status_code == 200


LIST = "이름,휴대폰,지지성향,모임\n남궁솔찬,010-2345-6789,나,가\n황보라,없는 번호,다,나\n"
COLUMNS = {"이름": "name", "휴대폰": "phone", "지지성향": "custom:지지성향", "모임": "custom:모임 성향"}
CONSENTED = {"지지성향": True, "모임": True}


def uploaded(camp: Camp, **options: Any) -> str:
    answer = camp.api.upload("/contacts/imports", LIST.encode(), **ORIGIN, **options)
    import_id: str = answer.json["data"]["id"]
    return import_id


def run(camp: Camp, import_id: Any) -> str:
    """What the workers do with an import; its status."""
    for number in imports.inspect(camp.tenant_id, import_id):
        if ingest(camp.tenant_id, import_id, number):
            finish(camp.tenant_id, import_id)
    status: str = camp.api.get(f"/contacts/imports/{import_id}").json["data"]["status"]
    return status


def test_no_list_finds_out_which_value_is_stored(desk: Desk, known: str) -> None:
    """Whose row changes nothing has the value that was guessed."""
    staff = desk.camp.member("staff")
    import_id = uploaded(staff, mapping=COLUMNS, sensitive_consent=CONSENTED, on_existing="overwrite")
    assert run(staff, import_id) == "awaiting_mapping"
    path = f"/contacts/imports/{import_id}/mapping"
    for sensitive in ("지지성향", "모임"):
        mapping = COLUMNS | {name: "ignore" for name in ("지지성향", "모임") if name != sensitive}
        refused = staff.api.post(path, {"mapping": mapping, "sensitive_consent": CONSENTED})
        assert refused.status_code == 403, refused.text
    tagged = COLUMNS | {"지지성향": "tags", "모임": "ignore"}
    assert staff.api.post(path, {"mapping": tagged, "sensitive_consent": CONSENTED}).status_code == 403
    admin = desk.camp.member("admin").api
    confirmed = admin.post(path, {"mapping": COLUMNS, "sensitive_consent": CONSENTED})
    assert confirmed.status_code == 202, confirmed.text


def test_whoever_has_the_right_imports_at_once(desk: Desk, known: str) -> None:
    trusted = desk.camp.member("staff")
    desk.ok("PUT", f"/members/{trusted.member_id}", {"sees_sensitive": True})
    import_id = uploaded(trusted, mapping=COLUMNS, sensitive_consent=CONSENTED)
    assert run(trusted, import_id) == "completed"


def test_a_column_that_goes_to_a_sensitive_field_needs_a_consent(desk: Desk, known: str) -> None:
    import_id = uploaded(desk.camp, mapping=COLUMNS, sensitive_consent={"지지성향": True})
    assert run(desk.camp, import_id) == "awaiting_mapping", "모임 goes to the sensitive 모임 성향"


def test_cells_of_sensitive_columns_are_the_uploaders(desk: Desk, known: str) -> None:
    """Samples, rejected rows and their file: empty for other staff, so that a mended file blanks nothing."""
    import_id = import_now(desk.camp, LIST, mapping=COLUMNS, sensitive_consent=CONSENTED)
    staff, trusted, admin = members(desk)
    path = f"/contacts/imports/{import_id}"
    for api, cells in (
        (staff, ["황보라", "없는 번호", "", ""]),
        (trusted, ["황보라", "없는 번호", "다", "나"]),
        (admin, ["황보라", "없는 번호", "다", "나"]),
    ):
        [row] = api.get(f"{path}/rejected-rows").json["data"]
        assert row["cells"] == cells
        file = api.get(f"{path}/rejects").content.decode("utf-8-sig")
        assert f"\r\n{','.join(cells)},3," in file
        samples = {c["header"]: c["samples"] for c in api.get(path).json["data"]["columns"]}
        [listed] = api.get("/contacts/imports").json["data"]
        assert {c["header"]: c["samples"] for c in listed["columns"]} == samples
        assert (samples["지지성향"] == [], samples["모임"] == []) == (cells[2] == "", cells[3] == "")
        assert samples["이름"] == ["남궁솔찬", "황보라"]


def test_staff_see_the_cells_of_their_own_file(desk: Desk) -> None:
    staff = desk.camp.member("staff")
    import_id = uploaded(staff, confirm_mapping=True)
    assert run(staff, import_id) == "awaiting_mapping"
    path = f"/contacts/imports/{import_id}"
    shown = {c["header"]: c["samples"] for c in staff.api.get(path).json["data"]["columns"]}
    assert shown["지지성향"] == ["나", "다"]
    assert desk.camp.member("staff").api.get(path).text.count('"다"') == 0


def test_the_right_is_an_admins_to_give_and_ends_at_once(desk: Desk, known: str) -> None:
    staff = desk.camp.member("staff")
    assert staff.api.put(f"/members/{staff.member_id}", {"sees_sensitive": True}).status_code == 403
    desk.ok("PUT", f"/members/{staff.member_id}", {"sees_sensitive": True})
    assert staff.api.get("/members/me").json["data"]["sees_sensitive"] is True
    assert staff.api.get(f"/contacts/{known}").json["data"]["custom"]["지지성향"] == "나"
    desk.ok("PUT", f"/members/{staff.member_id}", {"sees_sensitive": False})
    assert "지지성향" not in staff.api.get(f"/contacts/{known}").json["data"]["custom"]
    assert desk.ok("GET", "/members/me")["sees_sensitive"] is True, "the Owner always"


def test_staff_learn_whom_to_ask(desk: Desk) -> None:
    staff, admin = desk.camp.member("staff"), desk.camp.member("admin")
    desk.ok("PUT", f"/members/{desk.camp.member('admin').member_id}", {"status": "disabled"})
    asked = staff.api.get("/members/deciders").json["data"]
    assert {one["id"]: one["role"] for one in asked} == {
        str(desk.camp.member_id): "owner",
        str(admin.member_id): "admin",
    }
    assert all(set(one) == {"id", "name", "role"} for one in asked), "no addresses"
