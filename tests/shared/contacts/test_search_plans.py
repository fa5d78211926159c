"""What each shape of search reads, as EXPLAIN counts it: a bound for every shape, at 50,000 contacts.

The functions of 0014 choose their plans themselves; a wrong one reads the whole table (1,100 pages here)
or all of the primary key. The figures at a million are in docs/decisions/0009. The tests have a database
of their own: what others write to the same table and its index would be counted too.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.rows import dict_row

from shared.contacts import search, store_common_tokens, store_search
from shared.contacts.search import Criteria
from shared.kernel.clock import utc_now
from shared.kernel.config import settings
from shared.kernel.database import APPLICATION_ROLE, Connection
from shared.runtime.migrate import migrate, read_migrations

CONTACTS = 50_000
HALF, TENTH, OLD, RARE, ABSENT, ODD, EVEN = 2, 10, 7001, 7002, 7003, 7005, 7006
FEW = 300_001
TABLE_PAGES = 1_000


@dataclass(frozen=True)
class PlansCamp:
    """A tenant of the tests' own database."""

    url: str
    tenant_id: UUID

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        with psycopg.connect(self.url, row_factory=dict_row) as connection:
            connection.execute(f"SET ROLE {APPLICATION_ROLE}")
            connection.execute("SELECT set_config('app.tenant_id', %s, true)", [str(self.tenant_id)])
            yield connection


@dataclass(frozen=True)
class Full:
    camp: PlansCamp
    small: PlansCamp


def in_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


@pytest.fixture(scope="module")
def own_database(database: None) -> Iterator[str]:
    """The name of a migrated database that nobody else uses."""
    admin_url = settings().database_admin_url or ""
    name = f"hanpyo_plans_{os.getpid()}"
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
    try:
        owner_url = in_database(admin_url, name)
        migrate(settings().model_copy(update={"database_admin_url": owner_url}), read_migrations())
        yield name
    finally:
        with psycopg.connect(admin_url, autocommit=True) as admin:
            admin.execute(f"DROP DATABASE {name}")  # with FORCE it fails while autovacuum is at it


@pytest.fixture(scope="module")
def full(own_database: str) -> Full:
    """A camp of 50,000 and one of 500, and statistics as autovacuum makes them.

    Tokens: every contact's own, HALF, TENTH, ODD or EVEN, OLD for the oldest 5,000, RARE for 20.
    """
    owner_url = in_database(settings().database_admin_url or "", own_database)
    url = in_database(settings().database_url, own_database)
    made = Full(PlansCamp(url, uuid4()), PlansCamp(url, uuid4()))
    with psycopg.connect(owner_url, autocommit=True) as admin:
        admin.execute("ALTER TABLE contact_search SET (autovacuum_enabled = off)")
    for camp, count in ((made.camp, CONTACTS), (made.small, 500)):
        with camp.transaction() as connection:
            connection.execute("INSERT INTO tenants (tenant_id, name) VALUES (%s, 'plans')", [camp.tenant_id])
            connection.execute(
                """INSERT INTO contact_search (tenant_id, contact_id, tokens)
                   SELECT current_tenant(), (lpad(to_hex(1700000000000 + i), 12, '0') ||
                   '7000800000000000' || '0000')::uuid,
                          ARRAY[100000 + i, 200000 + i, 300000 + i %% 500, 400000 + i %% 900]
                          || CASE WHEN i %% 2 = 0 THEN ARRAY[2, 7006] ELSE ARRAY[7005] END
                          || CASE WHEN i %% 10 = 0 THEN ARRAY[10] ELSE '{}' END
                          || CASE WHEN i < %(count)s / 10 THEN ARRAY[7001] ELSE '{}' END
                          || CASE WHEN i %% (%(count)s / 20) = 7 THEN ARRAY[7002] ELSE '{}' END
                     FROM generate_series(0, %(count)s - 1) AS i""",
                {"count": count},
            )
    with psycopg.connect(owner_url, autocommit=True) as admin:
        admin.execute("SELECT gin_clean_pending_list('contact_search_tokens')")
        admin.execute("VACUUM ANALYZE contact_search")
    return made


def pages_read(camp: PlansCamp, statement: str, parameters: dict[str, Any]) -> int:
    """Shared buffers that a statement touches when it is run for the second time."""
    with camp.transaction() as connection:
        connection.execute(statement, parameters)
        row = connection.execute(
            f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", parameters
        ).fetchone()
    assert row is not None
    plan = row["QUERY PLAN"][0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


def page(
    camp: PlansCamp, tokens: list[int], *, common: bool, before: UUID = store_search.NEWEST, **more: Any
) -> int:
    wanted = {
        "all": tokens, "clauses": None, "query": None, "begins": [], "exact": [], "tier": 0, "before": before,
        "limit": 51, "cap": 2_500, "common": common, "newest": store_search.NEWEST, **more,
    }  # fmt: skip
    return pages_read(
        camp,
        """SELECT * FROM search_page(%(all)s::integer[], %(clauses)s, %(query)s, %(begins)s::integer[],
             %(exact)s::integer[], %(tier)s::integer, %(before)s, %(limit)s::integer, %(cap)s::integer,
             %(common)s, %(newest)s)""",
        wanted,
    )


@pytest.mark.parametrize(
    ("tokens", "bound"),
    [
        ([ABSENT], 35),  # a token alone: with a look at the newest 250
        ([HALF, ABSENT], 20),
        ([RARE], 80),
        ([RARE, HALF], 100),
        ([300_001], 230),
        ([400_001, HALF], 150),
        ([ODD, EVEN], 200),
        ([ODD, TENTH], 200),
    ],
)
def test_what_is_rare_is_found_by_the_index(full: Full, tokens: list[int], bound: int) -> None:
    """Also where two common tokens never meet, and in a small camp beside a large one."""
    assert page(full.camp, tokens, common=False) <= bound
    assert page(full.small, tokens, common=False) <= bound


@pytest.mark.parametrize(("tokens", "bound"), [([HALF], 60), ([TENTH], 80), ([HALF, TENTH], 80)])
def test_what_is_common_is_walked_from_the_newest(full: Full, tokens: list[int], bound: int) -> None:
    assert page(full.camp, tokens, common=True) <= bound


@pytest.fixture
def counted(full: Full) -> Iterator[PlansCamp]:
    """The large camp, its common tokens counted."""
    with full.camp.transaction() as connection:
        store_common_tokens.count(connection, utc_now())
    yield full.camp
    with full.camp.transaction() as connection:
        connection.execute("DELETE FROM common_tokens")


def test_what_was_counted_as_common_is_walked_at_once(counted: PlansCamp) -> None:
    with counted.transaction() as connection:
        rows = connection.execute("SELECT token FROM common_tokens ORDER BY token").fetchall()
    assert [row["token"] for row in rows] == [HALF, TENTH, OLD, ODD, EVEN]
    for token, bound in ((HALF, 60), (TENTH, 80), (OLD, TABLE_PAGES // 2)):
        assert page(counted, [token], common=False) <= bound


def test_a_choice_is_common_if_each_of_its_parts_takes_one_common_token(
    full: Full, request: pytest.FixtureRequest
) -> None:
    """What a district's name asks: who is called so, or lives there."""
    clauses, either = ((HALF, ABSENT), (HALF, RARE)), f"({HALF}|{ABSENT})&({HALF}|{RARE})"
    for query, common in ((either, True), (f"({either})&!{RARE}", False)):
        criteria = Criteria(clauses=clauses, query=query)
        asked = search._wanted(criteria, 0, store_search.NEWEST, 50, 2_500) | {"common": False}
        collected = pages_read(full.camp, store_search._CHOSEN_PAGE, asked)
        camp = request.getfixturevalue("counted")
        assert (pages_read(camp, store_search._CHOSEN_PAGE, asked) < 90 < collected) == common
        with camp.transaction() as connection:
            ids = search.find(connection, criteria, None, 50).ids
            search._common.clear()
            assert ids == search.find(connection, criteria, None, 50, cap=100_000).ids
            search._common.clear()


@pytest.mark.parametrize(
    ("counts", "asked"),
    [
        ({RARE: None, HALF: 25_000}, []),
        ({TENTH: 7_938, HALF: 231_327}, []),  # a tag and a surname
        ({OLD: 7_938, TENTH: 37_545, ODD: 224_030, HALF: 502_435}, [HALF]),  # a tag in a part of Seoul
        ({RARE: None, FEW: None, TENTH: None, HALF: 154_430}, [HALF]),  # a name's letters
        ({RARE: None, HALF: 400_000, ODD: 900_000}, [HALF, ODD]),
    ],
)
def test_tokens_that_nearly_everybody_has_are_asked_of_those_whom_the_others_find(
    full: Full, counts: dict[int, int | None], asked: list[int]
) -> None:
    criteria = Criteria(tokens=tuple(counts), begins=(HALF,), exact=(HALF, FEW))
    unranked = Criteria(tokens=tuple(counts))
    but_not = Criteria(tokens=tuple(counts), query=f"!{EVEN}")
    with full.camp.transaction() as connection:
        all_indexed = [search.find(connection, one, None, 50) for one in (criteria, unranked, but_not)]
        search._common.clear()
        for token, count in counts.items():
            if count is not None:
                connection.execute(
                    "INSERT INTO common_tokens (tenant_id, token, count) VALUES (current_tenant(), %s, %s)",
                    [token, count],
                )
        row = connection.execute("SELECT * FROM tokens_to_find(%s)", [list(counts)]).fetchone()
        assert row is not None
        assert sorted(row["asked"] or []) == sorted(asked)
        assert sorted(row["sought"] + asked) == sorted(counts)
        assert [
            search.find(connection, one, None, 50) for one in (criteria, unranked, but_not)
        ] == all_indexed
        search._common.clear()
        connection.rollback()


def ranked(camp: PlansCamp) -> dict[str, Any]:
    """A common question of whose matches 100 begin like it, 4 of them among the newest 2,000."""
    criteria = Criteria((ODD,), begins=(FEW,), exact=(FEW, ABSENT))
    with camp.transaction() as connection:
        found = search.find(connection, criteria, None, 50)
        search._common.clear()
    pages = page(camp, [ODD], common=True, begins=[FEW], exact=[FEW, ABSENT])
    return {"pages": pages, "ids": found.ids}


def test_a_tier_of_few_is_taken_from_the_index_where_they_are_known_to_be_few(
    full: Full, request: pytest.FixtureRequest
) -> None:
    walked = ranked(full.camp)
    taken = ranked(request.getfixturevalue("counted"))
    assert walked["pages"] > TABLE_PAGES // 2 > 300 > taken["pages"]
    assert walked["ids"] == taken["ids"]


def test_a_deep_page_costs_what_the_first_does(full: Full) -> None:
    deep = UUID(int=(1_700_000_000_000 + 5_000) << 80)
    assert page(full.camp, [HALF], common=True, before=deep) <= 60


def test_common_but_all_old_is_found_by_the_index_after_a_short_walk(full: Full) -> None:
    """5,000 matches, none among the newest 45,000: a walk would read the whole table."""
    assert page(full.camp, [OLD], common=True) < TABLE_PAGES // 2


def test_an_old_tag_is_walked_from_where_its_newest_contact_stands(full: Full) -> None:
    newest = UUID(int=(1_700_000_000_000 + 5_000) << 80)
    assert page(full.camp, [OLD], common=True, newest=newest) <= 60


def test_more_than_the_cap_is_proved_by_a_part(full: Full) -> None:
    """The proof is one of true matches: what has fewer is never called common."""
    with full.camp.transaction() as connection:
        for token, cap, common in (
            (HALF, 2_500, True),
            (TENTH, 2_500, True),
            (OLD, 5_000, False),
            (RARE, 20, False),
        ):
            row = connection.execute("SELECT search_surely_common(%s, %s) AS is", [token, cap]).fetchone()
            assert row == {"is": common}, token


def test_a_ranked_page_is_the_same_counted_or_not(full: Full) -> None:
    for begins, exact in (([TENTH], [TENTH, RARE]), ([OLD], [OLD, RARE]), ([RARE], [RARE, ABSENT])):
        criteria = Criteria(tokens=(HALF,), begins=tuple(begins), exact=tuple(exact))
        with full.camp.transaction() as connection:
            whole = search.find(connection, criteria, None, 300, cap=100_000)
            search._common.clear()
            first = search.find(connection, criteria, None, 100)
            assert first.total == {"value": 2_500, "relation": "gte"}
            again = search.find(connection, criteria, first.cursor, 200)
            search._common.clear()
        assert first.ids + again.ids == whole.ids


def test_a_count_stops_at_its_cap(full: Full) -> None:
    statement = "SELECT search_count(%(all)s::integer[], NULL, NULL, 100)"
    assert pages_read(full.camp, statement, {"all": [HALF]}) <= 60


def test_a_choice_is_found_by_the_index(full: Full) -> None:
    clauses = store_search.json_clauses([[RARE, ABSENT]])
    assert page(full.camp, [], common=False, clauses=clauses, query=f"{RARE}|{ABSENT}") <= 90


def test_no_other_camps_contacts_come_back(full: Full) -> None:
    """The functions read every camp's rows and hand out the asking one's only."""
    stranger = full.small
    with full.camp.transaction() as connection:
        [only] = connection.execute(
            "SELECT contact_id FROM search_all(ARRAY[149999], NULL, NULL) AS contact_id"
        ).fetchall()
    criteria = Criteria(tokens=(149_999,))
    with stranger.transaction() as connection:
        assert search.find(connection, criteria, None, 10).ids == []
        assert search.count(connection, criteria)["value"] == 0
        assert search.newest(connection, criteria, 10) == []
        for statement in (
            "SELECT ids AS found FROM search_collect(ARRAY[149999], NULL, NULL, '{}', '{}', 0, %s, 10, 10)",
            "SELECT ids AS found FROM search_walk(ARRAY[149999], NULL, NULL, %s, 1000000, 10)",
            "SELECT rest AS found FROM search_glance(ARRAY[149999], '{}', '{}', NULL, %s, 1000000)",
            "SELECT nullif(search_surely_common(149999, 0), false) AS found WHERE %s IS NOT NULL",
            "SELECT search_newest(ARRAY[149999], NULL, NULL, NULL, %s, 10) AS found",
            "SELECT array_agg(id) AS found FROM search_all(ARRAY[149999], NULL, NULL) AS id WHERE id < %s",
        ):
            row = connection.execute(statement, [store_search.NEWEST]).fetchone()
            assert row is not None
            assert not row["found"]
    assert only["contact_id"]


def test_without_a_tenant_nothing_is_found(full: Full) -> None:
    with psycopg.connect(full.camp.url, row_factory=dict_row) as connection:
        connection.execute(f"SET ROLE {APPLICATION_ROLE}")
        row = connection.execute("SELECT search_count(ARRAY[2], NULL, NULL, 10) AS value").fetchone()
        assert row == {"value": 0}
