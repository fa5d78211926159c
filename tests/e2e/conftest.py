"""Fixtures of the end-to-end tests: one browser, a window per test."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.e2e.browser import Visitor, chromium
from tests.stack import Stack


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def visit(browser: Browser, stack: Stack) -> Iterator[Callable[..., Visitor]]:
    """Opens windows: `visit(width=390, dark=True)`. No page may have raised an error by the end."""
    visitors: list[Visitor] = []

    def open_window(*, width: int = 1440, dark: bool = False) -> Visitor:
        visitors.append(Visitor.comes(browser, stack, width=width, dark=dark))
        return visitors[-1]

    yield open_window
    complaints = [complaint for visitor in visitors for complaint in visitor.complaints]
    for visitor in visitors:
        visitor.leaves()
    assert complaints == []


@pytest.fixture
def visitor(visit: Callable[..., Visitor]) -> Visitor:
    """One window of 1440 px."""
    return visit()
