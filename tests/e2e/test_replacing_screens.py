"""A text is changed while its campaign sends: who waits gets the new one, nobody gets both."""

import re
import secrets
from collections import Counter
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Visitor
from tests.e2e.colleagues import joins
from tests.stack import Camp, Stack, wait_for

Visit = Callable[..., Visitor]
PEOPLE = 40
SENDERS = ["0212345678", "0212345679", "0212345670"]
OLD, NEW = "#{이름}님, 토요일 두 시입니다.", "#{이름}님, 토요일 세 시로 바뀌었습니다."
POLL = "#{이름}님, 여론조사 결과를 알려 드립니다."


@pytest.fixture(scope="module")
def camp(stack: Stack) -> Camp:
    """A camp with forty people, whose numbers stand in no row: a list that looks made up is stopped."""
    camp = Camp(stack)
    rows = [
        f"주민{i},010{2000 + secrets.randbelow(7000)}{1000 + secrets.randbelow(7000)}" for i in range(PEOPLE)
    ]
    camp.finished_import(
        camp.upload("\n".join(["성명,휴대폰", *rows]).encode(), source="시험", legal_basis="consent")
    )
    return camp


def replace(visitor: Visitor, text: str) -> None:
    visitor.click("content-replace")
    expect(visitor.at("content-save")).to_be_disabled()
    visitor.write(campaign_body="")
    expect(visitor.at("content-save")).to_be_disabled()
    visitor.write(campaign_body=text)
    visitor.click("content-save")
    expect(visitor.at("content-sheet")).to_have_count(0)
    expect(visitor.at("campaign-status")).to_have_attribute("data-status", "paused")


def test_who_waits_gets_the_new_text_and_nobody_gets_two(visitor: Visitor, camp: Camp) -> None:
    api_key = camp.connect_account(messages_per_second=2, senders=SENDERS)
    visitor.has_session_of(camp)
    campaign = camp.launch(OLD)
    wait_for(lambda: camp.stats(campaign)["delivered"] > 0)
    visitor.go(f"/campaigns/{campaign}")
    replace(visitor, NEW)
    [account] = [one for one in camp.call("GET", "/carrier-accounts") if one["messages_per_second"] == 2]
    camp.call("PUT", f"/carrier-accounts/{account['id']}", json={"messages_per_second": 500})
    visitor.click("campaign-resume")
    expect(visitor.at("campaign-status")).to_have_attribute("data-status", "completed")
    expect(visitor.at("content-replace")).to_have_count(0)
    sent = camp.console("GET", f"messages?api_key={api_key}&limit=100")["items"]
    assert max(Counter(one["to"] for one in sent).values()) == 1
    hours = Counter("세 시" in one["text"] for one in sent)
    assert hours[True] > 0
    assert hours[False] > 0
    assert sum(hours.values()) == PEOPLE


def test_a_doubtful_new_text_waits_for_a_second_person(visit: Visit, camp: Camp) -> None:
    asking, deciding = visit(), visit(width=390)
    asking.has_session_of(camp)
    campaign = camp.launch(OLD, sender="0212345679")
    camp.call("POST", f"/campaigns/{campaign}/pause")
    asking.go(f"/campaigns/{campaign}")
    replace(asking, POLL)
    expect(asking.at("approval")).to_have_attribute("data-state", "requested")
    expect(asking.at("campaign-resume")).to_be_disabled()
    expect(asking.at("approval-approve")).to_have_count(0)
    deciding.has_session_of(joins(camp, "admin", "정승인"))
    deciding.go(f"/campaigns/{campaign}")
    assert deciding.overflow() <= 0
    deciding.click("approval-approve")
    expect(asking.at("approval")).to_have_count(0)
    asking.click("campaign-resume")
    expect(asking.at("campaign-status")).to_have_attribute("data-status", re.compile("sending|completed"))


def test_a_text_that_no_phone_shows_cannot_be_saved(visitor: Visitor, camp: Camp) -> None:
    visitor.has_session_of(camp)
    campaign = camp.launch(OLD, sender="0212345670", scheduled_at="2099-01-02T10:00:00+09:00")
    visitor.go(f"/campaigns/{campaign}")
    visitor.click("content-replace")
    visitor.write(campaign_body="토요일에 만나요 😊")
    expect(visitor.at("unsendable")).to_be_visible()
    expect(visitor.at("content-save")).to_be_disabled()
    visitor.click("unsendable-replace")
    expect(visitor.at("content-save")).to_be_enabled()
