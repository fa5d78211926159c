"""The preview of an import's undo counts what the undo then does. `test_history_machine` asks it, too."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from shared.contacts import finishing, import_undo
from tests.contact_history import import_now
from tests.factories import Camp
from tests.functions.contacts.test_bulk_actions import finish, start
from tests.functions.contacts.test_histories import contact, create, undo_import
from tests.infra.simulator.running import wait_until

LIST = """이름,휴대폰,이메일,주소,태그,메모
홍길동,010-1111-0001,,부산 중구,당원,
이나래,010-1111-0002,nara@example.com,,,새 메모
박다솜,010-1111-0003,,,,
최라온,"010-1111-0004, 010-1111-0005",,,,
김새롬,010-1111-0001,,,,
정마루,010-2222-0001,,서울 중구,,
강바다,010-2222-0002,,,,
조사랑,010-2222-0003,,,당원,
정마루,010-2222-0001,,,청년,
"""


def known(camp: Camp) -> dict[str, str]:
    """Whom the list finds: two whom it changes, one whose source it tells, two whom it shows to be one."""
    people: dict[str, dict[str, Any]] = {
        "홍길동": {"phones": ["010-1111-0001"], "address": "서울 중구"},
        "이나래": {"phones": ["010-1111-0002"]},
        "박다솜": {"phones": ["010-1111-0003"], "note": "이웃"},
        "최라온": {"phones": ["010-1111-0004"]},
        "최라원": {"phones": ["010-1111-0005"]},
    }
    return {name: create(camp, name=name, **fields) for name, fields in people.items()}


def agree(camp: Camp, import_id: UUID) -> dict[str, int]:
    preview: dict[str, int] = camp.api.get(f"/contacts/imports/{import_id}/undo-preview").json["data"]
    done = undo_import(camp, import_id)["undo"]
    assert preview == {"restore": done["restored"], "remove": done["removed"], "keep": done["kept"]}
    return preview


def made(camp: Camp, name: str) -> str:
    return next(str(c["id"]) for c in camp.api.get("/contacts").json["data"] if c["name"] == name)


def test_restored_to_the_field_and_counted_before(camp: Camp) -> None:
    ids = known(camp)
    before = {name: contact(camp, one) for name, one in ids.items()}
    import_id = import_now(camp, LIST, on_existing="overwrite")
    counts = agree(camp, import_id)
    assert counts == {"restore": 5, "remove": 4, "keep": 0}
    for name, one in ids.items():
        assert {**contact(camp, one), "updated_at": ""} == {**before[name], "updated_at": ""}, name


def test_a_later_edit_of_the_same_field_is_kept_and_counted(camp: Camp) -> None:
    ids = known(camp)
    import_id = import_now(camp, LIST, on_existing="overwrite")
    camp.api.put(f"/contacts/{ids['홍길동']}", {"address": "대구 중구"})
    camp.api.put(f"/contacts/{ids['이나래']}", {"emails": []})
    camp.api.put(f"/contacts/{made(camp, '정마루')}", {"note": "전화함"})
    assert agree(camp, import_id)["keep"] == 3
    assert contact(camp, ids["홍길동"])["address"] == "대구 중구"


def test_a_later_edit_of_another_field_is_no_reason_to_keep(camp: Camp) -> None:
    ids = known(camp)
    import_id = import_now(camp, LIST, on_existing="overwrite")
    camp.api.put(f"/contacts/{ids['홍길동']}", {"note": "전화함"})
    assert agree(camp, import_id) == {"restore": 5, "remove": 4, "keep": 0}
    assert (contact(camp, ids["홍길동"])["address"], contact(camp, ids["홍길동"])["note"]) == (
        "서울 중구",
        "전화함",
    )


@pytest.mark.parametrize("merged", ["정마루", "이나래"])
def test_a_later_merge_counts_as_the_undo_counts_it(camp: Camp, merged: str) -> None:
    ids = known(camp)
    import_id = import_now(camp, LIST, on_existing="overwrite")
    body = {"keep_id": ids["박다솜"], "merge_ids": [ids.get(merged) or made(camp, merged)]}
    assert camp.api.post("/contacts/merges", body).status_code == 201
    agree(camp, import_id)


def test_deleted_and_erased_people_count_as_the_undo_counts_them(camp: Camp) -> None:
    ids = known(camp)
    import_id = import_now(camp, LIST, on_existing="overwrite")
    finish(camp, start(camp, "delete", {"ids": [made(camp, "정마루"), ids["이나래"]]}))
    for one in (made(camp, "강바다"), ids["홍길동"], ids["최라온"]):
        assert camp.api.delete(f"/contacts/{one}").status_code == 204
    assert agree(camp, import_id)["remove"] == 3


def test_whom_another_list_names_too_is_kept_and_counted(camp: Camp) -> None:
    """The other list is a reason of its own to have them, even where it changed nothing."""
    import_id = import_now(camp, LIST)
    import_now(camp, "이름,휴대폰\n정마루,010-2222-0001\n")
    assert agree(camp, import_id)["keep"] == 1
    assert contact(camp, made(camp, "정마루"))["phones"] == ["010-2222-0001"]


EVENT = """INSERT INTO contact_events (tenant_id, contact_id, kind)
  VALUES (current_tenant(), %s, %s) RETURNING kind"""
CONSENT = """INSERT INTO consents (tenant_id, id, contact_id, purpose, channel, method, given_at)
  VALUES (current_tenant(), gen_random_uuid(), %s, 'advertising', 'all', 'paper', now()) RETURNING id"""


@pytest.mark.parametrize("trace", ["note", "consent", "reply"])
def test_whoever_left_a_trace_is_kept_and_counted(camp: Camp, trace: str) -> None:
    """A table that is asked because the camp has rows in it tells nothing of those who have none."""
    import_id = import_now(camp, LIST)
    one = made(camp, "정마루")
    if trace == "note":
        assert camp.api.post(f"/contacts/{one}/notes", {"text": "다시 전화"}).status_code == 201
    elif trace == "consent":
        camp.rows(CONSENT, one)
    else:
        camp.rows(EVENT, one, "inbound")
    counts = agree(camp, import_id)
    assert (counts["keep"], counts["remove"] > 1) == (1, True)
    assert contact(camp, one)["phones"] == ["010-2222-0001"]


def test_of_an_undo_that_stopped_half_way_what_is_left(camp: Camp, monkeypatch: pytest.MonkeyPatch) -> None:
    known(camp)
    import_id = import_now(camp, LIST, on_existing="overwrite")
    camp.api.put(f"/contacts/{made(camp, '정마루')}", {"note": "전화함"})
    whole = camp.api.get(f"/contacts/imports/{import_id}/undo-preview").json["data"]
    monkeypatch.setattr(import_undo, "ROWS_AT_ONCE", 3)
    with camp.transaction() as connection:
        import_undo.begin(connection, import_id, camp.member_id, may_undo_others=True)
    for _ in range(4):
        assert import_undo.step(camp.tenant_id, import_id)
    import_undo.stop(camp.tenant_id, import_id)
    (so_far,) = camp.rows("SELECT undo_restored, undo_removed, undo_kept FROM imports WHERE undo_done > 0")
    left = camp.api.get(f"/contacts/imports/{import_id}/undo-preview").json["data"]
    assert all(sum(counts.values()) > 0 for counts in (so_far, left))
    both = [done + rest for done, rest in zip(so_far.values(), left.values(), strict=True)]
    assert both == list(whole.values())
    undo_import(camp, import_id)


def test_the_preview_is_planned_with_what_the_list_has_changed(
    camp: Camp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the statistics of a log that was empty a moment ago it took 44 s for 30,000 people."""
    monkeypatch.setattr(finishing, "_WORTH_STATISTICS_ROWS", 1)
    import_now(camp, "이름,휴대폰\n홍길동,010-1111-0001\n")
    before = told_at(camp)
    import_now(camp, "이름,휴대폰,메모\n홍길동,010-1111-0001,새 메모\n")
    wait_until(lambda: told_at(camp) > before, 10)


def told_at(camp: Camp) -> datetime:
    """When the statistics of both logs were made last."""
    (row,) = camp.rows(
        """SELECT min(coalesce(last_analyze, 'epoch')) AS at FROM pg_stat_all_tables
            WHERE relname IN ('contact_changes', 'point_changes')"""
    )
    at: datetime = row["at"]
    return at
