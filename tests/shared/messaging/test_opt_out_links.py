"""The link by which a recipient refuses: their own, without a login, by a tap and not by a preview."""

import re
from typing import Any

import pytest

from shared.messaging import links
from tests.shared.messaging.desk import HTTP, Desk, phone

BODY = "#{이름}님 소식입니다. 수신거부 #{수신거부링크}"


def sent_link(desk: Desk, number: str) -> str:
    [text] = [t["text"] for t in desk.texts() if t["to"] == number.replace("-", "")]
    found = re.search(r"https?://\S+/l/[0-9A-Za-z]{11}", text)
    assert found, text
    return found.group()


@pytest.fixture
def numbers(desk: Desk) -> list[str]:
    found = [phone(), phone()]
    for number in found:
        desk.contact(number)
    campaign = desk.launch(desk.step(body=BODY))
    desk.settle(campaign)
    return found


def test_a_tap_refuses_and_a_look_does_not(desk: Desk, numbers: list[str]) -> None:
    link = sent_link(desk, numbers[0])
    assert sent_link(desk, numbers[1]) != link
    HTTP.head(link)
    page = HTTP.get(link, follow_redirects=True)
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert 'method="post"' in page.text
    assert "한표 캠프" in page.text
    assert f"010-****-{numbers[0][-4:]}" in page.text
    assert numbers[0] not in page.text
    assert desk.ok("GET", "/opt-outs") == []
    for _ in range(2):
        assert "처리되었습니다" in HTTP.post(str(page.url)).text
    [refusal] = desk.ok("GET", "/opt-outs")
    assert (refusal["source"], refusal["channel"]) == ("link", "all")
    assert refusal["value_masked"] == f"010-****-{numbers[0][-4:]}"
    assert desk.counts(desk.launch())["recipients"] == 1


def test_opening_the_page_is_no_click_on_the_text(desk: Desk, numbers: list[str]) -> None:
    browser = {"User-Agent": "Mozilla/5.0 (Linux; Android 15) Chrome/131.0 Mobile Safari/537.36"}
    HTTP.get(sent_link(desk, numbers[0]), headers=browser, follow_redirects=True)
    campaign = desk.ok("GET", "/campaigns")[0]["id"]
    assert desk.stats(campaign)["clicked"] == 0


@pytest.mark.parametrize("token", ["x", "0" * 11, "z" * 11, "AAAAAAAAAAA"])
def test_no_other_token_refuses_anybody(desk: Desk, hub_url: str, token: str) -> None:
    assert HTTP.get(f"{hub_url}/l/{token}/opt-out").status_code == 404
    assert HTTP.post(f"{hub_url}/l/{token}/opt-out").status_code == 404


def test_a_tracked_link_is_no_opt_out_link(desk: Desk) -> None:
    number = phone()
    desk.contact(number)
    desk.settle(desk.launch(desk.step(body="자세히 https://example.com/a")))
    link = sent_link(desk, number)
    assert HTTP.post(f"{link}/opt-out").status_code == 404
    assert desk.ok("GET", "/opt-outs") == []


def test_the_preview_shows_the_link_as_long_as_it_will_be(desk: Desk) -> None:
    number = phone()
    desk.contact(number, "박초록")
    campaign = desk.launch(desk.step(body=BODY))
    [step] = desk.ok("POST", f"/campaigns/{campaign}/preview", {})["steps"]
    desk.settle(campaign)
    [text] = desk.texts()
    assert (step["unfilled"], len(step["text"])) == ([], len(text["text"]))


def test_a_camps_name_cannot_write_into_the_page(desk: Desk, numbers: list[str]) -> None:
    desk.camp.rows("UPDATE tenants SET name = '<script>alert(1)</script>' RETURNING 1")
    page = HTTP.get(sent_link(desk, numbers[0]), follow_redirects=True)
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;" in page.text


def test_who_got_what_is_frozen_can_still_refuse(desk: Desk, numbers: list[str]) -> None:
    order = {"campaign_id": desk.ok("GET", "/campaigns")[0]["id"], "reason": "요구", "ordered_by": "선관위"}
    desk.ok("POST", "/compliance/freezes", order, 201)
    page = HTTP.get(sent_link(desk, numbers[0]), follow_redirects=True)
    assert page.status_code == 200
    assert "처리되었습니다" in HTTP.post(str(page.url)).text
    assert len(desk.ok("GET", "/opt-outs")) == 1


def test_an_erased_person_can_still_refuse(desk: Desk, numbers: list[str]) -> None:
    link = sent_link(desk, numbers[0])
    found: list[dict[str, Any]] = desk.ok("GET", f"/contacts?q={numbers[0]}")
    desk.ok("POST", f"/contacts/{found[0]['id']}/erase", {"reason": "본인 요청"})
    assert HTTP.post(f"{link}/opt-out").status_code == 200
    assert [o["source"] for o in desk.ok("GET", "/opt-outs")] == ["link"]


def test_tokens_hold_sixty_four_random_bits() -> None:
    numbers = {links.token_number(links.new_token()) for _ in range(2000)}
    assert len(numbers) == 2000
    for bit in range(64):
        ones = sum(n >> bit & 1 for n in numbers)
        assert 800 < ones < 1200, bit
