"""A carrier account is tested from its card: what it has, or why it does not work."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Visitor
from tests.stack import Camp, Stack, wait_for

SENDER = "02-1234-5678"
# As if the messages of a campaign had been sent then; their ids begin with the time.
TWENTY_MINUTES_AGO = """
    UPDATE messages SET accepted_at = accepted_at - interval '20 minutes', id = (
             lpad(to_hex(('x' || replace(left(id::text, 13), '-', ''))::bit(48)::bigint - 1200000), 12, '0')
             || right(replace(id::text, '-', ''), 20))::uuid
     WHERE campaign_id = %s"""


@pytest.fixture(scope="module")
def camp(stack: Stack) -> Camp:
    camp = Camp(stack)
    camp.call("POST", "/senders", json={"kind": "phone", "value": SENDER, "registered_on": "2026-01-05"})
    return camp


def test_a_hook_that_was_never_set_up_is_told_on_its_account(visitor: Visitor, stack: Stack) -> None:
    camp = Camp(stack)
    api_key = camp.connect_account()
    camp.console("PUT", f"accounts/{api_key}", {"webhook_url": None, "senders": ["0212345678"]})
    people = "\r\n".join(f"김하늘,010-{2000 + number}-0001" for number in range(12))
    camp.finished_import(
        camp.upload(f"이름,휴대전화\r\n{people}".encode(), source="시험", legal_basis="consent")
    )
    campaign = camp.launch("안녕하세요")
    wait_for(lambda: camp.stats(campaign)["delivered"] == 12)  # the hub asked
    visitor.logs_in(camp)
    visitor.go("/settings/carriers")
    expect(visitor.at("carrier-test")).to_be_visible()
    expect(visitor.at("carrier-unheard")).to_have_count(0)
    with stack.superuser() as connection:
        connection.execute(TWENTY_MINUTES_AGO, [campaign])
    visitor.go("/settings/carriers")
    visitor.sees("carrier-unheard", "12건")


def test_an_account_is_tested_and_a_wrong_key_is_said_in_words(visitor: Visitor, camp: Camp) -> None:
    api_key = camp.connect_account()
    visitor.has_session_of(camp)
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
