"""A home in a temporary directory; nothing is started."""

from pathlib import Path

import pytest

from infra.hub import files
from infra.hub.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a home that has its directories."""
    made = Settings(home=tmp_path / "home", port=23450, outside={"PATH": "/usr/bin:/bin"})
    files.lay_out(made)
    return made
