"""Writing campaigns, what the preview shows, test sends, links, figures."""

from datetime import datetime
from typing import Any

import pytest

from shared.kernel.clock import SEOUL
from shared.messaging.clicks import looks_human
from tests.shared.messaging.desk import HTTP, Desk, phone, wait_until

BROWSER = "Mozilla/5.0 (Linux; Android 15; SM-S928N) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36"


def test_a_draft_can_be_changed_and_deleted_a_launched_campaign_cannot(desk: Desk) -> None:
    desk.contacts(1)
    campaign = desk.campaign()
    changed = desk.ok("PUT", f"/campaigns/{campaign}", desk.draft(name="여름 소식"))
    assert changed["name"] == "여름 소식"
    assert changed["steps"][0]["body"] == "#{이름}님, 안녕하세요."
    desk.ok("POST", f"/campaigns/{campaign}/launch", status=202)
    assert desk.camp.api.put(f"/campaigns/{campaign}", desk.draft()).status_code == 409
    assert desk.camp.api.delete(f"/campaigns/{campaign}").status_code == 409
    other = desk.campaign()
    desk.ok("DELETE", f"/campaigns/{other}", status=204)
    assert desk.camp.api.get(f"/campaigns/{other}").status_code == 404


@pytest.mark.parametrize(
    "changes",
    [
        {"steps": []},
        {"purpose": "fun"},
        {"audience": {}},
        {"audience": {"all": True, "contact_ids": []}},
        {"audience": {"filter": {"tagg": "당원"}}},
        {"name": "  "},
        {"scheduled": "2026-12-01T00:00:00Z"},
    ],
)
def test_drafts_that_make_no_sense_are_refused(desk: Desk, changes: dict[str, Any]) -> None:
    answer = desk.camp.api.post("/campaigns", desk.draft() | changes)
    assert (answer.status_code, answer.json["error"]["code"]) == (422, "VALIDATION_ERROR")


def test_a_step_needs_content_and_a_sender_of_its_kind(desk: Desk) -> None:
    phone_sender, channel = desk.sender(), desk.sender("kakao_channel")
    for step in (
        {"channel": "sms", "sender_id": channel, "body": "글"},
        {"channel": "kakao_alimtalk", "sender_id": phone_sender, "body": "글"},
        {"channel": "sms", "sender_id": phone_sender},
        {"channel": "mms", "sender_id": phone_sender, "body": "글"},
    ):
        assert desk.camp.api.post("/campaigns", desk.draft(step)).status_code == 422


def test_lists_are_paged_newest_first(desk: Desk) -> None:
    made = [str(desk.campaign(name=f"캠페인 {i}")) for i in range(5)]
    first = desk.camp.api.get("/campaigns?limit=3").json
    second = desk.camp.api.get(f"/campaigns?limit=3&cursor={first['meta']['next_cursor']}").json
    listed = [item["id"] for item in first["data"] + second["data"]]
    assert listed == made[::-1]
    assert second["meta"]["next_cursor"] is None
    assert first["data"][0]["steps"] == [{"position": 1, "channel": "sms"}]


def test_the_preview_shows_what_arrives(desk: Desk) -> None:
    contact = desk.contact(phone("1234"), "이바다", address="서울 마포구", custom={"직능": "교육"})
    body = "#{이름}님(#{직능}) #{주소} #{없음} – 안녕😀"
    shown = desk.ok(
        "POST",
        "/campaigns/preview",
        {
            "purpose": "event_notice",
            "audience": {"all": True},
            "steps": [desk.step(body=body), desk.step(body="가" * 46)],
            "contact_id": contact,
        },
    )
    first, second = shown["steps"]
    assert first["text"] == "이바다님(교육) 서울 마포구  - 안녕😀"
    assert (first["unfilled"], first["unsendable_characters"]) == (["없음"], ["😀"])
    assert (first["kind"], first["limit"], second["kind"], second["bytes"]) == ("sms", 90, "lms", 92)
    assert shown["contact"]["phone"].endswith("1234")
    assert shown["audience"] == {"value": 1, "relation": "eq"}
    assert shown["estimated_cost_krw"] == first["cost_krw"]
    assert shown["compliance"]["allowed"] is False
    assert [verdict["rule"] for verdict in shown["compliance"]["verdicts"]] == ["V01"]
    assert shown["quota"]["remaining"] == shown["quota"]["limit"]


def test_the_preview_of_a_saved_campaign_picks_somebody_of_the_audience(desk: Desk) -> None:
    desk.contact(phone(), "김하나", tags=["봉사"])
    desk.contact(phone(), "이두리")
    campaign = desk.campaign(audience={"filter": {"tag": "봉사"}})
    shown = desk.ok("POST", f"/campaigns/{campaign}/preview", {})
    assert shown["contact"]["name"] == "김하나"
    assert shown["steps"][0]["text"] == "김하나님, 안녕하세요."
    assert shown["audience"]["value"] == 1


def test_a_template_gives_its_text(desk: Desk) -> None:
    template = desk.ok(
        "POST", "/templates", {"name": "인사", "channel": "kakao_alimtalk", "body": "#{이름}님 – 안내"}, 201
    )
    assert (template["status"], template["carrier_template_id"][:6]) == ("approved", "KA01TP")
    desk.contact(phone(), "김하나")
    step = {
        "channel": "kakao_alimtalk",
        "sender_id": desk.sender("kakao_channel"),
        "template_id": template["id"],
        "body": "딴 글",
    }
    campaign = desk.launch(step)
    desk.settle(campaign)
    assert [text["text"] for text in desk.texts()] == ["김하나님 – 안내"], "as reviewed, to the last dash"


def test_with_a_real_account_an_unreviewed_template_is_refused(desk: Desk) -> None:
    desk.contact(phone())
    credentials = {"api_key": "KEY", "api_secret": "SECRET", "webhook_secret": "HOOK"}
    account = desk.ok("POST", "/carrier-accounts", {"carrier": "solapi", "credentials": credentials}, 201)
    assert "SECRET" not in str(account)
    assert account["hooks"]["reports"].endswith(f"/hooks/solapi/{account['account_key']}/reports")
    step = desk.step("kakao_alimtalk", "안내")
    shown = desk.ok(
        "POST", "/campaigns/preview", {"purpose": "event_notice", "audience": {"all": True}, "steps": [step]}
    )
    assert [(v["rule"], v["severity"]) for v in shown["compliance"]["verdicts"]] == [("K01", "block")]
    changed = desk.ok("PUT", f"/carrier-accounts/{account['id']}", {"messages_per_second": 7})
    assert changed["messages_per_second"] == 7
    desk.ok("DELETE", f"/carrier-accounts/{account['id']}", status=204)
    assert desk.ok("GET", "/carrier-accounts") == []


@pytest.mark.parametrize("field", ["api_key", "api_secret", "webhook_secret"])
@pytest.mark.parametrize("value", ["키", "a b", "a\nb"])
def test_keys_that_fit_into_no_header_are_refused(desk: Desk, field: str, value: str) -> None:
    credentials = {"api_key": "KEY", "api_secret": "SECRET", "webhook_secret": ""} | {field: value}
    draft = {"carrier": "solapi", "credentials": credentials}
    answer = desk.camp.api.post("/carrier-accounts", draft)
    assert answer.status_code == 422
    assert "SECRET" not in answer.text


def test_the_secrets_of_an_account_may_change_but_not_its_key(desk: Desk) -> None:
    """Messages under way would be looked up where nobody knows them, and be sent again."""
    old = {"api_key": "KEY", "api_secret": "SECRET", "webhook_secret": "HOOK"}
    account = desk.ok("POST", "/carrier-accounts", {"carrier": "solapi", "credentials": old}, 201)
    path = f"/carrier-accounts/{account['id']}"
    desk.ok("PUT", path, {"credentials": old | {"api_secret": "NEW"}})
    refused = desk.camp.api.put(path, {"credentials": old | {"api_key": "OTHER"}})
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "CONFLICT")


def test_a_test_send_goes_to_ones_own_number_and_counts(desk: Desk) -> None:
    desk.contact(phone(), "김하나")
    campaign = desk.campaign()
    answer = desk.ok("POST", f"/campaigns/{campaign}/test-send", {"to": "010-7777-8888"})
    assert answer["state"] == "accepted"
    [text] = desk.texts()
    assert (text["to"], text["text"]) == ("01077778888", "김하나님, 안녕하세요.")
    assert (desk.quota()["used"], desk.quota()["reserved"]) == (1, 0)
    wait_until(lambda: desk.apply_reports() > 0)
    assert desk.status(campaign) == "draft"
    bad = desk.camp.api.post(f"/campaigns/{campaign}/test-send", {"to": "02-123-4567"})
    assert bad.status_code == 422


def test_a_test_send_refused_by_the_carrier_costs_nothing(desk: Desk) -> None:
    desk.contact(phone())
    campaign = desk.campaign()
    answer = desk.ok("POST", f"/campaigns/{campaign}/test-send", {"to": "010-7777-9006"})
    assert (answer["state"], answer["reason"]) == ("failed", "opt_out")
    assert (desk.quota()["used"], desk.quota()["reserved"]) == (0, 0)


def test_a_click_counts_once_and_only_by_a_person(desk: Desk) -> None:
    desk.contacts(2)
    campaign = desk.launch(desk.step(body="신청 https://example.kr/form?a=1를 보세요"))
    desk.settle(campaign)
    first, second = desk.texts()
    link = first["text"].split()[1].removesuffix("를")
    assert link.startswith(desk.settings.public_url + "/l/")
    assert link not in second["text"]
    for agent in ("kakaotalk-scrap/1.0", "Mozilla/5.0 (compatible; Yeti/1.1)", ""):
        answer = HTTP.get(link, headers={"User-Agent": agent})
        assert (answer.status_code, answer.headers["Location"]) == (302, "https://example.kr/form?a=1")
    assert HTTP.head(link, headers={"User-Agent": BROWSER}).status_code == 302
    assert desk.stats(campaign)["clicked"] == 0
    HTTP.get(link, headers={"User-Agent": BROWSER})
    HTTP.get(link, headers={"User-Agent": BROWSER})
    stats = desk.stats(campaign)
    assert (stats["clicked"], stats["open_rate"]) == (1, 0.5)
    assert HTTP.get(f"{desk.settings.public_url}/l/00000000000").status_code == 404
    assert HTTP.get(f"{desk.settings.public_url}/l/x").status_code == 404
    desk.check_books([campaign])


@pytest.mark.parametrize(
    ("agent", "purpose", "human"),
    [
        (BROWSER, None, True),
        (BROWSER, "prefetch;prerender", False),
        (None, None, False),
        ("curl/8.5", None, False),
        ("Mozilla/5.0 facebookexternalhit/1.1", None, False),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) KAKAOTALK 11.1.0", None, True),
    ],
)
def test_told_apart_by_what_they_say_of_themselves(
    agent: str | None, purpose: str | None, human: bool
) -> None:
    assert looks_human(agent, purpose) is human


def test_the_ledger_is_searched_by_number_name_state_and_step(desk: Desk) -> None:
    number = phone("9012")
    desk.contact(number, "박초록")
    desk.contact(phone(), "이바다")
    campaign = desk.launch(desk.step(), desk.step("kakao_alimtalk", "안내"))
    desk.settle(campaign)

    def found(query: str) -> list[tuple[str, int, str]]:
        items = desk.ok("GET", f"/campaigns/{campaign}/messages{query}")
        return sorted((item["name"], item["step"], item["state"]) for item in items)

    failed, later, other = ("박초록", 1, "failed"), ("박초록", 2, "delivered"), ("이바다", 1, "delivered")
    assert found("") == [failed, later, other]
    assert found("?status=failed") == [failed]
    assert found("?step=2") == [later]
    assert found(f"?q={number}") == [failed, later]
    assert found("?q=바다") == [other]
    page = desk.camp.api.get(f"/campaigns/{campaign}/messages?limit=2").json
    rest = desk.camp.api.get(
        f"/campaigns/{campaign}/messages?limit=2&cursor={page['meta']['next_cursor']}"
    ).json
    assert (len(page["data"]), len(rest["data"])) == (2, 1)


def test_the_overview_adds_up(desk: Desk) -> None:
    desk.contacts(3)
    desk.contact(phone("9001"))
    campaign = desk.launch()
    desk.settle(campaign)
    found = desk.ok("GET", "/analytics/overview")
    totals = found["totals"]
    assert (totals["contacts"], totals["reachable"], totals["campaigns"]) == (4, 4, 1)
    assert (totals["messages"], totals["delivered"], totals["failed"]) == (4, 3, 1)
    assert len(found["daily"]) == 30
    assert (found["daily"][-1]["sent"], found["daily"][-1]["delivered"]) == (4, 3)
    assert found["recent_campaigns"][0]["id"] == str(campaign)
    assert desk.camp.api.get("/analytics/overview?from=2026-02-01&to=2026-01-01").status_code == 422


def test_segments_find_people(desk: Desk) -> None:
    desk.contact(phone(), "김하나", tags=["당원"], address="서울 마포구 망원동")
    desk.contact(phone(), "이두리", tags=["당원", "탈당"])
    desk.contact("02-333-4444", "박세찌")
    node = {"all": [{"tag": "당원"}, {"not": {"tag": "탈당"}}]}
    shown = desk.ok("POST", "/segments/preview", {"filter": node})
    assert shown["count"] == {"value": 1, "relation": "eq"}
    assert [contact["name"] for contact in shown["sample"]] == ["김하나"]
    segment = desk.ok("POST", "/segments", {"name": "당원", "filter": node}, 201)
    campaign = desk.campaign(audience={"segment_id": segment["id"]})
    assert desk.ok("POST", f"/campaigns/{campaign}/preview", {})["audience"]["value"] == 1

    def count(node: dict[str, Any]) -> int:
        return int(desk.ok("POST", "/segments/preview", {"filter": node})["count"]["value"])

    assert count({"any": [{"tag": "탈당"}, {"district": "망원동"}]}) == 2
    assert count({"reachable": "sms"}) == 2
    assert count({"created": {"from": "2020-01-01", "to": "2020-12-31"}}) == 0
    assert count({"contacted": {"from": "2020-01-01"}}) == 0
    nonsense: list[Any] = [
        {"tag": 3},
        {},
        {"all": {}},
        {"import": "x"},
        {"tag": "가", "not": {}},
        {"sql": "1=1"},
    ]
    for wrong in nonsense:
        answer = desk.camp.api.post("/segments/preview", {"filter": wrong})
        assert answer.status_code == 422, wrong
    desk.ok("DELETE", f"/segments/{segment['id']}", status=204)
    assert desk.camp.api.post(f"/campaigns/{campaign}/preview", {}).status_code == 404


def test_an_audience_of_one_condition_or_another_leaves_out_whoever_it_must(desk: Desk) -> None:
    """A choice beside the audience's own conditions: no refusal, a source, not deleted."""
    stays, refused, gone = (desk.contact(phone(), tags=["당원"]) for _ in range(3))
    desk.ok("POST", "/opt-outs", {"contact_id": refused, "reason": "전화"}, 201)
    desk.ok("DELETE", f"/contacts/{gone}", status=204)
    today = datetime.now(SEOUL).date().isoformat()
    either = {"any": [{"tag": "당원"}, {"created": {"from": today}}]}
    campaign = desk.launch(audience={"filter": either})
    assert desk.ok("POST", f"/campaigns/{campaign}/preview", {})["audience"]["value"] == 1
    desk.freeze(campaign)
    frozen = desk.camp.rows("SELECT contact_id FROM recipients WHERE campaign_id = %s", campaign)
    assert [str(row["contact_id"]) for row in frozen] == [stays]


def test_people_who_were_reached_can_be_filtered(desk: Desk) -> None:
    desk.contacts(2)
    desk.contact(phone("9001"))
    campaign = desk.launch()
    desk.settle(campaign)

    def count(node: dict[str, Any]) -> int:
        return int(desk.ok("POST", "/segments/preview", {"filter": node})["count"]["value"])

    assert count({"delivered": str(campaign)}) == 2
    assert count({"clicked": str(campaign)}) == 0
    assert count({"replied": str(campaign)}) == 0
    assert count({"contacted": {"from": "2026-01-01"}}) == 3
    assert count({"contacted": {"to": datetime.now(SEOUL).date().isoformat()}}) == 3


def test_opt_outs_are_listed_masked_and_can_be_taken_back(desk: Desk) -> None:
    number = phone("4321")
    contact = desk.contact(number)
    made = desk.ok("POST", "/opt-outs", {"contact_id": contact, "reason": "전화"}, 201)
    again = desk.ok("POST", "/opt-outs", {"phone": number}, 201)
    assert made["id"] == again["id"]
    assert made["value_masked"].startswith("010-****-")
    assert desk.camp.api.post("/opt-outs", {"phone": "12"}).status_code == 422
    desk.ok("DELETE", f"/opt-outs/{made['id']}", {"reason": "본인이 다시 받겠다고 함"}, status=204)
    assert desk.ok("GET", "/opt-outs") == []
    kinds = [item["kind"] for item in desk.ok("GET", f"/contacts/{contact}/timeline")]
    assert kinds[:2] == ["opt_in", "opt_out"]


def test_senders_are_checked_and_kept_while_in_use(desk: Desk) -> None:
    desk.contacts(1)
    sender = desk.sender()
    assert desk.ok("GET", "/senders")[0]["value"] == "02-1234-5678"
    twice = {"kind": "phone", "value": "0212345678"}
    assert desk.camp.api.post("/senders", twice).status_code == 409
    for value in ("12345", "050-1234-5678", "010-1234-5678", "abc"):
        assert desk.camp.api.post("/senders", {"kind": "phone", "value": value}).status_code == 422
    campaign = desk.launch()
    assert desk.camp.api.delete(f"/senders/{sender}").status_code == 409
    desk.settle(campaign)
    desk.finish(campaign)
    desk.ok("DELETE", f"/senders/{sender}", status=204)
    draft = desk.camp.api.post("/campaigns", desk.draft())
    assert draft.status_code == 422


def test_a_sender_keeps_its_number_once_it_was_sent_from(desk: Desk) -> None:
    """Evidence says which number it was."""
    desk.contacts(1)
    sender, channel = desk.sender(), desk.sender("kakao_channel")
    other = desk.ok("POST", "/senders", {"kind": "phone", "value": "02-9999-8888"}, 201)["id"]
    path, moved = f"/senders/{sender}", {"kind": "phone", "value": "02-9999-8888"}
    taken = desk.camp.api.put(path, moved)
    assert (taken.status_code, taken.json["error"]["message"]) == (409, "이미 등록한 발신번호입니다.")
    desk.ok("PUT", f"/senders/{other}", {"kind": "phone", "value": "02-7777-8888"})
    campaign = desk.launch()
    desk.settle(campaign)
    desk.finish(campaign)
    assert desk.camp.api.put(path, moved).status_code == 409
    named = desk.ok("PUT", path, {"kind": "phone", "value": "02-1234-5678", "label": "새 이름"})
    assert named["label"] == "새 이름"
    dashed = {"kind": "kakao_channel", "value": "@our-channel", "label": "채널"}
    assert desk.ok("PUT", f"/senders/{channel}", dashed)["value"] == "@our-channel"


def test_only_the_owner_sets_the_quota(desk: Desk) -> None:
    staff = desk.camp.member("staff")
    assert staff.api.put("/quota", {"limit": 5}).status_code == 403
    assert staff.api.get("/quota").status_code == 200
    assert staff.api.get("/carrier-accounts").status_code == 403
