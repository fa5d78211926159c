"""A change that finds its value there already, once an earlier one is taken back, still means it."""

from typing import Any
from uuid import UUID

from shared.contacts import import_undo
from shared.selections import bulk
from tests.contact_history import import_now
from tests.factories import Camp

EMAIL = "hong@example.com"


def a_list(camp: Camp, **cells: str) -> UUID:
    names, values = ",".join(["이메일", *cells]), ",".join([EMAIL, *cells.values()])
    mapping = {"이메일": "email", "취미": "custom:취미", "태그": "tags"}
    return import_now(
        camp,
        f"{names}\n{values}\n",
        mapping={name: mapping[name] for name in ("이메일", *cells)},
        on_existing="overwrite",
    )


def take_back(camp: Camp, import_id: UUID) -> None:
    with camp.transaction() as connection:
        import_undo.begin(connection, import_id, camp.member_id, may_undo_others=True)
    import_undo.run(camp.tenant_id, import_id)


def hong(camp: Camp) -> dict[str, Any]:
    (found,) = camp.api.get("/contacts", params={"q": EMAIL}).json["data"]
    seen: dict[str, Any] = camp.api.get(f"/contacts/{found['id']}").json["data"]
    return seen


def untag(camp: Camp, contact_id: str, tag: str) -> str:
    body = {"action": "untag", "target": {"ids": [contact_id]}, "tags": [tag]}
    started = str(camp.api.post("/contacts/bulk", body).json["data"]["id"])
    bulk.work(camp.tenant_id, UUID(started), seconds=60)
    return started


def test_an_own_field_that_the_last_list_set_stays(camp: Camp) -> None:
    assert camp.api.post("/contacts", {"emails": [EMAIL]}).status_code == 201
    first, second, third = (a_list(camp, 취미=hobby) for hobby in ("등산", "낚시", "등산"))
    take_back(camp, second)
    assert hong(camp)["custom"] == {"취미": "등산"}, "the third list changes nothing now"
    take_back(camp, first)
    assert hong(camp)["custom"] == {"취미": "등산"}, "and still says so"
    take_back(camp, third)
    assert hong(camp)["custom"] == {}


def test_a_tag_that_the_last_list_gave_stays(camp: Camp) -> None:
    assert camp.api.post("/contacts", {"emails": [EMAIL]}).status_code == 201
    first = a_list(camp, 태그="당원")
    untagged = untag(camp, hong(camp)["id"], "당원")
    second = a_list(camp, 태그="당원")
    assert camp.api.post(f"/contacts/bulk/{untagged}/undo").status_code == 202
    bulk.work(camp.tenant_id, UUID(untagged), seconds=60)
    take_back(camp, first)
    assert hong(camp)["tags"] == ["당원"]
    take_back(camp, second)
    assert hong(camp)["tags"] == []


def test_what_was_meant_goes_with_the_person(camp: Camp) -> None:
    contact_id = camp.api.post("/contacts", {"emails": [EMAIL]}).json["data"]["id"]
    second = [a_list(camp, 취미=hobby) for hobby in ("등산", "낚시", "등산")][1]
    take_back(camp, second)
    kept = "SELECT meant_sealed FROM contact_changes WHERE contact_id = %s AND meant_sealed IS NOT NULL"
    assert len(camp.rows(kept, contact_id)) == 1
    assert camp.api.post(f"/contacts/{contact_id}/erase", {"reason": "본인 요청"}).status_code < 300
    assert not camp.rows(kept, contact_id)
