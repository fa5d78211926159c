"""Filters and searches against a plain evaluation of the same people in Python: the same ids, in every
way to ask."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from psycopg import sql

from shared.contacts import search, store
from shared.contacts.addresses import district_words, unit_words
from shared.contacts.indexing import reindex_all
from shared.contacts.search import Criteria
from shared.contacts.sensitive_fields import nothing_hidden
from shared.kernel.clock import SEOUL
from shared.kernel.errors import ValidationFailed
from shared.kernel.ids import new_id
from shared.segments import compile_filter, criteria_of, leaves, segments
from tests.contact_history import import_now
from tests.factories import Camp, make_camp

TAGS = ["당원", "자원봉사", "후원", "VIP"]
PLACES = [
    "서울특별시 동작구 상도동 12-3",
    "서울시 중구 명동 1",
    "부산 중구 중앙동4가 3",
    "경기 수원시 팔달구 인계동 7",
    "",
]
NAMES = ["홍길동", "홍길순", "김민수", "김민", "민수", "이강민", "남궁민수", "김", "John Kim"]
DAYS = [datetime(2026, 11, day, 9, tzinfo=SEOUL) for day in (1, 10, 20)]
ABSENT = "없음"


@dataclass
class Person:
    """One contact as the evaluation sees it."""

    id: UUID
    name: str
    tags: list[str]
    address: str
    phone: str
    email: str
    custom: dict[str, str]
    created_at: datetime
    opted_out: bool


def people() -> list[Person]:
    dice = random.Random(11)
    return [
        Person(
            id=new_id(),
            name=dice.choice(NAMES),
            tags=[tag for tag in TAGS if dice.random() < 0.3],
            address=dice.choice(PLACES),
            phone=f"+8210{20000000 + i * 37}" if dice.random() < 0.8 else f"+82212{i:05d}",
            email=f"kim{i}@example.com" if dice.random() < 0.3 else "",
            custom={"직업": dice.choice(["교사", "농부"])} if dice.random() < 0.3 else {},
            created_at=dice.choice(DAYS),
            opted_out=dice.random() < 0.1,
        )
        for i in range(240)
    ]


@dataclass(repr=False)
class World:
    camp: Camp
    people: list[Person]

    def __repr__(self) -> str:
        return "the world"


@pytest.fixture(scope="module")
def world(app: object) -> World:
    made = World(make_camp(app), people())
    cipher = made.camp.cipher
    with made.camp.transaction() as connection:
        for person in made.people:
            values = {
                "name_sealed": cipher.seal("name", person.name),
                "address_sealed": cipher.seal_optional("address", person.address),
                "custom_sealed": cipher.seal_json("custom", person.custom) if person.custom else None,
                "tags": person.tags,
                "created_at": person.created_at,
            }
            store.insert_contact(connection, person.id, values)
            for kind, value in (("phone", person.phone), ("email", person.email)):
                if value:
                    store.insert_point(connection, person.id, _point(cipher, kind, value))
            if person.opted_out:
                connection.execute(
                    """INSERT INTO opt_outs (tenant_id, id, kind, hash, reason)
                       VALUES (current_tenant(), %s, 'phone', %s, 'test')""",
                    [new_id(), cipher.point_hash("phone", person.phone)],
                )
        reindex_all(connection, cipher, [person.id for person in made.people])
    return made


def _point(cipher: Any, kind: str, value: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "hash": cipher.point_hash(kind, value),
        "value_sealed": cipher.seal(kind, value),
        "textable": value.startswith("+8210"),
        "position": 0,
    }


LEAVES = st.one_of(
    st.sampled_from([*TAGS, ABSENT]).map(lambda tag: {"tag": tag}),
    st.sampled_from(["서울", "중구", "부산 중구", "서울시 중구", "수원시 팔달구", "상도동", ABSENT]).map(
        lambda d: {"district": d}
    ),
    st.sampled_from(["sms", "kakao_alimtalk", "email"]).map(lambda channel: {"reachable": channel}),
    st.sampled_from(["2026-11-01", "2026-11-05", "2026-11-20"]).map(lambda day: {"created": {"from": day}}),
    st.sampled_from(["교사", "농부", ABSENT]).map(lambda v: {"custom": {"label": "직업", "equals": v}}),
    st.just({"custom": {"label": "직업", "exists": True}}),
    st.sampled_from(["김", "민수", "길동", "0037", "kim3@example.com", "kim"]).map(lambda q: {"q": q}),
)
FILTERS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=8,
)


def holds(person: Person, node: dict[str, Any]) -> bool:
    """The meaning of a filter, said once more without any index."""
    [(name, value)] = node.items()
    match name:
        case "all":
            return all(holds(person, part) for part in value)
        case "any":
            return any(holds(person, part) for part in value)
        case "not":
            return not holds(person, value)
        case "tag":
            return value in person.tags
        case "district":
            return set(district_words(value)) <= set(unit_words(person.address))
        case "reachable":
            has = bool(person.email) if value == "email" else person.phone.startswith("+8210")
            return has and not person.opted_out
        case "created":
            return person.created_at >= datetime.fromisoformat(value["from"]).replace(tzinfo=SEOUL)
        case "custom":
            return (value.get("exists", False) and bool(person.custom)) or person.custom.get(
                "직업"
            ) == value.get("equals", 0)
        case _:
            return _is_found(person, value)


def _is_found(person: Person, q: str) -> bool:
    if "@" in q:
        return person.email == q
    if q.isdecimal():
        return q in person.phone[-8:]
    return q in person.name.lower() or (q.isascii() and q in person.email.partition("@")[0])


def expected(world: World, node: dict[str, Any]) -> list[UUID]:
    return sorted((p.id for p in world.people if holds(p, node)), reverse=True)


def pages(world: World, criteria: Criteria, limit: int) -> list[UUID]:
    found: list[UUID] = []
    cursor: str | None = None
    with world.camp.transaction() as connection:
        while True:
            page = search.find(connection, criteria, cursor, limit)
            found += page.ids
            cursor = page.cursor
            if cursor is None:
                return found


@pytest.mark.parametrize("exact", [10_000, 15])
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(node=FILTERS, limit=st.integers(3, 60))
@example(node={"any": [{"tag": "당원"}, {"custom": {"label": "직업", "exists": True}}]}, limit=3)
def test_pages_counts_and_audiences_agree_with_a_plain_evaluation(
    world: World, exact: int, node: dict[str, Any], limit: int
) -> None:
    """Few matches and many, or refusals, take different ways: with the bound at 15 both happen here."""
    wanted, cipher = expected(world, node), world.camp.cipher
    before = search.EXACT_MATCHES, search.COUNTED, leaves._FEW
    search.EXACT_MATCHES = search.COUNTED = leaves._FEW = exact
    try:
        criteria = criteria_of(node, cipher, nothing_hidden)
        assert pages(world, criteria, limit) == wanted
        with world.camp.transaction() as connection:
            counted, looked_at = segments.look(connection, cipher, node, nothing_hidden)
            asked = criteria_of(node, cipher, nothing_hidden)
            newest = [search.newest(connection, asked, 5, of_many=of_many) for of_many in (False, True)]
            where, parameters = compile_filter(node, cipher, nothing_hidden)
            rows = connection.execute(
                sql.SQL("SELECT c.id FROM contacts c WHERE c.deleted_at IS NULL AND {}").format(where),
                parameters,
            ).fetchall()
    finally:
        search.EXACT_MATCHES, search.COUNTED, leaves._FEW = before
        search._common.clear()
    assert sorted((row["id"] for row in rows), reverse=True) == wanted
    assert newest == [wanted[:5]] * 2
    assert looked_at == wanted if len(wanted) <= exact else set(looked_at) <= set(wanted) and looked_at
    assert (counted.value, counted.relation) == (
        (len(wanted), "eq") if len(wanted) <= exact else (exact, "gte")
    )


@pytest.mark.parametrize("exact", [10_000, 15])
@pytest.mark.parametrize("q", ["김", "민수", "홍길동", "ㄱ", "ㅁㅅ", "ㄱㅁㅅ", "kim", "길", "John"])
def test_the_best_matches_come_first_on_every_page(
    world: World, exact: int, q: str, monkeypatch: Any
) -> None:
    monkeypatch.setattr(search, "EXACT_MATCHES", exact)
    names = {person.id: person.name for person in world.people}
    found = pages(world, search.typed(world.camp.cipher, q), 7)
    search._common.clear()
    assert len(found) == len(set(found))
    if not q.isascii() and "ㄱ" not in q and "ㅁ" not in q:
        assert set(found) == {i for i, name in names.items() if q in name}
        ranks = [0 if names[i] == q else 1 if names[i].startswith(q[0]) else 2 for i in found]
        assert ranks == sorted(ranks)
        assert found == [
            i for _, i in sorted(zip(ranks, found, strict=True), key=lambda r: (r[0], -r[1].int))
        ]


def test_pages_have_no_gaps_and_no_doubles_while_contacts_are_added(app: object, monkeypatch: Any) -> None:
    monkeypatch.setattr(search, "EXACT_MATCHES", 30)
    camp = make_camp(app)
    first = [_add(camp, name) for name in ["김민수", "김", "박김수"] * 40]
    criteria, seen, cursor = search.typed(camp.cipher, "김"), [], None
    while True:
        with camp.transaction() as connection:
            page = search.find(connection, criteria, cursor, 9)
        seen += page.ids
        cursor = page.cursor
        if cursor is None:
            break
        _add(camp, "김새로")
    assert len(seen) == len(set(seen))
    assert set(first) <= set(seen)


def _add(camp: Camp, name: str) -> UUID:
    contact_id, cipher = new_id(), camp.cipher
    with camp.transaction() as connection:
        store.insert_contact(connection, contact_id, {"name_sealed": cipher.seal("name", name)})
        reindex_all(connection, cipher, [contact_id])
    return contact_id


@pytest.mark.parametrize(
    "node",
    [
        {},
        {"tag": ""},
        {"tag": 3},
        {"tag": "가" * 201},
        {"nothing": 1},
        {"all": {}},
        {"district": None},
        {"custom": {"label": "직업"}},
        {"custom": {"label": "직업", "exists": False}},
        {"import": {"id": "x"}},
        {"import": {"id": str(UUID(int=1)), "outcome": "gone"}},
        {"reachable": "pigeon"},
        {"created": {"from": "gestern"}},
        {"created": {"to": "9999-12-31"}},
        {"a": 1, "b": 2},
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(world: World, node: dict[str, Any]) -> None:
    with pytest.raises(ValidationFailed):
        criteria_of(node, world.camp.cipher, nothing_hidden)


def test_nesting_is_bounded(world: World) -> None:
    node: dict[str, Any] = {"tag": "당원"}
    for _ in range(8):
        node = {"not": node}
    with pytest.raises(ValidationFailed):
        criteria_of(node, world.camp.cipher, nothing_hidden)


def test_a_new_contact_counts_at_once(world: World) -> None:
    assert DAYS[0] < datetime.now(UTC) + timedelta(days=3650)
    node = {"tag": "방금"}
    with world.camp.transaction() as connection:
        assert segments.look(connection, world.camp.cipher, node, nothing_hidden)[0].value == 0
        contact_id = new_id()
        store.insert_contact(connection, contact_id, {"tags": ["방금"]})
        reindex_all(connection, world.camp.cipher, [contact_id])
        total, newest = segments.look(connection, world.camp.cipher, node, nothing_hidden)
        assert (total.value, newest) == (1, [contact_id])
        connection.execute("DELETE FROM contact_search WHERE contact_id = %s", [contact_id])
        connection.execute("UPDATE contacts SET deleted_at = now() WHERE id = %s", [contact_id])


@pytest.mark.parametrize("few", [0, 2_000])
def test_who_only_shares_a_phone_is_reached_as_the_one_who_has_it(
    camp: Camp, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(leaves, "_FEW", few)
    import_now(
        camp,
        "성명,휴대폰\n김어미,010-2345-6789\n이아들,010-2345-6789\n박이웃,010-2345-6780",
        mapping={"성명": "name", "휴대폰": "phone"},
    )
    names = {person["id"]: person["name"] for person in camp.api.get("/contacts").json["data"]}
    node = {"reachable": "sms"}
    with camp.transaction() as connection:
        asked = criteria_of(node, camp.cipher, nothing_hidden)
        found = search.newest(connection, asked, 9)
        counted, _ = segments.look(connection, camp.cipher, node, nothing_hidden)
    assert {names[str(one)] for one in found} == {"김어미", "박이웃"}
    assert counted.value == 2
