"""Deleted by a bulk action and restored: whole, whatever happened to the points and histories meanwhile."""

from typing import Any

import pytest

from shared.contacts import import_undo
from tests.contact_history import import_now
from tests.factories import Camp
from tests.functions.contacts.test_bulk_actions import finish, names, person, start, undo, whole


def deleted(camp: Camp, *contacts: str) -> str:
    bulk_id = start(camp, "delete", {"ids": list(contacts)})
    assert finish(camp, bulk_id)["changed"] == len(contacts)
    return bulk_id


def picture(camp: Camp) -> list[list[dict[str, Any]]]:
    """Everything that is stored of contacts and their histories but times and marks of the actions."""
    return [
        camp.rows(f"SELECT {columns} FROM {table} ORDER BY {columns}")
        for table, columns in (
            ("contacts", "id, name_hash, tags, deleted_at"),
            ("contact_points", "kind, hash, contact_id, value_sealed, textable, position"),
            ("contact_search", "contact_id, tokens"),
            ("contact_shared_points", "kind, hash, contact_id"),
            ("point_changes", "kind, hash, id, from_contact, to_contact, cause"),
            ("contact_changes", "contact_id, id, field"),
        )
    ]


def family(camp: Camp) -> list[str]:
    """One with several points, one without any, one merged of two, one that shares the first one's phone."""
    one = person(camp, "홍길동", "010-2345-6789", emails=["a@example.com", "b@example.com"], tags=["당원"])
    two = person(camp, "이남이")
    kept, gone = person(camp, "박다솜", "010-2345-2222"), person(camp, "박다솜", "010-2345-3333")
    camp.api.post("/contacts/merges", {"keep_id": kept, "merge_ids": [gone]})
    import_now(camp, "이름,휴대폰\n김새롬,010-2345-6789\n")
    (sharer,) = (str(row["contact_id"]) for row in camp.rows("SELECT contact_id FROM contact_shared_points"))
    return [one, two, kept, sharer]


def test_nothing_of_the_deletion_is_left(camp: Camp) -> None:
    everybody = family(camp)
    before = picture(camp)
    assert undo(camp, deleted(camp, *everybody))["undo"] == {"restored": 4, "kept": 0}
    assert picture(camp) == before


def test_twice_deleted_and_restored_is_as_before(camp: Camp) -> None:
    everybody = family(camp)
    before = picture(camp)
    for _ in range(2):
        undo(camp, deleted(camp, *everybody[::-1]))
    assert picture(camp) == before


def test_a_merge_can_still_be_undone(camp: Camp) -> None:
    kept, gone = person(camp, "박다솜", "010-2345-2222"), person(camp, "박다솜", "010-2345-3333")
    merged = camp.api.post("/contacts/merges", {"keep_id": kept, "merge_ids": [gone]}).json["data"]["id"]
    undo(camp, deleted(camp, kept))
    assert camp.api.post(f"/contacts/merges/{merged}/undo").status_code == 200
    assert whole(camp, kept)["phones"] == ["010-2345-2222"]
    assert whole(camp, gone)["phones"] == ["010-2345-3333"]


def test_a_number_that_came_and_went_meanwhile_comes_back(camp: Camp) -> None:
    old = person(camp, "홍길동", "010-2345-6789")
    bulk_id = deleted(camp, old)
    new = person(camp, "김새롬", "010-2345-6789")
    camp.api.put(f"/contacts/{new}", {"name": "김새롬", "phones": []})
    done = undo(camp, bulk_id)["undo"]
    assert done["restored"] + done["kept"] == 1
    holders = [row["contact_id"] for row in camp.rows("SELECT contact_id FROM contact_points")]
    assert len(holders) == len(set(holders)) <= 1


def test_the_heir_of_a_familys_phone_keeps_it(camp: Camp) -> None:
    one, _, _, sharer = family(camp)
    bulk_id = deleted(camp, one)
    assert whole(camp, sharer)["phones"] == ["010-2345-6789"]
    undo(camp, bulk_id)
    holders = camp.rows("SELECT contact_id FROM contact_points WHERE kind = 'phone'")
    assert len(holders) == len({str(row["contact_id"]) for row in holders}) + 1, "the merged one has two"
    assert sorted(names(camp, q="6789")) == ["김새롬", "홍길동"], "whoever shares it now is found by it"


@pytest.mark.parametrize("column", ["태그", "휴대폰"])
def test_what_an_undone_import_had_brought_is_not_found_afterwards(camp: Camp, column: str) -> None:
    """The import is undone while the contact lies deleted: its tokens are made anew when it comes back."""
    known = person(camp, "홍길동", emails=["hong@example.com"])
    value = {"태그": "당원", "휴대폰": "010-2345-6789"}[column]
    import_id = import_now(camp, f"이름,이메일,{column}\n홍길동,hong@example.com,{value}\n")
    query = {"태그": {"tag": "당원"}, "휴대폰": {"q": "6789"}}[column]
    assert names(camp, **query) == ["홍길동"]
    bulk_id = deleted(camp, known)
    with camp.transaction() as connection:
        import_undo.begin(connection, import_id, camp.member_id, may_undo_others=True)
    import_undo.run(camp.tenant_id, import_id)
    undo(camp, bulk_id)
    assert names(camp, **query) == []
    assert names(camp, q="홍길") == ["홍길동"]


def test_a_number_goes_back_to_whose_it_was_before_the_merge(camp: Camp) -> None:
    """Somebody has it by now, so it is shared: by whoever gave it, not by whom they were merged into."""
    kept, middle = person(camp, "홍길동", "010-2345-6789"), person(camp, "이남이", "010-2345-2222")
    part = person(camp, "박다솜", "010-2345-3333")
    import_now(camp, "이름,휴대폰\n김새롬,010-2345-3333\n")
    (sharer,) = (str(row["contact_id"]) for row in camp.rows("SELECT contact_id FROM contact_shared_points"))
    before = {one: numbers(camp, one) for one in (kept, middle, part, sharer)}
    merges = [
        camp.api.post("/contacts/merges", {"keep_id": into, "merge_ids": [one]}).json["data"]["id"]
        for into, one in ((middle, part), (kept, middle))
    ]
    undo(camp, deleted(camp, kept))
    assert numbers(camp, kept) == ["010-2345-2222", "010-2345-3333", "010-2345-6789"]
    for merge_id in reversed(merges):
        assert camp.api.post(f"/contacts/merges/{merge_id}/undo").status_code == 200
    assert {one: numbers(camp, one) for one in (kept, middle, part, sharer)} == before


def numbers(camp: Camp, contact_id: str) -> list[str]:
    """A contact's phones, its own and those it shares."""
    contact = camp.api.get(f"/contacts/{contact_id}").json["data"]
    return sorted([*contact["phones"], *(phone["number"] for phone in contact["shared_phones"])])
