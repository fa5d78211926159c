"""Who is one person in a list, and with whom of those that the camp knows."""

from uuid import UUID

import pytest

from shared.contacts import import_files
from shared.contacts.import_files import CHUNK_ROWS
from tests.contact_history import import_now
from tests.corpus import as_csv, true_pairs, voter_list
from tests.factories import Camp
from tests.functions.contacts.test_imports import Drain, adds_up, contacts, counts, imported

GROUPS = [
    ("the same phone written twice", ["홍길동,010-2345-6789,,", "홍길동,01023456789,,"], (1, 1)),
    ("the same e-mail address", ["홍길동,010-2345-6789,a@b.kr,", "홍길동,,A@b.kr,"], (1, 1)),
    ("the same Kakao id", ["홍길동,,,hong1", "홍길동,010-2345-6789,,@HONG1"], (1, 1)),
    (
        "tied by a third row",
        ["홍길동,010-2345-6789,,", "홍길동,,a@b.kr,", "홍길동,010-2345-6789,a@b.kr,"],
        (1, 2),
    ),
    (
        "tied by a chain that ends at the first row",
        ["가,010-2345-6789,,", "나,010-3333-4444,d@b.kr,", "다,,d@b.kr,dddd", "라,010-2345-6789,,dddd"],
        (1, 3),
    ),
    ("the same name is not the same person", ["홍길동,010-2345-6789,,", "홍길동,010-3456-7890,,"], (2, 0)),
    ("a phone is not an e-mail address", ["홍길동,010-2345-6789,,", "김철수,,01023456789@b.kr,"], (2, 0)),
]


@pytest.mark.parametrize(
    ("rows", "expected"), [case[1:] for case in GROUPS], ids=[case[0] for case in GROUPS]
)
def test_who_is_one_person_in_a_file(
    camp: Camp, workers: Drain, rows: list[str], expected: tuple[int, int]
) -> None:
    done = imported(camp, workers, "이름,휴대폰,이메일,카카오톡ID\n" + "\n".join(rows))
    assert (done["counts"]["created"], done["counts"]["duplicate_rows"]) == expected
    assert len(contacts(camp)) == expected[0]
    assert adds_up(done)


def test_a_long_chain_of_rows_is_one_person(camp: Camp, workers: Drain) -> None:
    rows = [f"사람,010-{2000 + i // 2 * 37 % 7000}-7777,link{(i + 1) // 2}@b.kr" for i in range(600)]
    done = imported(camp, workers, "이름,휴대폰,이메일\n" + "\n".join(rows))
    assert counts(done) == {"rows": 600, "created": 1, "duplicate_rows": 599}


def test_a_familys_phone_is_two_people_and_one_number(camp: Camp, workers: Drain) -> None:
    family = (
        "이름,휴대폰,이메일\n홍길동,010-2345-6789,\n김부인,010-2345-6789,kim@b.kr\n홍길둥,010-2345-6789,\n"
    )
    done = imported(camp, workers, family)
    assert counts(done) == {
        "rows": 3, "created": 2, "duplicate_rows": 1, "shared_phones": 1, "reviews": 1,
    }  # fmt: skip
    assert sorted(contact["name"] for contact in contacts(camp, q="6789")) == ["김부인", "홍길동"]
    (holder,) = camp.rows("SELECT contact_id FROM contact_points WHERE kind = 'phone'")
    (sharer,) = camp.rows("SELECT contact_id FROM contact_shared_points")
    (kim,) = contacts(camp, q="김부인")
    assert str(sharer["contact_id"]) == kim["id"] != str(holder["contact_id"])
    (alias,) = camp.rows("SELECT contact_id, name_sealed FROM contact_aliases")
    assert (alias["contact_id"], camp.cipher.open("name", alias["name_sealed"])) == (
        holder["contact_id"],
        "홍길둥",
    )
    again = imported(camp, workers, family)
    assert counts(again) == {"rows": 3, "unchanged": 2, "duplicate_rows": 1}
    assert len(contacts(camp)) == 2


def test_a_name_without_a_phone_of_its_own_does_not_tie_two_people(camp: Camp, workers: Drain) -> None:
    """A nameless row with both numbers of two people is the first one's; nobody is merged silently."""
    imported(camp, workers, "이름,휴대폰\n홍길동,010-2345-6789\n김부인,010-3333-4444\n")
    done = imported(camp, workers, "이름,휴대폰\n,010-2345-6789 / 010-3333-4444\n")
    assert counts(done)["rows"] == 1
    assert len(contacts(camp)) == 2
    assert camp.rows("SELECT 1 FROM contact_merges") == []


def test_two_names_of_one_e_mail_address_are_one_contact_with_an_alias(camp: Camp, workers: Drain) -> None:
    done = imported(camp, workers, "이름,휴대폰,이메일\n홍길동,010-2345-6789,a@b.kr\n김부인,,a@b.kr\n")
    assert counts(done) == {"rows": 2, "created": 1, "duplicate_rows": 1, "reviews": 1}
    (hong,) = contacts(camp, q="김부인")
    assert hong["name"] == "홍길동"
    (alias,) = camp.rows("SELECT name_sealed FROM contact_aliases")
    assert camp.cipher.open("name", alias["name_sealed"]) == "김부인"


def test_stored_contacts_that_a_row_ties_together_are_merged(camp: Camp, workers: Drain) -> None:
    imported(camp, workers, "이름,휴대폰,태그\n홍길동,010-2345-6789,당원\n")
    imported(camp, workers, "이름,이메일,주소,태그\n길동이,hong@b.kr,서울시,행사\n")
    oldest = contacts(camp, q="6789")[0]["id"]
    done = imported(camp, workers, "이름,휴대폰,이메일\n홍길동,010-2345-6789,hong@b.kr\n")
    assert counts(done) == {"rows": 1, "merged": 1}
    (contact,) = contacts(camp)
    assert (contact["id"], contact["name"], contact["address"]) == (oldest, "홍길동", "서울시")
    assert (contact["phones"], contact["emails"]) == (["010-2345-6789"], ["hong@b.kr"])
    assert set(contact["tags"]) == {"당원", "행사"}
    assert [c["id"] for c in contacts(camp, q="길동이")] == [oldest]
    (merge,) = camp.rows("SELECT kept_id, import_id FROM contact_merges")
    assert merge == {"kept_id": UUID(oldest), "import_id": UUID(done["id"])}
    assert camp.api.get("/tags").json["data"] == [{"tag": "당원", "count": 1}, {"tag": "행사", "count": 1}]
    kinds = [event["kind"] for event in camp.api.get(f"/contacts/{oldest}/timeline").json["data"]]
    assert sorted(kinds) == ["import", "import", "import", "merged"]


@pytest.mark.parametrize(
    ("encoding", "count", "chunk_rows"), [("utf-8-sig", 12_000, CHUNK_ROWS), ("cp949", 2_400, 1_000)]
)
def test_a_messy_list_is_de_duplicated_exactly(
    camp: Camp, workers: Drain, monkeypatch: pytest.MonkeyPatch, encoding: str, count: int, chunk_rows: int
) -> None:
    """Over three chunks: every pair of the same person found, no two persons joined."""
    monkeypatch.setattr(import_files, "CHUNK_ROWS", chunk_rows)
    rows = voter_list(count, seed=7)
    done = imported(camp, workers, as_csv(rows, encoding))
    assert done["status"] == "completed"
    assert adds_up(done)
    persons = {row.person for row in rows if row.person is not None}
    assert done["counts"]["created"] == len(persons)
    assert done["counts"]["duplicate_rows"] == sum(1 for _ in true_pairs(rows))
    assert done["counts"]["rejected"] == sum(row.person is None for row in rows)
    # The hard invariant: one phone, one target.
    (points,) = camp.rows("SELECT count(*) AS all, count(DISTINCT hash) AS hashes FROM contact_points")
    assert points["all"] == points["hashes"]
    again = imported(camp, workers, as_csv(rows, encoding))
    assert again["counts"]["unchanged"] == len(persons)
    assert again["counts"]["created"] == again["counts"]["updated"] == 0


def test_aliases_survive_an_edit_and_go_with_the_contact(camp: Camp, workers: Drain) -> None:
    imported(camp, workers, "이름,휴대폰,이메일\n홍길동,010-2345-6789,a@b.kr\n김부인,,a@b.kr\n")
    (hong,) = contacts(camp)
    edited = camp.api.put(f"/contacts/{hong['id']}", {"note": "가족"}).json["data"]
    assert edited["aliases"] == ["김부인"]
    assert [contact["id"] for contact in contacts(camp, q="김부인")] == [hong["id"]]
    camp.api.delete(f"/contacts/{hong['id']}")
    assert camp.rows("SELECT 1 FROM contact_aliases") == []


def test_a_merge_by_hand_keeps_the_other_name(camp: Camp, workers: Drain) -> None:
    imported(camp, workers, "이름,휴대폰\n홍길동,010-2345-6789\n길동이,010-3333-4444\n")
    other, hong = contacts(camp)
    answer = camp.api.post("/contacts/merges", {"keep_id": hong["id"], "merge_ids": [other["id"]]})
    merged = answer.json["data"]["contact"]
    assert merged["aliases"] == ["길동이"]
    assert [contact["id"] for contact in contacts(camp, q="길동이")] == [hong["id"]]


def test_a_family_that_was_made_one_person_can_lose_its_number(camp: Camp) -> None:
    import_now(camp, "이름,휴대폰\n홍길동,010-2345-6789\n김새롬,010-2345-6789\n")
    (sharer,) = camp.rows("SELECT contact_id AS id FROM contact_shared_points")
    (holder,) = camp.rows("SELECT contact_id AS id FROM contact_points")
    body = {"keep_id": str(sharer["id"]), "merge_ids": [str(holder["id"])]}
    assert camp.api.post("/contacts/merges", body).json["data"]["contact"]["phones"] == ["010-2345-6789"]
    edited = camp.api.put(f"/contacts/{sharer['id']}", {"phones": []}).json["data"]
    assert (edited["phones"], edited["shared_phones"]) == ([], [])
