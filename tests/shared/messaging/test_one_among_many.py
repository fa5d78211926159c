"""One number, one person or one late-comer among many: nobody else is stopped, doubled or forgotten."""

from collections.abc import Callable
from datetime import timedelta

from shared.messaging import launching
from tests.shared.messaging.desk import Desk, phone


def digits(number: str) -> str:
    return number.replace("-", "")


def test_what_the_carrier_does_not_take_stops_nobody_else(desk: Desk) -> None:
    """A number it refuses, a name that no phone can show, a phone that is off, among three good ones."""
    refused, unshowable, off = phone("9006"), phone(), phone("9001")
    desk.contact(refused)
    desk.contact(unshowable, name="김하늘🎉")
    desk.contact(off)
    good = [phone() for _ in range(3)]
    for number in good:
        desk.contact(number)
    campaign = desk.launch()
    desk.settle(campaign)
    assert set(desk.received()["counts"]) >= {digits(number) for number in good}
    assert (desk.counts(campaign)["delivered"], desk.counts(campaign)["failed"]) == (3, 3)
    reasons = {one["reason"]: one["count"] for one in desk.stats(campaign)["reasons"]}
    assert reasons == {"opt_out": 1, "content": 1, "unreachable": 1}
    assert desk.finish(campaign)
    desk.check_books([campaign])


def test_a_field_that_brings_a_resident_number_into_a_text_keeps_that_text_here(desk: Desk) -> None:
    """The launch reads the text of one person; what fields say of another is read before it is sent (P03).

    Made up: the check digit is right, the person is not.
    """
    told, good = phone(), phone()
    desk.contact(told, custom={"앞": "900101", "뒤": "1234568"})  # whole, no contact takes it
    desk.contact(good, custom={"앞": "행사장 정문", "뒤": "02-812-1234"})
    campaign = desk.launch(desk.step(body="#{이름}님, 안내드립니다. #{앞}-#{뒤}"))
    desk.settle(campaign)
    assert set(desk.received()["counts"]) == {digits(good)}
    assert (desk.counts(campaign)["delivered"], desk.counts(campaign)["failed"]) == (1, 1)
    assert [one["reason"] for one in desk.stats(campaign)["reasons"]] == ["resident_number"]
    assert desk.finish(campaign)
    desk.check_books([campaign])


def test_it_is_not_finished_while_anybody_waits(desk: Desk) -> None:
    """Queued, with the carrier, or with an outcome nobody knows: each keeps it open."""
    desk.contacts(3)
    campaign = desk.launch()
    assert not desk.finish(campaign)
    desk.simulator.put(desk.api_key, webhook_url=None).raise_for_status()
    assert desk.send(campaign, 1) == 1
    assert desk.counts(campaign)["sent"] == 1
    desk.simulator.faults(desk.api_key, reset_before_accept=1)
    desk.send(campaign)
    assert desk.counts(campaign)["unknown"] == 2
    assert not desk.finish(campaign)
    desk.skip(hours=73)
    desk.sweep("expire_unreported")
    assert (desk.status(campaign), desk.finish(campaign), desk.status(campaign)) == (
        "sending",
        True,
        "completed",
    )


def test_whoever_comes_after_the_freezing_is_not_added(desk: Desk) -> None:
    """Neither by an actor that runs again, nor when the failed ones are tried again by hand."""
    off, late = phone("9001"), phone()
    desk.contact(off)
    campaign = desk.launch()
    desk.contact(late)
    desk.freeze(campaign)
    desk.settle(campaign)
    assert desk.finish(campaign)
    desk.ok("POST", f"/campaigns/{campaign}/retry-failed", status=202)
    desk.settle(campaign)
    assert desk.received()["counts"] == {digits(off): 2}


def test_a_number_that_a_family_shares_gets_one_text(desk: Desk, workers: Callable[[], None]) -> None:
    """Three people of one number in a file, and the same number by hand for a fourth."""
    family = "홍길동,010-2345-6789\n김부인,01023456789\n홍아들,+82 10 2345 6789\n"
    rows = f"이름,휴대폰\n{family}박이웃,010-3456-7890\n"
    origin = {"source": "동네 모임", "legal_basis": "consent"}
    assert desk.camp.api.upload("/contacts/imports", rows.encode(), **origin).status_code == 202
    workers()
    assert len(desk.ok("GET", "/contacts")) == 4
    taken = desk.camp.api.post("/contacts", {"name": "최손님", "phones": ["010.2345.6789"]})
    assert taken.status_code == 409
    campaign = desk.launch()
    desk.settle(campaign)
    assert desk.received()["counts"] == {"01023456789": 1, "01034567890": 1}
    assert desk.counts(campaign)["recipients"] == 2


def test_two_ticks_of_a_schedule_release_once(desk: Desk) -> None:
    """Two schedulers, or one that ticks twice: the second finds nothing to do, a late one revives nothing."""
    desk.contacts(2)
    campaign = desk.launch(scheduled_at=(desk.now() + timedelta(hours=2)).isoformat())
    desk.skip(hours=2, seconds=1)
    ids = (desk.camp.tenant_id, campaign)
    for _ in range(2):
        launching.release(*ids, desk.now())
    desk.settle(campaign)
    launching.release(*ids, desk.now())
    assert desk.finish(campaign)
    launching.release(*ids, desk.now())
    assert (desk.status(campaign), desk.received()["most"]) == ("completed", 1)
