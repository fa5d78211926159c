"""Entries of the review queue that only a third person links: they come and go with their links."""

from collections.abc import Callable
from typing import Any

import pytest

from shared.contacts import scanning
from tests.factories import Camp
from tests.functions.contacts.test_duplicates import HOME, add, queue, resolve, scan

Workers = Callable[[], None]


def three(camp: Camp) -> tuple[str, str, str]:
    """A whole record, one with a wrong digit and no address, one with another number at the address."""
    whole = add(camp, "홍길동", phones=["010-2345-6789"], address=HOME)
    wrong = add(camp, "홍길동", phones=["010-2345-6780"])
    moved = add(camp, "홍길동", phones=["010-9876-5432"], address=HOME)
    return whole, wrong, moved


def entry(camp: Camp, *contacts: str) -> dict[str, Any] | None:
    found = [item for item in queue(camp) if {item["left"]["id"], item["right"]["id"]} == set(contacts)]
    return found[0] if found else None


def shown(camp: Camp) -> set[frozenset[str]]:
    return {frozenset((item["left"]["id"], item["right"]["id"])) for item in queue(camp)}


@pytest.mark.parametrize("batch", [1, 2, 500])
def test_all_three_are_shown_however_the_walk_is_cut(
    camp: Camp, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(scanning, "BATCH", batch)
    whole, wrong, moved = three(camp)
    scan(camp)
    assert shown(camp) == {frozenset(p) for p in ((whole, wrong), (whole, moved), (wrong, moved))}
    third = entry(camp, wrong, moved)
    assert third is not None
    assert [reason["message"] for reason in third["reasons"]] == ["두 사람 모두 다른 한 사람과 비슷함"]
    assert third["score"] == min(item["score"] for item in queue(camp))


def test_a_second_walk_changes_nothing(camp: Camp) -> None:
    three(camp)
    scan(camp)
    before = camp.rows("SELECT * FROM contact_reviews ORDER BY id")
    scan(camp)
    assert camp.rows("SELECT * FROM contact_reviews ORDER BY id") == before


def test_two_people_are_no_third_for_each_other(camp: Camp, workers: Workers) -> None:
    whole, wrong, moved = three(camp)
    scan(camp)
    apart = entry(camp, whole, wrong)
    assert apart is not None
    resolve(camp, apart["id"], "keep_apart")
    workers()
    assert shown(camp) == {frozenset((whole, moved))}
    camp.api.post(f"/contacts/duplicates/{apart['id']}/reopen")
    workers()
    assert len(queue(camp)) == 3


def test_a_third_that_is_no_longer_like_one_links_nobody(camp: Camp, workers: Workers) -> None:
    whole, wrong, moved = three(camp)
    scan(camp)
    camp.api.put(f"/contacts/{wrong}", {"name": "홍길동", "phones": ["010-3333-4444"]})
    workers()
    assert shown(camp) == {frozenset((whole, moved))}


def test_a_hub_that_changes_takes_its_links_along(camp: Camp, workers: Workers) -> None:
    whole, _, moved = three(camp)
    scan(camp)
    camp.api.put(f"/contacts/{whole}", {"name": "홍길동", "phones": ["010-3333-4444"], "address": HOME})
    workers()
    assert shown(camp) == {frozenset((whole, moved))}


def test_who_was_said_to_be_two_people_is_not_asked_again(camp: Camp, workers: Workers) -> None:
    _, wrong, moved = three(camp)
    scan(camp)
    third = entry(camp, wrong, moved)
    assert third is not None
    resolve(camp, third["id"], "keep_apart")
    workers()
    scan(camp)
    assert entry(camp, wrong, moved) is None
    assert len(queue(camp)) == 2


def test_merging_the_two_leaves_one_question(camp: Camp, workers: Workers) -> None:
    whole, wrong, moved = three(camp)
    scan(camp)
    third = entry(camp, wrong, moved)
    assert third is not None
    resolve(camp, third["id"], "merge")
    workers()
    assert shown(camp) == {frozenset((whole, min(wrong, moved)))}
