"""What nobody knows the outcome of: shown with its reason, and an admin's decision about it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Visitor
from tests.e2e.colleagues import joins
from tests.stack import Camp, Stack, wait_for

Visit = Callable[..., Visitor]
PEOPLE = {"홍길동": "010-4418-7101", "김하늘": "010-4418-7201"}


@pytest.fixture(scope="module")
def camp(stack: Stack) -> Camp:
    """A camp with two people at a carrier."""
    camp = Camp(stack)
    for name, number in PEOPLE.items():
        camp.call("POST", "/contacts", json={"name": name, "phones": [number]})
    return camp


@pytest.fixture(scope="module")
def campaign(camp: Camp, stack: Stack) -> str:
    """Both messages were handed over, the connection broke, and the carrier answers no question since."""
    api_key = camp.connect_account()
    camp.console("POST", "faults", {"api_key": api_key, "reset_before_accept": 2})  # they may go one by one
    campaign = camp.launch("#{이름}님, 안녕하세요.")
    wait_for(lambda: camp.stats(campaign)["unknown"] == len(PEOPLE))
    camp.console("PUT", f"accounts/{api_key}", {"api_secret": "another"})
    camp.call("POST", f"/campaigns/{campaign}/pause")
    set_deadline(stack, campaign, "5 minutes")  # its carrier may still be asked
    return campaign


def set_deadline(stack: Stack, campaign: str, away: str) -> None:
    with stack.superuser() as database:
        database.execute(
            "UPDATE messages SET deadline = now() + %s::interval WHERE campaign_id = %s", [away, campaign]
        )


def look_into(visitor: Visitor, campaign: str, name: str) -> None:
    visitor.go(f"/campaigns/{campaign}")
    visitor.sees("ledger-unknown-note", "발송사의 답을 받지 못했습니다")
    visitor.at("ledger-search").fill(name)
    expect(visitor.at("ledger-decide")).to_have_count(1)
    visitor.click("ledger-decide")
    visitor.sees("decide-dialog", f"{name} · {PEOPLE[name]}")


def decide(visitor: Visitor, fate: str) -> None:
    expect(visitor.at("decide-confirm")).to_be_disabled()
    visitor.click(f"decide-{fate}")
    expect(visitor.at("decide-confirm")).to_be_disabled()
    visitor.click("decide-looked")
    visitor.click("decide-confirm")
    expect(visitor.at("decide-dialog")).to_have_count(0)


def test_nobody_decides_while_the_carrier_may_still_be_asked(
    visitor: Visitor, camp: Camp, campaign: str
) -> None:
    visitor.has_session_of(camp)
    look_into(visitor, campaign, "홍길동")
    visitor.sees("decide-early", re.compile(r"\d\d:\d\d:\d\d부터"))
    visitor.click("decide-sent")
    visitor.click("decide-looked")
    expect(visitor.at("decide-confirm")).to_be_disabled()


def test_staff_see_whom_to_ask(visit: Visit, camp: Camp, campaign: str) -> None:
    staff = visit(width=390)
    staff.has_session_of(joins(camp, "staff", "박직원"))
    look_into(staff, campaign, "홍길동")
    staff.sees("decide-dialog", "최시험")
    expect(staff.at("decide-confirm")).to_have_count(0)
    assert staff.overflow() <= 0


def test_an_admin_decides_each_message_once(
    visitor: Visitor, camp: Camp, stack: Stack, campaign: str
) -> None:
    set_deadline(stack, campaign, "-6 minutes")  # the carrier's list had its time
    visitor.has_session_of(camp)
    look_into(visitor, campaign, "홍길동")
    decide(visitor, "sent")
    expect(visitor.at("monitor-sent")).to_have_text("1")
    look_into(visitor, campaign, "김하늘")
    decide(visitor, "unsent")
    expect(visitor.at("monitor-queued")).to_have_text("1")
    expect(visitor.at("ledger-unknown-note")).to_have_count(0)
