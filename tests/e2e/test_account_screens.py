"""A carrier account is tested from its card: what it has, or why it does not work."""

import re
import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Visitor
from tests.stack import Camp, Stack, wait_for

TAKEN = 10  # so many without a word are no chance
SENDER = "02-1234-5678"


@pytest.fixture(scope="module")
def camp(stack: Stack) -> Camp:
    camp = Camp(stack)
    camp.call("POST", "/senders", json={"kind": "phone", "value": SENDER, "registered_on": "2026-01-05"})
    return camp


def test_an_account_is_tested_and_a_wrong_key_is_said_in_words(visitor: Visitor, camp: Camp) -> None:
    api_key = camp.connect_account()
    visitor.logs_in(camp)
    visitor.go("/settings/carriers")
    expect(visitor.at("carrier-unheard")).to_have_count(0)
    visitor.click("carrier-test")
    expect(visitor.at("carrier-test-result")).to_have_attribute("data-works", "true")
    visitor.sees("carrier-test-balance", re.compile(r"₩[\d,]+"))
    expect(visitor.at("carrier-test-sender")).to_have_attribute("data-status", "missing")
    camp.console("PUT", f"accounts/{api_key}", {"senders": [SENDER]})
    visitor.click("carrier-test")
    expect(visitor.at("carrier-test-sender")).to_have_attribute("data-status", "active")
    camp.console("PUT", f"accounts/{api_key}", {"api_secret": "another"})
    visitor.click("carrier-test")
    expect(visitor.at("carrier-test-result")).to_have_attribute("data-works", "false")
    visitor.sees("carrier-test-result", "키와 시크릿")
    assert camp.console("GET", f"messages?api_key={api_key}&limit=10")["items"] == []


def taken(camp: Camp, campaign: str) -> int:
    """How many of a campaign's messages its carrier has."""
    counts = camp.call("GET", f"/campaigns/{campaign}")["counts"]
    return int(counts["sent"]) + int(counts["delivered"])


def test_a_carrier_that_was_never_told_where_to_report_is_pointed_out(
    visit: Callable[..., Visitor], stack: Stack
) -> None:
    """It took messages and said nothing for a quarter of an hour: the address is not registered there."""
    camp = Camp(stack)
    for i in range(TAKEN):
        number = f"010-{2000 + secrets.randbelow(7000)}-{1000 + 700 * i + secrets.randbelow(700)}"
        camp.call("POST", "/contacts", json={"name": "김하늘", "phones": [number]})
    camp.connect_account(senders=["0212345678"], webhook_url=None)
    campaign = camp.launch("토요일 두 시, 구민회관에서 뵙겠습니다.")
    wait_for(lambda: taken(camp, campaign) == TAKEN)
    stack.set_clock_ahead(16 * 60)
    try:
        phone: Visitor = visit(width=390, dark=True)
        phone.has_session_of(camp)
        phone.go("/settings/carriers")
        phone.sees("carrier-unheard", f"메시지 {TAKEN}건의 결과를 보내오지 않았습니다")
        assert phone.overflow() <= 0
    finally:
        stack.set_clock_ahead(0)
