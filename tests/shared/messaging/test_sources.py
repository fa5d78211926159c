"""Contacts with neither source nor legal basis cannot be written to."""

from uuid import UUID

from tests.shared.messaging.desk import Desk, phone


def forget_source(desk: Desk, contact: str) -> None:
    desk.camp.rows(
        "UPDATE contacts SET source = NULL, legal_basis = NULL WHERE id = %s RETURNING 1", UUID(contact)
    )


def test_they_are_left_out_and_the_preview_says_so(desk: Desk) -> None:
    known, unknown = phone("0001"), phone("0002")
    desk.contact(known)
    forget_source(desk, desk.contact(unknown))
    campaign = desk.campaign()
    preview = desk.ok("POST", f"/campaigns/{campaign}/preview", {})
    assert preview["audience"]["value"] == 1
    (told,) = [v for v in preview["compliance"]["verdicts"] if v["rule"] == "P01"]
    assert told["severity"] == "warn"
    assert "1명" in told["message"]
    assert "제20조" in told["article"]
    desk.ok("POST", f"/campaigns/{campaign}/launch", status=202)
    desk.freeze(campaign)
    desk.settle(campaign)
    assert desk.received()["counts"] == {known.replace("-", ""): 1}


def test_a_campaign_for_nobody_else_is_blocked(desk: Desk) -> None:
    forget_source(desk, desk.contact(phone("0001")))
    campaign = desk.campaign()
    answer = desk.camp.api.post(f"/campaigns/{campaign}/launch")
    assert answer.status_code == 409, answer.text
    assert "P01" in answer.text


def test_whoever_is_written_in_by_hand_has_a_source(desk: Desk) -> None:
    contact = desk.contact(phone("0001"))
    assert desk.ok("GET", f"/contacts/{contact}")["source"] == "직접 입력"
    forget_source(desk, contact)
    desk.ok("PUT", f"/contacts/{contact}", {"source": "동네 모임"})
    assert desk.ok("POST", f"/campaigns/{desk.campaign()}/preview", {})["audience"]["value"] == 1
