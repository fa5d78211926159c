"""A column of values that differ from person to person is no column of tags."""

from uuid import UUID

import pytest

from shared.contacts import import_undo, tag_limit
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


def test_rows_with_tags_beyond_the_limit_are_rejected_with_a_sentence(camp: Camp) -> None:
    import_id = import_now(camp, numbered(40))
    found = counts(camp, import_id)
    assert (found["created"], found["rejected"], found["rows"]) == (6, 34, 40)
    assert used(camp) == {"회원", *(f"번호 {n}" for n in range(6))}
    rejected = camp.api.get(f"/contacts/imports/{import_id}/rejected-rows").json["data"]
    assert {row["reason"] for row in rejected} == {"too_many_tags"}
    assert "태그 가짓수" in rejected[0]["message"]


def test_tags_that_the_camp_has_come_in_although_it_is_full(camp: Camp) -> None:
    import_now(camp, numbered(40))
    assert counts(camp, import_now(camp, "휴대폰,태그\n010-9000-1234,회원;번호 3\n"))["created"] == 1
    assert counts(camp, import_now(camp, "휴대폰,태그\n010-9001-1234,회원;새것\n"))["rejected"] == 1
    assert counts(camp, import_now(camp, "휴대폰,태그\n010-9001-1234,\n"))["created"] == 1


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
