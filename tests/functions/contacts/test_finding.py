"""Finding people against a plain look through all of them: whoever the words say, and nobody else."""

import random
import unicodedata
from typing import Any
from uuid import UUID

import pytest
from psycopg import sql

from shared.contacts import search, search_terms
from shared.contacts.addresses import district_words, unit_words
from shared.contacts.indexing import reindex_all
from shared.contacts.names import choseong
from shared.contacts.sensitive_fields import nothing_hidden
from shared.kernel.ids import new_id
from shared.messaging import audience
from shared.selections import targets
from shared.selections.models import Target
from tests.contact_history import import_now
from tests.factories import Camp, make_camp
from tests.functions.contacts.people_to_find import (
    TAGS,
    World,
    a_name,
    a_person,
    as_csv,
    everybody,
    is_named,
    pages,
)


@pytest.fixture(scope="module")
def world(app: object) -> World:
    camp, dice = make_camp(app), random.Random(23)
    made = [a_person(dice, number) for number in range(420)]
    shared = made[5]["phones"] or ["010-2222-3333"]
    made[40]["phones"] = made[41]["phones"] = shared  # a family's
    mapping = {
        "성명": "name",
        "휴대폰": "phone",
        "이메일": "email",
        "카카오톡ID": "kakao_id",
        "태그": "tags",
        "주소": "address",
    }
    imports = [
        import_now(camp, as_csv(made[:200]), mapping=mapping),
        import_now(camp, as_csv(made[150:340]), mapping=mapping, on_existing="overwrite"),
    ]
    for one in made[340:]:
        camp.api.post("/contacts", one)
    ids = [person.id for person in everybody(camp)]
    dice.shuffle(ids)
    for contact_id in ids[:20]:
        assert camp.api.delete(f"/contacts/{contact_id}").status_code == 204
    for keep, other in zip(ids[20:40], ids[40:60], strict=True):
        assert camp.api.post("/contacts/merges", {"keep_id": keep, "merge_ids": [other]}).status_code < 300
    for contact_id in ids[60:80]:
        assert (
            camp.api.put(f"/contacts/{contact_id}", {"name": a_name(dice), "tags": ["당원"]}).status_code
            == 200
        )
    return World(camp, everybody(camp), list(map(str, imports)))


def found(world: World, q: str, **filters: Any) -> set[str]:
    ids = [one["id"] for one in pages(world.camp, {"q": q, **filters}, 37)]
    assert len(ids) == len(set(ids)), q
    return set(ids)


def test_a_name_is_found_by_each_of_its_parts_and_consonants(world: World) -> None:
    for person in world.people[::3]:
        name = "".join(person.names[0].split())
        if not all("가" <= letter <= "힣" for letter in name):
            continue
        for part in (name, name[1:], name[:2], name[0], name[-2:]):
            assert found(world, part) == world.ids(is_named(part)), part
        consonants = choseong(name)
        for part in (consonants, consonants[:2], name[0] + consonants[1:], consonants[:-1] + name[-1]):
            # A question's pairs may be of two names, or of a longer one.
            short = world.ids(lambda p: len(p.names) == 1 and len("".join(p.names[0].split())) <= 3)
            meant, got = world.ids(is_named(part)), found(world, part)
            assert got >= meant, part
            if part == choseong(part) and len(part) <= 3:
                assert got & short == meant & short, part
            assert got <= set.intersection(*(world.ids(is_named(each)) for each in part)), part


def test_a_number_is_found_whole_and_by_any_four_digits(world: World) -> None:
    dice = random.Random(5)

    def having(digits: str) -> set[str]:
        return world.ids(lambda p: any(digits in phone.replace("-", "")[-8:] for phone in p.phones))

    def holding(phone: str) -> set[str]:
        return world.ids(lambda p: phone in p.phones)

    for person in world.people[::2]:
        for phone in person.phones:
            digits = phone.replace("-", "")
            holders = holding(phone)
            for whole in (phone, digits, f"+82{digits[1:]}", f"+82 {phone[1:]}", phone.replace("-", " ")):
                assert found(world, whole) == holders, whole
            start = dice.randrange(len(digits) - 8, len(digits) - 3)
            for part in (digits[-4:], digits[-8:-4], digits[start : start + 4]):
                assert found(world, part) == having(part), part
            assert found(world, phone[:-2]) >= holders
            assert found(world, phone[-9:]) >= holders


def test_addresses_are_found_whole_and_by_their_parts(world: World) -> None:
    def having(part: str) -> set[str]:
        return world.ids(lambda p: part in p.emails or any(part in each for each in p.kakao_ids))

    for person in world.people[::6]:
        for email in person.emails:
            holders = having(email)
            assert found(world, email) >= holders
            assert found(world, email.upper()) >= holders
            for end in range(3, len(email)):
                assert found(world, email[:end]) >= holders, email[:end]
        for kakao_id in person.kakao_ids:
            assert found(world, kakao_id) == found(world, f"@{kakao_id}") == having(kakao_id)


DISTRICTS = [
    "중구",
    "서울",
    "서울시 중구",
    "서울특별시중구",
    "팔달구",
    "상도동",
    "중앙동4가",
    "광주시",
    "세종",
    "한솔동",
]


def test_people_are_found_by_where_they_live_and_by_names_that_sound_so(world: World) -> None:
    def living(district: str) -> set[str]:
        return world.ids(lambda p: set(district_words(district)) <= set(unit_words(p.address)))

    for district in DISTRICTS:
        named = world.ids(is_named(district)) if " " not in district else set()
        assert found(world, district) == living(district) | named, district
        assert found(world, f"김 {district}") == world.ids(is_named("김")) & (living(district) | named)
        assert found(world, district, tag="당원") == (living(district) | named) & _meets(
            world, {"tag": "당원"}
        )
    assert found(world, "홍길동") == world.ids(is_named("홍길동"))
    for person in world.people:
        if (name := person.names[0]).endswith(("동", "구")) and search_terms.is_hangul_name(name):
            assert found(world, name) == world.ids(is_named(name)), name


def _leaf(dice: random.Random, world: World) -> dict[str, Any]:
    person = dice.choice(world.people)
    made: list[dict[str, Any]] = [
        {"tag": dice.choice([*TAGS, "없음"])},
        {
            "district": dice.choice(
                ["중구", "서울 중구", "부산 중구", "광주시", "광주 동구", "세종", "팔달구", "동인동"]
            )
        },
        {"import": dice.choice(world.imports)},
        {"import": {"id": dice.choice(world.imports), "outcome": dice.choice(["created", "updated"])}},
        {
            "q": dice.choice(
                ["김", person.names[0][:2], (person.phones or ["9999"])[0][-4:], "홍길동", "중구"]
            )
        },
        {"reachable": dice.choice(["sms", "kakao_alimtalk", "email"])},
        {"created": {"from": "2020-01-01"}},
        {"all": []},
        {"any": []},
    ]
    return dice.choice(made)


def _filter(dice: random.Random, world: World, depth: int = 0) -> dict[str, Any]:
    if depth == 4 or dice.random() < 0.3:
        return _leaf(dice, world)
    parts = [_filter(dice, world, depth + 1) for _ in range(dice.randrange(4))]
    return dice.choice([{"all": parts}, {"any": parts}, {"not": _filter(dice, world, depth + 1)}])


def _meets(world: World, node: dict[str, Any]) -> set[str]:
    """Whom a filter means, leaf by leaf; what imports and words mean is told by other ways to ask."""
    [(name, value)] = node.items()
    match name:
        case "all":
            return world.ids(lambda _: True).intersection(*(_meets(world, part) for part in value))
        case "any":
            return set().union(*(_meets(world, part) for part in value))
        case "not":
            return world.ids(lambda _: True) - _meets(world, value)
        case "tag":
            return world.ids(lambda p: unicodedata.normalize("NFC", value.strip()) in p.tags)
        case "district":
            return world.ids(lambda p: set(district_words(value)) <= set(unit_words(p.address)))
        case "import":
            asked = (
                {"import_id": value}
                if isinstance(value, str)
                else {"import_id": value["id"], "outcome": value["outcome"]}
            )
            return found(world, "", **asked)
        case "q":
            return found(world, value)
        case "reachable":
            return world.ids(
                lambda p: (
                    bool(p.emails) if value == "email" else any(n.startswith("010") for n in p.own_phones)
                )
            )
        case _:
            return world.ids(lambda _: True)


def test_a_filter_means_the_same_for_lists_counts_audiences_and_selections(world: World) -> None:
    dice, camp = random.Random(77), world.camp
    for _ in range(150):
        node = _filter(dice, world)
        wanted = _meets(world, node)
        told = camp.api.post("/segments/preview", {"filter": node}).json["data"]
        assert told["count"] == {"value": len(wanted), "relation": "eq"}, node
        assert {one["id"] for one in told["sample"]} <= wanted
        assert len(told["sample"]) == min(len(wanted), 5)
        segment = camp.api.post("/segments", {"name": "누구", "filter": node}).json["data"]["id"]
        assert found(world, "", segment_id=segment) == wanted, node
        assert found(world, "", tag="당원", segment_id=segment) == wanted & _meets(world, {"tag": "당원"})
        with camp.transaction() as connection:
            where, parameters = audience.condition_of(connection, camp.cipher, {"filter": node})
            rows = connection.execute(
                sql.SQL("SELECT c.id FROM contacts c WHERE c.deleted_at IS NULL AND {}").format(where),
                parameters,
            ).fetchall()
            assert {str(row["id"]) for row in rows} == wanted, node
            job_id, target = new_id(), Target(segment_id=UUID(segment))
            assert targets.freeze(connection, camp.cipher, job_id, target, nothing_hidden) == len(wanted)


@pytest.mark.parametrize("cap", [20, 10_000])
@pytest.mark.parametrize(
    "params", [{}, {"q": "김"}, {"q": "ㄱㅁ"}, {"tag": "모두"}, {"q": "김", "tag": "모두"}]
)
def test_pages_have_no_gap_and_no_double_while_people_come_change_and_go(
    app: object, params: dict[str, str], cap: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "EXACT_MATCHES", cap)
    monkeypatch.setattr(search, "COUNTED", cap)
    camp, dice = make_camp(app), random.Random(3)
    names = ["김민수", "김", "박김수", "강김무"] * 20
    rows = "\n".join(f"{name},p{number}@example.com,모두" for number, name in enumerate(names))
    import_now(camp, f"이름,메일,태그\n{rows}", mapping={"이름": "name", "메일": "email", "태그": "tags"})
    everybody = [one["id"] for one in pages(camp, {})]
    dice.shuffle(everybody)
    moved = iter(everybody[:40])
    steady, seen = set(everybody[40:]), list[str]()
    steady &= {one["id"] for one in pages(camp, params)}
    for number, one in enumerate(pages(camp, params, 7)):
        seen.append(one["id"])
        if number % 7 == 6:
            camp.api.post("/contacts", {"name": "김새로", "tags": ["모두"]})
            camp.api.put(f"/contacts/{next(moved)}", {"name": "김", "tags": ["모두", "새"]})
            camp.api.delete(f"/contacts/{next(moved)}")
            camp.api.post("/contacts/merges", {"keep_id": next(moved), "merge_ids": [next(moved)]})
    assert steady <= set(seen)
    assert len([one for one in seen if one in steady]) == len(steady)


@pytest.mark.parametrize("number", [19, 20, 21])
def test_totals_are_exact_up_to_the_cap_and_more_after(
    camp: Camp, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "EXACT_MATCHES", 20)
    monkeypatch.setattr(search, "COUNTED", 20)
    for _ in range(number):
        camp.api.post("/contacts", {"name": "김민수", "tags": ["당원"], "address": "서울 중구 명동"})
    expected = {"value": min(number, 20), "relation": "eq" if number <= 20 else "gte"}
    for params in (
        {"q": "김"},
        {"q": "김", "tag": "당원"},
        {"tag": "당원"},
        {"filter": '{"district": "서울"}'},
    ):
        assert camp.api.get("/contacts", params=params).json["meta"]["total"] == expected, params
    nodes: list[dict[str, Any]] = [
        *({"tag": "당원"}, {"district": "중구"}, {"q": "김"}, {"all": []}, {"not": {"tag": "탈당"}})
    ]
    for node in nodes:
        assert camp.api.post("/segments/preview", {"filter": node}).json["data"]["count"] == expected, node


def test_what_imports_leave_for_the_index_is_what_is_made_anew(world: World) -> None:
    def tokens() -> dict[UUID, set[int]]:
        rows = world.camp.rows("SELECT contact_id, tokens FROM contact_search")
        return {row["contact_id"]: set(row["tokens"]) for row in rows}

    before = tokens()
    with world.camp.transaction() as connection:
        reindex_all(connection, world.camp.cipher, list(before))
    assert tokens() == before


@pytest.mark.parametrize("known", ["seen before", "twice in the file"])
def test_what_a_file_says_beside_a_value_that_stays_finds_nobody(camp: Camp, known: str) -> None:
    rows = [
        "홍길동,010-2345-6789,서울 중구 명동 1,교사,당원",
        "홍길동,010-2345-6789,부산 동구 초량동 2,농부,봉사",
    ]
    mapping = {"이름": "name", "전화": "phone", "주소": "address", "직업": "custom:직업", "태그": "tags"}
    for table in [rows] if known == "twice in the file" else [rows[:1], rows[1:]]:
        import_now(camp, "\n".join(["이름,전화,주소,직업,태그", *table]), mapping=mapping)

    def count(node: dict[str, Any]) -> int:
        told = camp.api.post("/segments/preview", {"filter": node}).json["data"]["count"]
        return int(told["value"])

    assert [count({"tag": tag}) for tag in ("당원", "봉사")] == [1, 1]
    assert [count({"district": district}) for district in ("서울 중구", "부산", "초량동")] == [1, 0, 0]
    assert [count({"custom": {"label": "직업", "equals": job}}) for job in ("교사", "농부")] == [1, 0]
