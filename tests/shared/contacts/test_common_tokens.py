"""Which search tokens are common in a camp, and when they are counted anew."""

from datetime import timedelta

import pytest

from functions.contacts.count_common_tokens import count_common_tokens
from shared.contacts import search, store_common_tokens
from shared.contacts.search import Found
from shared.kernel.clock import utc_now
from shared.kernel.database import system_transaction
from tests.factories import Camp
from tests.functions.contacts.test_imports import Drain, imported

PEOPLE = 6_000
ODD_ONE = 7


@pytest.fixture
def full(camp: Camp) -> Camp:
    fill(camp, 0, PEOPLE)
    return camp


def fill(camp: Camp, first: int, people: int) -> None:
    """People all of whom are found by 김, and one of them by an odd token."""
    with camp.transaction() as connection:
        connection.execute(
            """WITH made AS (
                 INSERT INTO contacts (tenant_id, id)
                 SELECT current_tenant(),
                        (lpad(to_hex(1700000000000 + i), 12, '0') || '7000800000000000' || '0000')::uuid
                   FROM generate_series(%(first)s::bigint, %(last)s) AS i
                 RETURNING id)
               INSERT INTO contact_search
               SELECT current_tenant(), id, ARRAY[%(token)s]
                      || CASE WHEN row_number() OVER () = 1 THEN ARRAY[%(odd)s] ELSE '{}' END FROM made""",
            {"first": first, "last": first + people - 1, "token": token(camp), "odd": ODD_ONE},
        )


def delete_all_but(camp: Camp, people: int) -> None:
    with camp.transaction() as connection:
        connection.execute(
            """WITH gone AS (
                 UPDATE contacts SET deleted_at = now()
                  WHERE tenant_id = current_tenant()
                    AND id NOT IN (SELECT id FROM contacts WHERE tenant_id = current_tenant() LIMIT %s)
                 RETURNING id)
               DELETE FROM contact_search WHERE tenant_id = current_tenant()
                  AND contact_id IN (SELECT id FROM gone)""",
            [people],
        )


def token(camp: Camp) -> int:
    (found,) = search.typed(camp.cipher, "김").tokens
    return found


def is_due(camp: Camp, *, days: int = 0) -> bool:
    with system_transaction() as connection:
        return camp.tenant_id in store_common_tokens.tenants(connection, utc_now() + timedelta(days=days))


def common(camp: Camp) -> list[int]:
    return [row["token"] for row in camp.rows("SELECT token FROM common_tokens")]


def typed(camp: Camp) -> Found:
    with camp.transaction() as connection:
        search._common.clear()
        return search.find(connection, search.typed(camp.cipher, "김"), None, 50)


def test_what_most_have_is_common_until_they_are_gone(full: Camp) -> None:
    count_common_tokens()
    assert common(full) == [token(full)]
    delete_all_but(full, 40)
    count_common_tokens()
    assert common(full) == []


def test_a_camp_is_counted_again_when_it_has_grown_or_after_a_day(full: Camp) -> None:
    assert is_due(full)
    count_common_tokens()
    assert not is_due(full)
    assert is_due(full, days=2)
    fill(full, PEOPLE, PEOPLE // 100)
    assert not is_due(full)
    fill(full, 2 * PEOPLE, PEOPLE // 50)
    assert is_due(full)


def test_a_camp_is_not_counted_while_a_list_comes_in(full: Camp) -> None:
    with full.transaction() as connection:
        connection.execute(
            """INSERT INTO imports (tenant_id, id, status, file_name_sealed, file_bytes, file_sha256)
               VALUES (current_tenant(), gen_random_uuid(), 'ingesting', '', 0, '')"""
        )
    assert not is_due(full)


def test_a_small_camp_has_nothing_common(camp: Camp) -> None:
    fill(camp, 0, search.EXACT_MATCHES)
    assert not is_due(camp)


def test_what_is_common_is_not_counted_by_a_search(full: Camp) -> None:
    assert typed(full).total == {"value": search.EXACT_MATCHES, "relation": "gte"}
    count_common_tokens()
    found = typed(full)
    assert found.total == {"value": search.EXACT_MATCHES, "relation": "gte"}
    assert found.ids == [row["id"] for row in full.rows("SELECT id FROM contacts ORDER BY id DESC LIMIT 50")]


def test_who_is_left_of_what_was_common_is_found_and_counted(full: Camp) -> None:
    count_common_tokens()
    delete_all_but(full, 40)
    found = typed(full)
    assert (len(found.ids), found.total, found.cursor) == (40, {"value": 40, "relation": "eq"}, None)


def test_a_list_that_has_come_in_is_counted_at_once(camp: Camp, workers: Drain) -> None:
    rows = [
        f"김{'가나다라마바사아자차'[i % 10]},010-{2000 + i * i % 7001}-{i * 7919 % 10_000:04}"
        for i in range(PEOPLE)
    ]
    imported(camp, workers, "이름,휴대폰\n" + "\n".join(rows))
    assert token(camp) in common(camp)
    assert not is_due(camp)
