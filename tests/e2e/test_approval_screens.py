"""What a rule doubts is asked of a second person, who refuses or approves exactly what will be sent."""

import re
import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.browser import Visitor
from tests.e2e.colleagues import joins
from tests.e2e.wizard import begin, camp_with_people, to_check
from tests.stack import Camp, Stack

Visit = Callable[..., Visitor]
POLL = "#{이름}님, 여론조사 결과를 알려 드립니다."
NOBODY_ASKED = {"success": True, "data": [], "meta": {"next_cursor": None}}


@pytest.fixture(scope="module")
def camp(stack: Stack) -> Camp:
    return camp_with_people(stack)


def to_a_doubtful_check(visitor: Visitor) -> None:
    begin(visitor, f"여론조사 알림 {secrets.token_hex(2)}")
    visitor.write(campaign_body=POLL)
    to_check(visitor)
    visitor.sees("verdict-E13", "제108조")
    expect(visitor.at("launch-button")).to_be_disabled()


def test_an_answer_from_before_the_request_does_not_hide_it(visitor: Visitor, camp: Camp) -> None:
    """The list of requests is first read while the request is made; that answer comes late and is empty."""
    visitor.has_session_of(camp)
    to_a_doubtful_check(visitor)
    held: list[Route] = []
    asking: list[Route] = []

    def late(route: Route) -> None:
        if route.request.method == "GET" and held:
            route.fulfill(response=route.fetch())
            return
        (held if route.request.method == "GET" else asking).append(route)
        if held and asking:  # whichever of them came first
            asking[0].fulfill(response=asking[0].fetch())
            held[0].fulfill(json=NOBODY_ASKED)

    visitor.page.route(re.compile(r"/campaigns/[0-9a-f-]+/approvals$"), late)
    visitor.click("approval-request")
    expect(visitor.at("approval")).to_have_attribute("data-state", "requested")
    assert len(held) == 1, "the list was read for the first time"


def test_a_second_person_refuses_then_approves(visit: Visit, camp: Camp) -> None:
    asking, deciding = visit(), visit(width=390)
    asking.has_session_of(camp)
    to_a_doubtful_check(asking)
    asking.write(approval_note="등록된 조사입니다")
    asking.click("approval-request")
    expect(asking.at("approval")).to_have_attribute("data-state", "requested")
    expect(asking.at("approval-approve")).to_have_count(0)
    asking.sees("deciders-none", "다른 관리자가 없습니다")
    deciding.has_session_of(joins(camp, "admin", "정승인"))
    deciding.go(f"{asking.page.url.removeprefix(asking.url)}?step=check")
    deciding.sees("approval-said", "등록된 조사입니다")
    assert deciding.overflow() <= 0
    deciding.write(decision_note="등록번호가 없습니다")
    deciding.click("approval-refuse")
    asking.sees("approval-said", "등록번호가 없습니다")
    edit_and_ask_again(asking)
    deciding.page.reload()
    deciding.click("approval-approve")
    expect(deciding.at("approval")).to_have_attribute("data-state", "approved")
    expect(asking.at("approval")).to_have_attribute("data-state", "approved")
    asking.click("launch-button")
    asking.click("launch-confirm")
    expect(asking.at("campaign-status")).to_have_attribute("data-status", "completed")


def edit_and_ask_again(asking: Visitor) -> None:
    asking.click("wizard-back")
    asking.click("wizard-back")
    asking.write(campaign_body=f"{POLL} 자세한 것은 누리집에 있습니다.")
    to_check(asking)
    expect(asking.at("approval")).to_have_attribute("data-state", "none")
    expect(asking.at("launch-button")).to_be_disabled()
    asking.click("approval-request")
    expect(asking.at("approval")).to_have_attribute("data-state", "requested")
