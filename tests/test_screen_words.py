"""The screens have words for what the server tells them in codes."""

import json
import re

import pytest

from infra.hub.settings import ROOT

# Events by a call that names the kind, and those of one statement with its own.
_BY_CALL = re.compile(r'(?:add|insert)_events?\([^)"]*"([a-z_]+)"')
_BY_STATEMENT = re.compile(r"INSERT INTO contact_events[^;]*?SELECT[^;]*?contact_id, '([a-z_]+)'", re.DOTALL)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_kind_of_event_on_a_persons_timeline_has_its_words(language: str) -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "shared").rglob("*.py"))
    kinds = {*_BY_CALL.findall(code), *_BY_STATEMENT.findall(code)}
    assert kinds >= {"consent", "consent_withdrawn", "deleted", "opt_in", "opt_out", "restored"}
    catalogue = json.loads((ROOT / f"frontend/messages/{language}.json").read_text(encoding="utf-8"))
    assert kinds - catalogue["timeline"].keys() == set()
