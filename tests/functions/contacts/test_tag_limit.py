"""A column of values that differ from person to person is no column of tags."""

from typing import Any
from uuid import UUID

import pytest

from shared.contacts import import_files, import_undo, tag_limit
from shared.kernel.config import settings
from tests.contact_history import import_now
from tests.factories import Camp

LIMIT = 7


@pytest.fixture(autouse=True)
def low_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    low = settings().model_copy(update={"tag_limit": LIMIT})
    monkeypatch.setattr(tag_limit, "settings", lambda: low)


def numbered(count: int, start: int = 0) -> str:
    """Everybody has a group, and a number of their own among the tags."""
    rows = (
        f"010-{3571 * n % 7000 + 2000}-{7919 * n % 10000:04},회원;번호 {n}"
        for n in range(start, start + count)
    )
    return "휴대폰,태그\n" + "\n".join(rows) + "\n"


def counts(camp: Camp, import_id: UUID) -> dict[str, int]:
    found: dict[str, int] = camp.api.get(f"/contacts/imports/{import_id}").json["data"]["counts"]
    return found


def used(camp: Camp) -> set[str]:
    return {row["tag"] for row in camp.rows("SELECT tag FROM contact_counters WHERE count > 0 AND tag <> ''")}


def shown(camp: Camp, import_id: UUID, path: str = "") -> Any:
    return camp.api.get(f"/contacts/imports/{import_id}{path}").json["data"]


def test_people_whose_tags_are_beyond_the_limit_come_in_without_them_and_are_marked(camp: Camp) -> None:
    import_id = import_now(camp, numbered(40))
    found = counts(camp, import_id)
    assert (found["created"], found["rejected"], found["repaired"], found["rows"]) == (40, 0, 34, 40)
    assert used(camp) == {"회원", *(f"번호 {n}" for n in range(6))}
    rows = shown(camp, import_id, "/rows?outcome=repaired")
    assert rows[0]["repairs"] == [{"field": "tags", "before": "번호 6", "after": ""}]
    assert len(camp.rows("SELECT 1 FROM contacts WHERE '회원' = ANY(tags)")) == 40


def test_the_import_says_so_once(camp: Camp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_files, "CHUNK_ROWS", 10)
    (warning,) = shown(camp, import_now(camp, numbered(40)))["warnings"]
    assert warning["code"] == "tags_left_out"
    assert f"{LIMIT}가지" in warning["message"]
    assert shown(camp, import_now(camp, numbered(3)))["warnings"] == []


def test_a_tag_that_many_have_goes_before_those_of_one(camp: Camp) -> None:
    later = numbered(20, start=20).removeprefix("휴대폰,태그\n").replace("회원", "후원")
    import_now(camp, numbered(20) + later)
    assert used(camp) == {"회원", "후원", *(f"번호 {n}" for n in range(5))}


def test_a_number_that_was_repaired_too_is_told_beside(camp: Camp) -> None:
    import_now(camp, numbered(40))
    import_id = import_now(camp, "휴대폰,태그\n1023456789,회원;새것\n")
    (row,) = shown(camp, import_id, "/rows?outcome=repaired")
    assert [(change["field"], change["after"]) for change in row["repairs"]] == [
        ("phone", "010-2345-6789"),
        ("tags", ""),
    ]


def test_the_same_list_again_changes_nobody(camp: Camp) -> None:
    import_now(camp, numbered(40))
    found = counts(camp, import_now(camp, numbered(40)))
    assert (found["unchanged"], found["repaired"], found["rejected"]) == (40, 34, 0)


def test_tags_that_the_camp_has_come_in_although_it_is_full(camp: Camp) -> None:
    import_now(camp, numbered(40))
    import_now(camp, "휴대폰,태그\n010-9000-1234,회원;번호 3\n")
    import_now(camp, "휴대폰,태그\n010-9001-1234,회원;새것\n")
    tags = [set(row["tags"]) for row in camp.rows("SELECT tags FROM contacts ORDER BY id DESC LIMIT 2")]
    assert tags == [{"회원"}, {"회원", "번호 3"}]


def test_an_undone_import_makes_room_again(camp: Camp) -> None:
    import_id = import_now(camp, numbered(6))
    camp.api.post(f"/contacts/imports/{import_id}/undo")
    import_undo.run(camp.tenant_id, import_id)
    assert used(camp) == set()
    assert counts(camp, import_now(camp, numbered(6, start=100)))["created"] == 6


def test_the_limit_is_the_camps_own(camp: Camp, new_camp: object) -> None:
    assert callable(new_camp)
    import_now(camp, numbered(40))
    other = new_camp()
    assert counts(other, import_now(other, numbered(6)))["created"] == 6
