"""What libraries say about people does not reach the log."""

import logging
import warnings
from collections.abc import Iterator

import pytest
import structlog

from shared.kernel.logging import configure_logging


@pytest.fixture(autouse=True)
def as_it_was(app: object) -> Iterator[None]:
    """Leaves the log of other tests alone; settings are read once, and the app knows which."""
    root = logging.getLogger()
    handlers, level, shown, loggers = (
        list(root.handlers),
        root.level,
        warnings.showwarning,
        structlog.get_config(),
    )
    yield
    root.handlers[:], warnings.showwarning = handlers, shown
    root.setLevel(level)
    structlog.configure(**loggers)


def test_a_warning_is_told_without_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging()
    warnings.showwarning(UserWarning("홍길동 010-2345-6789"), UserWarning, "/somewhere/pydantic/main.py", 520)
    told = capsys.readouterr()
    assert "python_warning" in told.out
    assert "pydantic/main.py:520" in told.out
    assert "홍길동" not in told.out + told.err
    assert "2345" not in told.out + told.err


def test_an_address_with_a_key_stays_out(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging()
    logging.getLogger("urllib3.connection").warning(
        "Failed to parse headers (url=%s)", "https://x/appKeys/K1"
    )
    assert "K1" not in "".join(capsys.readouterr())
