"""Virtual phones: their API, replies and opt-outs, and the page in a real browser."""

import re
import shutil
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.infra.simulator.running import HTTP, SECRET, Line, alimtalk, text_message, wait_until


def _phone(line: Line, number: str) -> dict[str, Any]:
    conversation: dict[str, Any] = line.simulator.get(f"/simulator/api/phones/{number}/messages")
    return conversation


def _number() -> str:
    """A number that no other test uses."""
    return f"0107{time.time_ns() // 1000 % 1_000_000:06d}1"


def _post(line: Line, path: str, **body: Any) -> int:
    url = f"{line.simulator.url}/simulator/api/phones/{path}"
    return HTTP.post(url, json=body).status_code


def test_a_phone_shows_what_was_sent_to_it(line: Line) -> None:
    number = _number()
    line.gateway.send([text_message(number, "첫 번째")])
    line.gateway.send([alimtalk(number)])
    conversation = _phone(line, number)
    text, card = conversation["messages"]
    assert (text["type"], text["text"], text["direction"]) == ("SMS", "첫 번째", "out")
    assert (card["type"], card["text"]) == ("ATA", "홍길동님, 행사는 내일입니다.")
    assert card["buttons"][0]["linkMo"] == "https://x.example/a1"
    assert len(conversation["threads"]) == 2


def test_the_list_searches_pages_and_knows_when_nothing_is_new(line: Line) -> None:
    # The last digit keeps the numbers away from the magic ones (9001 …).
    prefix = f"0108{time.time_ns() // 1000 % 1_000:03d}1"
    line.gateway.send([text_message(f"{prefix}{index:03d}") for index in range(60)])
    wait_until(lambda: len(line.receiver.items) == 60)
    path = "/simulator/api/phones"
    first = line.simulator.get(path, q=prefix)
    rest = line.simulator.get(path, q=prefix, before=first["next"])
    numbers = [phone["number"] for phone in first["phones"] + rest["phones"]]
    assert (len(first["phones"]), len(set(numbers)), rest["next"]) == (50, 60, None)
    assert numbers == sorted(numbers, reverse=True)

    def nothing_new() -> bool:
        version = line.simulator.get(path)["version"]
        return bool(line.simulator.get(path, version=version) == {"version": version})

    wait_until(nothing_new)


def test_a_long_conversation_pages_backwards(line: Line) -> None:
    number = _number()
    line.gateway.send([text_message(number, f"{index}번") for index in range(70)])
    newest = _phone(line, number)
    assert [each["text"] for each in newest["messages"]][-1] == "69번"
    path = f"/simulator/api/phones/{number}/messages"
    oldest = line.simulator.get(path, before=newest["next"])
    assert [each["text"] for each in oldest["messages"]] == [f"{index}번" for index in range(20)]


def test_a_reply_reaches_the_camp(line: Line) -> None:
    number = _number()
    line.gateway.send([text_message(number)])
    wait_until(lambda: len(line.receiver.items) == 1)
    [thread] = _phone(line, number)["threads"]
    assert _post(line, f"{number}/replies", thread=thread["id"], text=" 네, 갈게요 ") == 201
    wait_until(lambda: len(line.receiver.calls) == 2)
    headers, reply = line.receiver.calls[1]
    assert line.gateway.verify(headers)
    assert SECRET not in headers.values()
    assert re.fullmatch(r"M4V\w{29}", reply.pop("provider_msg_id"))
    assert reply.pop("received_at").endswith("Z")
    assert reply == {"from": number, "to": "0212345678", "text": "네, 갈게요"}
    assert _phone(line, number)["messages"][-1]["direction"] == "in"
    assert line.simulator.counts(line.api_key)["total"] == 1


def test_opting_out_tells_the_camp_and_stops_the_carrier_until_undone(line: Line) -> None:
    number = _number()
    line.gateway.send([text_message(number)])
    wait_until(lambda: len(line.receiver.items) == 1)
    [thread] = _phone(line, number)["threads"]
    assert _post(line, f"{number}/opt-out", thread=thread["id"]) == 201
    wait_until(lambda: len(line.receiver.calls) == 2)
    assert line.receiver.calls[1][1]["text"] == "수신거부"
    assert _phone(line, number)["threads"][0]["opted_out"]
    [refused] = line.gateway.send([text_message(number)])
    assert (refused.accepted, refused.reason) == (False, "opt_out")
    url = f"{line.simulator.url}/simulator/api/phones/{number}/opt-out"
    undone = HTTP.request("DELETE", url, json={"thread": thread["id"]})
    assert undone.status_code == 204
    assert line.gateway.send([text_message(number)])[0].accepted


@pytest.mark.parametrize(
    ("body", "status"),
    [({"text": ""}, 422), ({"text": "가" * 1001}, 422), ({"text": "안녕", "thread": "x"}, 404)],
)
def test_a_reply_that_makes_no_sense(line: Line, body: dict[str, str], status: int) -> None:
    number = _number()
    line.gateway.send([text_message(number)])
    assert _post(line, f"{number}/replies", **body) == status


def test_another_sites_form_cannot_reply(line: Line) -> None:
    url = f"{line.simulator.url}/simulator/api/phones/01011112222/replies"
    answer = HTTP.post(url, content=b"{}", headers={"Content-Type": "text/plain"})
    assert answer.status_code == 415


def test_the_page_needs_nothing_from_elsewhere(line: Line) -> None:
    for path in ("", "?lang=en", "static/phones.js", "static/parts.js", "static/phones.css"):
        answer = HTTP.get(f"{line.simulator.url}/simulator/{path}")
        assert answer.status_code == 200
        outside = re.findall(r"https?://(?!www\.w3\.org/)[\w.]+", answer.text)
        assert outside == [], path
    assert (
        "script-src 'self'" in HTTP.get(f"{line.simulator.url}/simulator/").headers["content-security-policy"]
    )
    assert HTTP.get(f"{line.simulator.url}/simulator/static/app.py").status_code == 404


@pytest.fixture(scope="module")
def browser_page() -> Iterator[Page]:
    """A page in headless Chromium (the system's, else the one that playwright installed)."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


def test_a_person_reads_a_text_taps_its_link_and_answers(line: Line, browser_page: Page) -> None:
    page, number = browser_page, _number()
    text = "<img src=x onerror=alert(1)> 안내: https://example.org/a."
    line.gateway.send([text_message(number, text)])
    page.goto(f"{line.simulator.url}/simulator/")
    page.get_by_placeholder("번호 검색").fill(number[3:])
    expect(page.locator(".phone")).to_have_count(1)
    page.locator(".phone").click()
    bubble = page.locator(".bubble.out")
    expect(bubble.locator(".text")).to_contain_text("[Web발신]<img src=x onerror=alert(1)> 안내")
    link = bubble.locator("a")
    assert (link.get_attribute("href"), link.get_attribute("target")) == (
        "https://example.org/a",
        "_blank",
    )
    expect(bubble.locator(".chip")).to_have_text("도착")
    page.get_by_placeholder("답장 입력").fill("네!")
    page.keyboard.press("Enter")
    expect(page.locator(".bubble.in .text")).to_have_text("네!")
    page.get_by_role("button", name="수신거부").click()
    expect(page.get_by_role("button", name="수신거부 해제")).to_be_visible()
    wait_until(lambda: len(line.receiver.calls) == 3)
    line.gateway.send([alimtalk(number)])
    expect(page.locator(".bubble.failed .chip")).to_have_text("접수 거부 1061")


def test_the_page_is_english_on_request_and_explains_the_numbers(line: Line, browser_page: Page) -> None:
    browser_page.goto(f"{line.simulator.url}/simulator/?lang=en")
    browser_page.get_by_role("button", name="Test numbers").click()
    expect(browser_page.locator("#magic dt")).to_have_count(12)
    expect(browser_page.get_by_text("switched off → fails 3043")).to_be_visible()
