"""What the documents say of the tests is true: each test they name is there."""

import re

from infra.hub.settings import ROOT


def test_every_test_that_the_failures_of_others_name_exists() -> None:
    document = (ROOT / "docs/failures-of-others.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z0-9_]+)`", document))
    written = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    there = set(re.findall(r"def test_(\w+)\(", written))
    assert len(named) > 100
    assert named - there == set()
