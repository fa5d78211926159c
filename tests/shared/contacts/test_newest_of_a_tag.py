"""Where the walk for a tag begins: never before its newest contact, whatever became of the tag."""

import random
import unicodedata
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from shared.contacts import search, search_terms, store
from shared.contacts.indexing import reindex_all
from shared.kernel.database import Connection
from shared.kernel.ids import new_id
from tests.factories import Camp, make_camp

DECOMPOSED = unicodedata.normalize("NFD", "명부")


def add(connection: Connection, camp: Camp, *tags: str) -> UUID:
    contact_id = new_id()
    store.insert_contact(connection, contact_id, {"tags": list(tags)})
    reindex_all(connection, camp.cipher, [contact_id])
    return contact_id


def tag(connection: Connection, camp: Camp, tags_of: dict[UUID, list[str]]) -> None:
    """Gives some contacts their tags in one statement."""
    connection.execute(
        """UPDATE contacts c SET tags = ARRAY(SELECT jsonb_array_elements_text(t.tags))
             FROM unnest(%s::uuid[], %s::jsonb[]) AS t (id, tags)
            WHERE c.tenant_id = current_tenant() AND c.id = t.id""",
        [list(tags_of), [Jsonb(tags) for tags in tags_of.values()]],
    )
    reindex_all(connection, camp.cipher, list(tags_of))


def before(connection: Connection, tag: str) -> UUID:
    row = connection.execute("SELECT tags_before(ARRAY[%s]) AS id", [tag]).fetchone()
    assert row is not None
    found: UUID = row["id"]
    return found


def walked(connection: Connection, camp: Camp, tag: str, limit: int = 100) -> list[UUID]:
    """A common tag's contacts: cap 0 makes every tag common."""
    return search.find(connection, search.tagged(camp.cipher, [tag]), None, limit, 0).ids


@settings(max_examples=300, deadline=None)
@given(written=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12))
@example(written="\u3000 명부\u2029")
@example(written=DECOMPOSED)
@example(written="\x1c a\u180e")
def test_the_database_folds_tags_as_search_does(camp_of_module: Camp, written: str) -> None:
    with camp_of_module.transaction() as connection:
        row = connection.execute("SELECT tag_key(%s) AS key", [written]).fetchone()
    assert row == {"key": search_terms.tag_key(search_terms.tag_term(written))}


@pytest.fixture(scope="module")
def camp_of_module(app: object) -> Camp:
    return make_camp(app)


def test_an_old_lists_tag_is_walked_from_its_newest_contact_on(camp: Camp) -> None:
    with camp.transaction() as connection:
        old = [add(connection, camp, "명부") for _ in range(5)]
        newer = [add(connection, camp) for _ in range(5)]
        behind = before(connection, "명부")
        assert old[-1] < behind
        assert behind.int >> 80 == (old[-1].int >> 80) + 1  # the next millisecond
        assert newer[-1] not in walked(connection, camp, "명부")
        assert walked(connection, camp, "명부") == old[::-1]


def test_whoever_gets_the_tag_later_comes_first(camp: Camp) -> None:
    with camp.transaction() as connection:
        old, other, newest = [add(connection, camp, *tags) for tags in (["명부"], [], [])]
        tag(connection, camp, {newest: ["명부"]})
        assert walked(connection, camp, "명부") == [newest, old]
        tag(connection, camp, {newest: [], other: ["명부"]})
        assert walked(connection, camp, "명부") == [other, old]
        assert before(connection, "명부") > newest


def test_a_tag_that_changes_hands_in_one_statement_is_found_at_its_new_place(camp: Camp) -> None:
    """The number of its contacts stays, so the counter would not be touched."""
    with camp.transaction() as connection:
        old, newest = add(connection, camp, "명부"), add(connection, camp)
        tag(connection, camp, {old: [], newest: ["명부"]})
        assert walked(connection, camp, "명부") == [newest]


def test_a_contact_that_comes_back_is_found(camp: Camp) -> None:
    with camp.transaction() as connection:
        old, newest = add(connection, camp, "명부"), add(connection, camp)
        for gone in ("now()", "NULL"):
            connection.execute(
                f"UPDATE contacts SET deleted_at = {gone}, tags = '{{명부}}' WHERE id = %s", [newest]
            )
        reindex_all(connection, camp.cipher, [newest])
        assert walked(connection, camp, "명부") == [newest, old]


@pytest.mark.parametrize("written", [DECOMPOSED, "\u3000명부 "])
def test_a_tag_in_another_spelling_counts_for_the_walk(camp: Camp, written: str) -> None:
    with camp.transaction() as connection:
        old, newest = add(connection, camp, "명부"), add(connection, camp, written)
        assert walked(connection, camp, "명부") == [newest, old]


def test_an_older_tag_beside_a_newer_one(camp: Camp) -> None:
    with camp.transaction() as connection:
        both = add(connection, camp, "명부", "당원")
        add(connection, camp, "당원")
        criteria = search.tagged(camp.cipher, ["명부", "당원"])
        assert search.find(connection, criteria, None, 10, 0).ids == [both]
        assert before(connection, "명부") <= before(connection, "당원")


def test_the_counter_says_that_a_tag_is_common(camp: Camp) -> None:
    with camp.transaction() as connection:
        added = [add(connection, camp, "명부") for _ in range(4)]
        criteria = search.tagged(camp.cipher, ["명부"])
        few = search.find(connection, criteria, None, 3, 3)
        assert (few.ids, few.total) == (added[:0:-1], {"value": 3, "relation": "gte"})
        rest = search.find(connection, criteria, few.cursor, 3, 3)
        assert (rest.ids, rest.cursor) == (added[:1], None)
        search._common.clear()
        assert search.find(connection, criteria, None, 3, 4).total == {"value": 4, "relation": "eq"}


def test_a_tag_that_is_walked_for_is_counted_all_the_same(
    camp: Camp, monkeypatch: pytest.MonkeyPatch
) -> None:
    with camp.transaction() as connection:
        added = [add(connection, camp, "명부") for _ in range(4)]
        criteria = search.tagged(camp.cipher, ["명부"])
        collected = search.find(connection, criteria, None, 3, 10)
        monkeypatch.setattr(search, "EXACT_MATCHES", 3)
        walked = search.find(connection, criteria, None, 3, 10)
        assert (walked.ids, walked.total) == (added[:0:-1], {"value": 4, "relation": "eq"})
        assert walked == collected
        assert search.find(connection, criteria, walked.cursor, 3, 10).ids == added[:1]


def test_another_camps_tag_tells_nothing(new_camp: Any) -> None:
    first, second = new_camp(), new_camp()
    with first.transaction() as connection:
        add(connection, first, "명부")
    with second.transaction() as connection:
        assert before(connection, "명부") == UUID(int=(1 << 128) - 1)
        row = connection.execute("SELECT tag_count('명부') AS number").fetchone()
        assert row == {"number": None}


def test_whatever_happens_nobody_is_missed(camp: Camp) -> None:
    dice = random.Random(5)
    tags_of: dict[UUID, list[str]] = {}
    with camp.transaction() as connection:
        for _ in range(60):
            drawn = [one for one in ("가", "나", DECOMPOSED, "명부") if dice.random() < 0.3]
            if tags_of and dice.random() < 0.6:
                changed = dict.fromkeys(dice.sample(list(tags_of), min(2, len(tags_of))), drawn)
                tag(connection, camp, changed)
                tags_of |= changed
            else:
                tags_of[add(connection, camp, *drawn)] = drawn
            for one in ("가", "나", "명부"):
                forms = {one, unicodedata.normalize("NFD", one)}
                wanted = sorted((i for i, tags in tags_of.items() if forms & set(tags)), reverse=True)
                assert walked(connection, camp, one) == wanted
