"""Who may not be written to: a refusal is the person's, and the erased are gone wherever they were merged."""

import pytest

from tests.shared.messaging.desk import Desk, phone


def person(desk: Desk, *numbers: str, name: str = "김하늘") -> str:
    return str(desk.ok("POST", "/contacts", {"name": name, "phones": list(numbers)}, 201)["id"])


def opt_out(desk: Desk, number: str) -> str:
    return str(desk.ok("POST", "/opt-outs", {"phone": number, "reason": "문자로 요청"}, 201)["id"])


@pytest.mark.parametrize("refused", [0, 1])
def test_who_refuses_on_one_number_is_not_texted_on_another(desk: Desk, refused: int) -> None:
    numbers = [phone(), phone()]
    person(desk, *numbers)
    person(desk, phone(), name="이바다")
    opt_out(desk, numbers[refused])
    campaign = desk.launch()
    assert desk.counts(campaign)["recipients"] == 1
    desk.settle(campaign)
    assert not {number.replace("-", "") for number in numbers} & set(desk.received()["counts"])


def test_a_refusal_on_another_number_after_the_launch_is_obeyed(desk: Desk) -> None:
    first, second = phone(), phone()
    person(desk, first, second)
    campaign = desk.launch()
    given = opt_out(desk, second)
    assert desk.send(campaign) == 0
    assert desk.stats(campaign)["reasons"] == [{"reason": "opt_out", "count": 1}]
    desk.check_books([campaign])
    desk.ok("DELETE", f"/opt-outs/{given}", {"reason": "본인 요청"}, status=204)
    assert desk.counts(desk.launch())["recipients"] == 1, "taken back, it no longer bars"


def test_a_refusal_comes_along_in_a_merge(desk: Desk) -> None:
    first, second = phone(), phone()
    kept, merged = person(desk, first), person(desk, second, name="이바다")
    campaign = desk.launch()
    opt_out(desk, second)
    desk.ok("POST", "/contacts/merges", {"keep_id": kept, "merge_ids": [merged]}, 201)
    assert desk.send(campaign) == 0
    assert desk.received()["total"] == 0


def test_the_dashboard_and_segments_agree_on_who_is_reachable(desk: Desk) -> None:
    first = phone()
    person(desk, first, phone())
    person(desk, phone(), name="이바다")
    opt_out(desk, first)
    assert desk.ok("GET", "/analytics/overview")["totals"]["reachable"] == 1
    wanted = {"filter": {"reachable": "sms"}}
    assert desk.ok("POST", "/segments/preview", wanted)["count"]["value"] == 1


def test_a_person_who_was_merged_and_then_erased_is_not_texted(desk: Desk) -> None:
    merged, kept = person(desk, phone()), person(desk, phone(), name="이바다")
    campaign = desk.launch()
    desk.ok("POST", "/contacts/merges", {"keep_id": kept, "merge_ids": [merged]}, 201)
    desk.ok("DELETE", f"/contacts/{kept}", status=204)
    assert desk.send(campaign) == 0
    assert desk.stats(campaign)["reasons"] == [{"reason": "erased", "count": 2}]
    desk.check_books([campaign])


def test_a_number_that_somebody_else_has_now_does_not_revive_the_erased(desk: Desk) -> None:
    number = phone()
    erased = person(desk, number)
    campaign = desk.launch()
    desk.ok("DELETE", f"/contacts/{erased}", status=204)
    person(desk, number, name="이바다")
    assert desk.send(campaign) == 0
    assert desk.stats(campaign)["reasons"] == [{"reason": "erased", "count": 1}]


def test_merging_alone_bars_nobody(desk: Desk) -> None:
    merged, kept = person(desk, phone()), person(desk, phone(), name="이바다")
    campaign = desk.launch()
    desk.ok("POST", "/contacts/merges", {"keep_id": kept, "merge_ids": [merged]}, 201)
    assert desk.send(campaign) == 2
