"""A person at a real browser: finds things by the handles that frontend/README.md lists."""

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from playwright.sync_api import Browser, FilePayload, Locator, Page, expect, sync_playwright

from tests.stack import Stack

PATIENCE_MS = 60_000
_CHROMIUM = os.environ.get("HANPYO_CHROMIUM", "/usr/bin/chromium")
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

_TOO_SMALL = """() => {
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim(), of = walker.currentNode.parentElement;
    if (text && of.checkVisibility() && parseFloat(getComputedStyle(of).fontSize) < 12) found.push(text);
  }
  return found;
}"""

expect.set_options(timeout=PATIENCE_MS)


class Login(Protocol):
    """Whoever can log in: a camp's Owner or a member."""

    email: str
    password: str


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium; none is ever downloaded."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=_ARGUMENTS)
        yield browser
        browser.close()


@dataclass(frozen=True)
class Visitor:
    """One person with one window. `complaints` are the errors the pages raised meanwhile."""

    page: Page
    url: str
    complaints: list[str]

    @classmethod
    def comes(cls, browser: Browser, stack: Stack, *, width: int = 1440, dark: bool = False) -> "Visitor":
        """A fresh window, Korean, with nothing remembered."""
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            locale="ko-KR",
            timezone_id="Asia/Seoul",
            color_scheme="dark" if dark else "light",
            accept_downloads=True,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        visitor = cls(context.new_page(), stack.url, [])
        visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        return visitor

    def leaves(self) -> None:
        self.page.context.close()

    def go(self, path: str) -> None:
        self.page.goto(f"{self.url}{path}")

    def at(self, handle: str) -> Locator:
        """What is in sight: the phone's and the desk's layout share some handles."""
        return self.page.get_by_test_id(handle).filter(visible=True)

    def click(self, handle: str) -> None:
        self.at(handle).click()

    def write(self, **fields: str) -> None:
        """Fills fields: `write(login_email="…")` is the handle `login-email`."""
        for handle, text in fields.items():
            self.at(handle.replace("_", "-")).fill(text)

    def choose(self, handle: str, option: str | re.Pattern[str]) -> None:
        """Picks an option of a drop-down by its words."""
        self.click(handle)
        self.page.get_by_role("option", name=option).click()

    def sees(self, handle: str, text: str | re.Pattern[str]) -> None:
        expect(self.at(handle)).to_contain_text(text)

    def number(self, handle: str) -> int:
        """The number that stands there."""
        return int(re.sub(r"\D", "", self.at(handle).inner_text()))

    def logs_in(self, who: Login) -> None:
        """By hand; `has_session_of` is cheaper where the login is not what is tried."""
        self.go("/login")
        self.write(login_email=who.email, login_password=who.password)
        self.click("login-submit")
        expect(self.at("tenant-name")).to_be_visible()

    def has_session_of(self, who: Login) -> None:
        """The window's cookies are those of somebody who logged in before; no page is open yet."""
        login = {"email": who.email, "password": who.password}
        answer = self.page.context.request.post(f"{self.url}/api/v1/auth/login", data=login)
        if answer.status == 429:  # the sixteenth quick test of one camp within a minute
            time.sleep(float(answer.headers["retry-after"]))
            answer = self.page.context.request.post(f"{self.url}/api/v1/auth/login", data=login)
        assert answer.ok, answer.text()

    def uploads(self, name: str, content: bytes) -> None:
        """Gives the import wizard a file."""
        payload = FilePayload(name=name, mimeType="text/csv", buffer=content)
        self.at("import-file-input").set_input_files(payload)

    def downloads(self, handle: str) -> Path:
        """Clicks and waits for the file."""
        with self.page.expect_download() as caught:
            self.click(handle)
        return Path(caught.value.path())

    def becomes(self, width: int, *, dark: bool) -> None:
        """The window gets another width and colour scheme; returns when the page was laid out anew."""
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.emulate_media(color_scheme="dark" if dark else "light")
        self.page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def too_small(self) -> list[str]:
        """The texts in sight that are smaller than 12 px."""
        found: list[str] = self.page.evaluate(_TOO_SMALL)
        return found

    def overflow(self) -> int:
        """Pixels by which the page is wider than the window."""
        measured = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        return int(measured)
