"""What an approval speaks of when its segment changes or goes; numbers that become somebody else's."""

from typing import Any
from uuid import UUID

from tests.shared.messaging.desk import Desk, phone
from tests.shared.messaging.test_contents import replace
from tests.shared.messaging.test_holds import APPEAL, GREETING
from tests.shared.messaging.test_law import launch


def segment(desk: Desk, node: dict[str, Any]) -> str:
    return str(desk.ok("POST", "/segments", {"name": "당원", "filter": node}, 201)["id"])


def approved(desk: Desk, segment_id: str) -> UUID:
    """A doubtful campaign to a segment, approved by another admin."""
    campaign = desk.campaign(desk.step(body=APPEAL), audience={"segment_id": segment_id}, **GREETING)
    asked = desk.ok("POST", f"/campaigns/{campaign}/approvals", {}, 201)
    path = f"/compliance/approvals/{asked['id']}/approve"
    assert desk.camp.member("admin").api.post(path, {}).status_code == 200
    return campaign


def test_an_approval_is_of_what_the_segment_asked(desk: Desk) -> None:
    desk.contact(phone(), tags=["당원"])
    desk.contact(phone())
    chosen = segment(desk, {"tag": "당원"})
    campaign = approved(desk, chosen)
    desk.ok("PUT", f"/segments/{chosen}", {"name": "모두", "filter": {"all": []}})
    assert launch(desk, campaign) == (409, ["E17"]), "approved was a text to members, not to everybody"
    assert [one["current"] for one in desk.ok("GET", f"/campaigns/{campaign}/approvals")] == [False]
    desk.ok("PUT", f"/segments/{chosen}", {"name": "당원", "filter": {"tag": "당원"}})
    assert launch(desk, campaign)[0] == 202
    desk.freeze(campaign)
    assert desk.counts(campaign)["recipients"] == 1
    desk.ok("PUT", f"/segments/{chosen}", {"name": "모두", "filter": {"all": []}})
    [known] = desk.ok("GET", f"/campaigns/{campaign}/approvals")
    assert (known["state"], known["current"]) == ("approved", True), "it keeps its people"


def test_a_segment_that_is_gone_hides_no_approval_and_keeps_no_text_from_being_mended(desk: Desk) -> None:
    desk.contact(phone(), tags=["당원"])
    going = segment(desk, {"tag": "당원"})
    launched = approved(desk, going)
    assert launch(desk, launched)[0] == 202
    desk.freeze(launched)
    waiting = desk.campaign(desk.step(body=APPEAL), audience={"segment_id": going}, **GREETING)
    asked = desk.ok("POST", f"/campaigns/{waiting}/approvals", {}, 201)
    assert desk.camp.api.call("DELETE", f"/segments/{going}").status_code in (200, 204)
    listed = {one["campaign_id"]: one["current"] for one in desk.ok("GET", "/compliance/approvals")}
    assert listed == {str(launched): True, str(waiting): False}
    admin = desk.camp.member("admin")
    path = f"/compliance/approvals/{asked['id']}"
    assert admin.api.post(f"{path}/approve", {}).status_code == 409
    assert admin.api.post(f"{path}/refuse", {}).status_code == 200
    assert replace(desk, launched, body=APPEAL + "!")["needs_approval"] is True
    [asked, _] = desk.ok("GET", f"/campaigns/{launched}/approvals")
    assert admin.api.post(f"/compliance/approvals/{asked['id']}/approve", {}).status_code == 200
    desk.ok("POST", f"/campaigns/{launched}/resume")
    assert desk.send(launched) == 1


def test_a_number_that_is_somebody_elses_now_is_told_nothing_of_its_former_owner(desk: Desk) -> None:
    number = phone()
    former = desk.contact(number, "김하늘")
    campaign = desk.launch()
    desk.ok("PUT", f"/contacts/{former}", {"name": "김하늘", "phones": [phone()]})
    desk.contact(number, "이바다")
    assert desk.send(campaign) == 0
    assert desk.counts(campaign)["suppressed"] == 1
    desk.check_books([campaign])


def test_a_number_that_came_with_a_merge_is_still_the_persons(desk: Desk) -> None:
    desk.contact(phone(), "김하늘")
    for _ in range(2):  # merged into one that is merged itself
        desk.contact(phone(), "김하늘")
    campaign = desk.launch()
    first, second, third = (item["id"] for item in desk.ok("GET", "/contacts"))
    desk.ok("POST", "/contacts/merges", {"keep_id": second, "merge_ids": [first]}, 201)
    desk.ok("POST", "/contacts/merges", {"keep_id": third, "merge_ids": [second]}, 201)
    assert desk.send(campaign) == 3
    desk.check_books([campaign])
