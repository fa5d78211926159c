"""Every schedule is the hub's: a carrier is handed what leaves now, so there is nothing to cancel there."""

import ast
from datetime import timedelta
from pathlib import Path

from shared.messaging import launching
from tests.shared.messaging.desk import Desk

ROOT = Path(__file__).resolve().parents[3]
PLACES = ("shared/messaging", "shared/inbox", "functions")


def handed_over_for_later(path: Path) -> list[int]:
    """Lines in which a message for a carrier is made with a time to send it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    made = [call for call in calls if getattr(call.func, "id", "") in ("OutgoingMessage", "replace")]
    return [
        call.lineno
        for call in made
        if any(word.arg == "send_at" for word in call.keywords)
        and (getattr(call.func, "id", "") == "OutgoingMessage" or "outgoing" in ast.unparse(call).lower())
    ]


def test_no_message_is_handed_over_for_a_later_time() -> None:
    """Whoever adds one has to cancel it too: see docs/decisions/0040."""
    files = [
        path for place in PLACES for path in (ROOT / place).rglob("*.py") if "gateways" not in path.parts
    ]
    assert len(files) > 100
    assert {str(path): lines for path in files if (lines := handed_over_for_later(path))} == {}


def test_a_scheduled_campaign_leaves_nothing_at_the_carrier_before_its_hour(desk: Desk) -> None:
    desk.contacts(3)
    at = desk.now() + timedelta(hours=2)
    kept, cancelled = (
        desk.launch(desk.step(body=f"{name} 소식"), scheduled_at=at.isoformat()) for name in ("처음", "다음")
    )
    for campaign in (kept, cancelled):
        assert desk.send(campaign) == 0
    assert desk.texts() == [], "not even reserved"
    desk.ok("POST", f"/campaigns/{cancelled}/cancel")
    desk.skip(hours=2, seconds=1)
    for campaign in (kept, cancelled):
        launching.release(desk.camp.tenant_id, campaign, desk.now())
        desk.send(campaign)
    assert {text["text"] for text in desk.texts()} == {"처음 소식"}
