"""Templates with versions: an edit never reaches a campaign that was written before it; Kakao's review."""

from typing import Any

import pytest

from shared.messaging import accounts, inspections
from shared.messaging.gateways import CarrierRefused, CarrierTemplate, LookUpFailed, NotOffered
from tests.shared.messaging.desk import Desk, phone

DRAFT = {"name": "안내", "channel": "kakao_alimtalk", "body": "#{이름}님 1차"}


def alimtalk(desk: Desk, template: dict[str, Any]) -> dict[str, Any]:
    channel = desk.sender("kakao_channel")
    return {"channel": "kakao_alimtalk", "sender_id": channel, "template_id": template["id"]}


def test_a_campaign_keeps_the_version_it_was_written_with(desk: Desk) -> None:
    template = desk.ok("POST", "/templates", DRAFT, 201)
    assert template["version"] == 1
    desk.contact(phone(), "박초록")
    campaign = desk.launch(alimtalk(desk, template))
    changed = desk.ok("PUT", f"/templates/{template['id']}", DRAFT | {"body": "#{이름}님 2차"})
    assert (changed["version"], changed["body"]) == (2, "#{이름}님 2차")
    assert changed["carrier_template_id"] != template["carrier_template_id"]
    desk.ok("DELETE", f"/templates/{template['id']}", status=204)
    desk.settle(campaign)
    assert [text["text"] for text in desk.texts()] == ["박초록님 1차"]
    assert desk.ok("GET", f"/campaigns/{campaign}")["steps"][0]["template_version"] == 1


def test_versions_are_listed_and_a_new_name_is_no_version(desk: Desk) -> None:
    template = desk.ok("POST", "/templates", DRAFT, 201)
    path = f"/templates/{template['id']}"
    renamed = desk.ok("PUT", path, DRAFT | {"name": "새 이름"})
    assert (renamed["version"], renamed["name"]) == (1, "새 이름")
    desk.ok("PUT", path, DRAFT | {"body": "다른 글", "carrier_template_id": template["carrier_template_id"]})
    versions = desk.ok("GET", f"{path}/versions")
    assert [(v["version"], v["body"]) for v in versions] == [(2, "다른 글"), (1, "#{이름}님 1차")]
    assert versions[0]["carrier_template_id"] != template["carrier_template_id"], "an id names one text"
    assert versions[0]["member_id"] == str(desk.camp.member_id)


def test_two_edits_at_once_are_two_versions(desk: Desk) -> None:
    import threading

    template = desk.ok("POST", "/templates", DRAFT, 201)
    path = f"/templates/{template['id']}"
    threads = [
        threading.Thread(target=desk.ok, args=("PUT", path, DRAFT | {"body": f"글 {i}"})) for i in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [v["version"] for v in desk.ok("GET", f"{path}/versions")] == [5, 4, 3, 2, 1]


def test_nobody_elses_template(desk: Desk, new_camp: Any) -> None:
    template = desk.ok("POST", "/templates", DRAFT, 201)
    other = new_camp().api
    for method, path, body in (
        ("GET", "/versions", None),
        ("PUT", "", DRAFT),
        ("POST", "/inspection", {"sender_id": desk.sender("kakao_channel")}),
    ):
        answer = other.call(method, f"/templates/{template['id']}{path}", body)
        assert answer.status_code == 404, (method, path, answer.text)


class Reviewer:
    """A carrier's part in reviews, as the test wants it."""

    def __init__(self) -> None:
        self.made: list[Any] = []
        self.inspected: list[str] = []
        self.status: Any = "draft"
        self.failure: Exception | None = None

    def create_template(self, wanted: Any) -> CarrierTemplate:
        if self.failure:
            raise self.failure
        self.made.append(wanted)
        return CarrierTemplate("CODE1", wanted.name, wanted.body, self.status)

    def request_inspection(self, channel_id: str, code: str) -> None:
        self.inspected.append(code)

    def templates(self, channel_id: str) -> list[CarrierTemplate]:
        if self.failure:
            raise self.failure
        return [CarrierTemplate("CODE1", "x", "x", self.status, "변수가 너무 많습니다")]


@pytest.fixture
def reviewer(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Reviewer:
    account = {
        "carrier": "solapi",
        "credentials": {"api_key": "K", "api_secret": "S", "webhook_secret": "W"},
    }
    desk.ok("POST", "/carrier-accounts", account, 201)
    found = Reviewer()
    monkeypatch.setattr(accounts, "gateway_for", lambda _: found)
    return found


def handed_in(desk: Desk) -> dict[str, Any]:
    template = desk.ok("POST", "/templates", DRAFT, 201)
    assert template["status"] == "pending"
    place = f"/templates/{template['id']}/inspection"
    made: dict[str, Any] = desk.ok("POST", place, {"sender_id": desk.sender("kakao_channel")})
    return made


@pytest.mark.parametrize("word", ["approved", "rejected", "stopped"])
def test_a_template_is_handed_in_and_its_word_comes_back(desk: Desk, reviewer: Reviewer, word: str) -> None:
    template = handed_in(desk)
    assert (template["status"], template["carrier_template_id"]) == ("inspecting", "CODE1")
    assert (reviewer.inspected, reviewer.made[0].body) == (["CODE1"], DRAFT["body"])
    reviewer.status = "inspecting"
    assert inspections.ask(desk.camp.tenant_id, desk.now()) == 0
    reviewer.status = word
    assert desk.camp.tenant_id in inspections.tenants_waiting()
    assert inspections.ask(desk.camp.tenant_id, desk.now()) == 1
    found = desk.ok("GET", f"/templates/{template['id']}")
    assert (found["status"], found["comment"]) == (word, "변수가 너무 많습니다")
    assert desk.camp.tenant_id not in inspections.tenants_waiting()


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (CarrierRefused("TEMPLATE", retryable=False), 409),
        (NotOffered("create_template"), 409),
        (LookUpFailed("DOWN", retryable=True), 503),
    ],
)
def test_what_the_carrier_does_not_take_stays_as_it_was(
    desk: Desk, reviewer: Reviewer, failure: Exception, status: int
) -> None:
    template = desk.ok("POST", "/templates", DRAFT, 201)
    reviewer.failure = failure
    place, sender = f"/templates/{template['id']}/inspection", {"sender_id": desk.sender("kakao_channel")}
    assert desk.camp.api.post(place, sender).status_code == status
    assert desk.ok("GET", f"/templates/{template['id']}")["status"] == "pending"


def test_a_silent_carrier_leaves_the_review_open(desk: Desk, reviewer: Reviewer) -> None:
    template = handed_in(desk)
    reviewer.failure = LookUpFailed("DOWN", retryable=True)
    assert inspections.ask(desk.camp.tenant_id, desk.now()) == 0
    assert desk.ok("GET", f"/templates/{template['id']}")["status"] == "inspecting"


def test_a_new_version_under_review_leaves_the_approved_one_in_use(desk: Desk, reviewer: Reviewer) -> None:
    template = handed_in(desk)
    reviewer.status = "approved"
    inspections.ask(desk.camp.tenant_id, desk.now())
    changed = desk.ok("PUT", f"/templates/{template['id']}", DRAFT | {"body": "#{이름}님 2차"})
    assert (changed["status"], changed["version"]) == ("pending", 2)
    campaign = desk.campaign(alimtalk(desk, template))
    step = desk.ok("GET", f"/campaigns/{campaign}")["steps"][0]
    assert (step["template_version"], step["body"]) == (1, "#{이름}님 1차")


def test_only_what_needs_a_review_is_handed_in(desk: Desk, reviewer: Reviewer) -> None:
    text = desk.ok("POST", "/templates", {"name": "글", "channel": "sms", "body": "안녕하세요"}, 201)
    sender = {"sender_id": desk.sender("kakao_channel")}
    api = desk.camp.api
    assert api.post(f"/templates/{text['id']}/inspection", sender).status_code == 409
    template = handed_in(desk)
    assert api.post(f"/templates/{template['id']}/inspection", sender).status_code == 409
    phone_sender = {"sender_id": desk.sender()}
    fresh = desk.ok("POST", "/templates", DRAFT, 201)
    assert api.post(f"/templates/{fresh['id']}/inspection", phone_sender).status_code == 422
