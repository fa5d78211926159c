"""What staff see of things only an Admin may decide: who may, by name, and no button that is refused."""

import os
import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Visitor
from tests.e2e.lists import as_csv
from tests.stack import Camp, Stack

OWNER, STAFF = "한소리", "김실무"
FIELD = "지지성향"
SEGMENT = "적극 지지자"


@pytest.fixture(scope="module")
def camp(stack: Stack) -> Camp:
    """A camp with a sensitive field and a segment that asks about it."""
    camp = Camp(stack, name=OWNER)
    camp.call("POST", "/custom-fields", json={"label": FIELD, "sensitive": True})
    wanted = {"name": SEGMENT, "filter": {"all": [{"custom": {"label": FIELD, "equals": "적극"}}]}}
    camp.call("POST", "/segments", json=wanted)
    return camp


class Helper:
    """A staff member of a camp."""

    def __init__(self, camp: Camp) -> None:
        self.email = f"staff-{os.urandom(5).hex()}@example.com"
        self.password = f"e2e {os.urandom(8).hex()}"
        invitation = {"email": self.email, "name": STAFF, "role": "staff"}
        url = camp.call("POST", "/members/invitations", json=invitation)["invitation_url"]
        accepted = {"token": url.split("token=")[1], "name": STAFF, "password": self.password}
        answer = httpx.post(f"{camp.stack.url}/api/v1/auth/accept-invitation", json=accepted, timeout=60)
        assert answer.is_success, answer.text


@pytest.fixture
def helper(camp: Camp) -> Helper:
    return Helper(camp)


@pytest.fixture
def staff(visit: Callable[..., Visitor], helper: Helper) -> Visitor:
    visitor = visit()
    visitor.has_session_of(helper)
    return visitor


def test_a_made_up_list_names_who_may_go_on(staff: Visitor, camp: Camp) -> None:
    numbers = [[f"주민{n}", f"010-7700-{n:04d}"] for n in range(200, 300)]
    file = as_csv([["이름", "휴대전화"], *numbers]).encode()
    import_id = camp.upload(file, source="받은 명단", legal_basis="consent")
    assert camp.finished_import(import_id)["status"] == "awaiting_mapping"
    staff.go(f"/contacts/import?id={import_id}")
    staff.sees("generated-ask-admin", "관리자")
    expect(staff.at("deciders").first).to_contain_text(OWNER)
    expect(staff.at("generated-reason")).to_have_count(0)
    expect(staff.at("mapping-confirm")).to_have_count(0)


def test_a_hidden_segment_opens_when_the_right_is_given(
    staff: Visitor, visit: Callable[..., Visitor], camp: Camp, helper: Helper
) -> None:
    staff.go("/segments")
    staff.sees("segment-restricted", SEGMENT)
    staff.sees("segment-restricted", OWNER)
    expect(staff.at("segment-card")).to_have_count(0)
    owner = visit()
    owner.has_session_of(camp)
    owner.go("/settings/members")
    line = owner.at("member-row").filter(has_text=helper.email)
    line.get_by_role("button").click()
    owner.click("member-sensitive")
    expect(line).to_contain_text("민감정보 열람")
    staff.page.reload()
    staff.sees("segment-card", SEGMENT)
    expect(staff.at("segment-restricted")).to_have_count(0)


def test_help_is_in_the_account_menu_and_names_buttons_by_their_words(staff: Visitor) -> None:
    staff.go("/")
    staff.click("account-menu")
    staff.click("help-open")
    expect(staff.page.locator("main h1")).to_have_text("도움말")
    staff.sees("help-upload", "이대로 가져오기")
    staff.sees("help-ask", OWNER)
    staff.click("language-switch")
    staff.click("language-en")
    expect(staff.page.locator("main")).not_to_contain_text(re.compile("이대로|올리기"))
    staff.at("help-calls").get_by_role("link", name="Privacy").click()
    expect(staff.page.locator("main h1")).to_be_visible()
