"""A carrier account is tested from its card: what it has, or why it does not work."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Visitor
from tests.stack import Camp, Stack

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
