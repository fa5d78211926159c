"""Counting whom tokens find and a condition lets through: with the contacts read or by their ids alone."""

from typing import Any
from uuid import UUID

import pytest
from psycopg import sql

from functions.contacts.merge_search_index import merge_search_index
from shared.contacts import search, store_search, store_search_counts
from shared.contacts.store_search import Condition
from tests.factories import Camp


def add(camp: Camp, **fields: Any) -> UUID:
    answer = camp.api.post("/contacts", fields)
    assert answer.status_code == 201, answer.text
    return UUID(answer.json["data"]["id"])


def counted(camp: Camp, condition: Condition) -> list[int | None]:
    """By the index, among the newest as pages find them, and among the newest walked."""
    wanted = search._wanted(search.tagged(camp.cipher, ["명부"]), 0, store_search.NEWEST, 99, 100)
    with camp.transaction() as connection:
        fitting = store_search_counts.count_fitting(connection, wanted, condition)
        newest = [
            store_search_counts.count_newest(connection, wanted, None, condition, 100, rows)
            for rows in (None, 1_000)
        ]
    return [fitting, *newest]


def test_by_ids_alone_is_counted_what_the_contacts_say(camp: Camp, new_camp: Any) -> None:
    ids = [add(camp, name=f"홍길{n}", tags=["명부"]) for n in "가나다라마"]
    add(camp, name="남궁억", tags=["다른 명부"])
    add(new_camp(), name="홍길동", tags=["명부"])
    assert camp.api.delete(f"/contacts/{ids[0]}").status_code == 204
    by_id: Condition = (sql.SQL("c.id <> %s AND c.tenant_id IS NOT NULL"), [ids[1]])
    by_contact: Condition = (sql.SQL("c.id <> %s AND c.created_at IS NOT NULL"), [ids[1]])
    assert store_search_counts._found_people(by_id[0]) is store_search_counts._BY_ID_ALONE
    assert store_search_counts._found_people(by_contact[0]) is store_search_counts._BY_CONTACT
    assert counted(camp, by_id) == counted(camp, by_contact) == [3, 3, 3]


@pytest.mark.parametrize("name", ["홍길동", "남궁억"])
def test_what_was_merged_into_the_index_is_found_still(camp: Camp, name: str) -> None:
    made = add(camp, name=name)
    merge_search_index()
    assert [item["id"] for item in camp.api.get("/contacts", params={"q": name}).json["data"]] == [str(made)]
