"""Imports from upload to searchable contacts, on the real database and broker."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shared.contacts import import_files, ingest, store_imports
from shared.kernel.config import settings
from shared.kernel.database import Connection
from tests.factories import Camp

Drain = Callable[[], None]
SOURCED = {"source": "명부", "legal_basis": "consent"}
LIST = (
    "성명,휴대폰,이메일,주소,태그\r\n"
    "홍길동,010-2345-6789,hong@naver.com,서울시 마포구,당원\r\n"
    "김철수,1088887777,,,\r\n"
)


def upload(camp: Camp, content: bytes | str, **options: Any) -> str:
    """Uploads a file, whose origin is known unless told otherwise; the import's id."""
    data = content.encode() if isinstance(content, str) else content
    answer = camp.api.upload("/contacts/imports", data, **{**SOURCED, **options})
    assert answer.status_code == 202, answer.text
    return str(answer.json["data"]["id"])


def imported(camp: Camp, drain: Drain, content: bytes | str, **options: Any) -> dict[str, Any]:
    """Uploads a file and waits for its end; the import."""
    import_id = upload(camp, content, **options)
    drain()
    return look(camp, import_id)


def look(camp: Camp, import_id: str) -> dict[str, Any]:
    found: dict[str, Any] = camp.api.get(f"/contacts/imports/{import_id}").json["data"]
    return found


def contacts(camp: Camp, **query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = camp.api.get("/contacts", params={"limit": "100", **query}).json["data"]
    return sorted(found, key=lambda contact: contact["name"] or "")


def counts(done: dict[str, Any]) -> dict[str, int]:
    return {name: count for name, count in done["counts"].items() if count}


def adds_up(done: dict[str, Any]) -> bool:
    parts = ("created", "updated", "merged", "duplicate_rows", "rejected", "unchanged")
    return bool(done["counts"]["rows"] == sum(done["counts"][part] for part in parts))


def rejects(camp: Camp, import_id: str) -> list[dict[str, str]]:
    data = camp.api.get(f"/contacts/imports/{import_id}/rejects").content
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_a_list_becomes_contacts(camp: Camp, workers: Drain) -> None:
    done = imported(camp, workers, LIST, tags=["행사"], source="2026 행사 명부", legal_basis="consent")
    assert done["status"] == "completed"
    assert counts(done) == {"rows": 2, "created": 2, "repaired": 1}
    assert done["progress"] == {"done_rows": 2, "total_rows": 2, "percent": 100}
    assert done["file_name"] == "명단.csv"
    assert done["warnings"] == []
    assert [column["field"] for column in done["columns"]] == ["name", "phone", "email", "address", "tags"]
    kim, hong = contacts(camp)
    assert (hong["name"], hong["phones"], hong["emails"]) == ("홍길동", ["010-2345-6789"], ["hong@naver.com"])
    assert (hong["address"], hong["tags"]) == ("서울시 마포구", ["당원", "행사"])
    assert kim["phones"] == ["010-8888-7777"]
    whole = camp.api.get(f"/contacts/{hong['id']}").json["data"]
    assert (whole["source"], whole["legal_basis"], whole["import_id"]) == (
        "2026 행사 명부",
        "consent",
        done["id"],
    )


@pytest.mark.parametrize("q", ["홍길", "ㅎㄱㄷ", "6789", "010-2345-6789", "hong@naver.com", "hong"])
def test_an_imported_contact_is_found(camp: Camp, workers: Drain, q: str) -> None:
    imported(camp, workers, LIST)
    assert [contact["name"] for contact in contacts(camp, q=q)] == ["홍길동"]


def test_an_import_is_a_filter_and_a_line_in_the_timeline(camp: Camp, workers: Drain) -> None:
    imported(camp, workers, "이름,휴대폰\n박민수,010-7777-6666\n")
    done = imported(camp, workers, LIST)
    found = contacts(camp, import_id=done["id"])
    assert [contact["name"] for contact in found] == ["김철수", "홍길동"]
    (event,) = camp.api.get(f"/contacts/{found[0]['id']}/timeline").json["data"]
    assert (event["kind"], event["detail"]["result"], event["detail"]["import_id"]) == (
        "import",
        "created",
        done["id"],
    )
    assert event["title"] == done["file_name"] == "명단.csv"


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8", ","), ("utf-8-sig", ";"), ("cp949", ","), ("utf-16", "\t"), ("utf-16-le", "\t")],
)
def test_every_encoding_of_a_korean_office(camp: Camp, workers: Drain, encoding: str, delimiter: str) -> None:
    done = imported(camp, workers, LIST.replace(",", delimiter).replace("홍길동", "똠방각").encode(encoding))
    assert counts(done) == {"rows": 2, "created": 2, "repaired": 2}  # 똠 is a letter to look at twice
    assert [contact["name"] for contact in contacts(camp)] == ["김철수", "똠방각"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf\r\n\r\n", "empty_file"),
        ("이름,휴대폰\n".encode(), "no_rows"),
        (b"PK\x03\x04" + bytes(500), "workbook_broken"),
        (bytes(range(256)) * 50, "binary_file"),
        ("이름,휴대폰\n홍길동,010-2345-6789\n\0\0".encode(), "binary_file"),
        ("이름,휴대폰\n".encode() + b"\xff\xff\xff\xff\n", "unknown_encoding"),
        (b'{"name": "hong", "phone": "010"}', "not_a_table"),
        ("안녕하세요.\n그냥 글입니다.\n".encode(), "not_a_table"),
        ('이름,휴대폰\n홍길동,010-2345-6789\n"김철수,010-3456-7890\n'.encode(), "broken_quotes"),
        (("a," * 10_000 + "\n").encode(), "too_many_columns"),
    ],
)
def test_a_bad_file_fails_with_a_sentence_and_leaves_nothing(
    camp: Camp, workers: Drain, content: bytes, code: str
) -> None:
    done = imported(camp, workers, content)
    assert (done["status"], done["error"]["code"]) == ("failed", code)
    assert done["finished_at"]
    english = (
        camp.api.in_language("en").get(f"/contacts/imports/{done['id']}").json["data"]["error"]["message"]
    )
    assert english.isascii()
    assert not done["error"]["message"].isascii()
    assert contacts(camp) == []
    assert not _stored(camp, done["id"])


def _stored(camp: Camp, import_id: str) -> list[Any]:
    """What is left of an import's files."""
    folder = (
        Path(settings().storage_url.removeprefix("file://")) / "imports" / str(camp.tenant_id) / import_id
    )
    return list(folder.glob("*"))


def test_a_file_is_destroyed_when_its_rows_are_contacts(camp: Camp, workers: Drain) -> None:
    import_id = upload(camp, LIST)
    assert _stored(camp, import_id)
    assert not any("홍길동".encode() in path.read_bytes() for path in _stored(camp, import_id))
    workers()
    assert not _stored(camp, import_id)


def test_requests_that_are_no_upload(camp: Camp) -> None:
    assert camp.api.post("/contacts/imports", {}).json["error"]["code"] == "UNSUPPORTED_MEDIA_TYPE"
    assert camp.api.upload("/contacts/imports", LIST.encode(), on_existing="얹기").status_code == 422
    assert camp.api.upload("/contacts/imports", LIST.encode(), mapping={"성명": "이름"}).status_code == 422
    assert camp.api.with_token(None).upload("/contacts/imports", b"a,b").status_code == 401
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    broken = camp.api.post("/contacts/imports", b"--x\r\nnonsense", headers=headers)
    assert broken.json["error"]["code"] == "MALFORMED_REQUEST"
    empty = b'--x\r\nContent-Disposition: form-data; name="other"\r\n\r\n1\r\n--x--\r\n'
    assert camp.api.post("/contacts/imports", empty, headers=headers).status_code == 422


def test_a_file_beyond_the_limit_is_refused_while_it_streams(camp: Camp) -> None:
    answer = camp.api.upload("/contacts/imports", b"0123456789abcdef" * (201 * 1024 * 1024 // 16))
    assert answer.json["error"]["code"] == "PAYLOAD_TOO_LARGE"
    assert "200" in answer.json["error"]["message"]


def test_rejected_rows_come_back_with_their_reasons(camp: Camp, workers: Drain) -> None:
    lines = [
        "홍길동,010-2345-6789,",
        "김철수,공일공,-메모",
        "이영희,010-234,@메모",
        "박민수,,",
        "최수식,=1+1,",
        "정주민,010-7777-6666,800101-1234560",
    ]
    done = imported(camp, workers, "이름,휴대폰,메모\n" + "\n".join(lines))
    assert counts(done) == {"rows": 6, "created": 1, "rejected": 5}
    found = {row["row_number"]: row for row in rejects(camp, done["id"])}
    assert {number: row["reason"] for number, row in found.items()} == {
        "3": "phone_letters",
        "4": "phone_too_short",
        "5": "no_contact_point",
        "6": "formula",
        "7": "resident_number",
    }
    assert found["3"]["이름"] == "김철수"
    assert found["7"]["메모"] == "800101-*******"
    assert (found["3"]["메모"], found["4"]["메모"], found["6"]["휴대폰"]) == ("'-메모", "'@메모", "'=1+1")
    assert "글자" in found["3"]["reason_text"]
    stored = camp.rows("SELECT cells_sealed FROM import_rejects")
    assert not any("김철수".encode() in row["cells_sealed"] for row in stored)


def test_unclear_columns_wait_for_a_person(camp: Camp, workers: Drain) -> None:
    waiting = imported(camp, workers, "가,나\n이것,010-2345-6789\n저것,010-3456-7890\n")
    assert waiting["status"] == "awaiting_mapping"
    assert [column["field"] for column in waiting["columns"]] == ["custom:가", "phone"]
    assert waiting["columns"][1]["samples"] == ["010-2345-6789", "010-3456-7890"]
    path = f"/contacts/imports/{waiting['id']}/mapping"
    assert camp.api.post(path, {"mapping": {"다": "name"}}).json["error"]["code"] == "VALIDATION_ERROR"
    assert camp.api.post(path, {"mapping": {"가": "name"}}).json["error"]["code"] == "VALIDATION_ERROR"
    assert camp.api.post(path, {"mapping": {"가": "이름"}}).json["error"]["code"] == "VALIDATION_ERROR"
    going = camp.api.post(path, {"mapping": {"가": "name", "나": "phone"}, "tags": ["새 명부"]})
    assert going.json["data"]["status"] == "ingesting"
    assert going.json["data"]["started_at"] > waiting["started_at"]  # the wait for answers is not counted
    assert camp.api.post(path, {"mapping": {"나": "phone"}}).json["error"]["code"] == "CONFLICT"
    workers()
    assert look(camp, waiting["id"])["status"] == "completed"
    assert [contact["name"] for contact in contacts(camp, tag="새 명부")] == ["이것", "저것"]


def test_a_wizard_always_confirms(camp: Camp, workers: Drain) -> None:
    assert imported(camp, workers, LIST, confirm_mapping=True)["status"] == "awaiting_mapping"


def test_a_mapping_given_with_the_upload_is_followed(camp: Camp, workers: Drain) -> None:
    mapping = {"성명": "name", "휴대폰": "phone", "주소": "custom:사는 곳"}
    imported(camp, workers, LIST, mapping=mapping)
    hong = contacts(camp, q="홍길동")[0]
    assert (hong["emails"], hong["address"]) == ([], None)
    assert camp.api.get(f"/contacts/{hong['id']}").json["data"]["custom"] == {"사는 곳": "서울시 마포구"}
    unknown = imported(camp, workers, LIST, mapping={"핸드폰": "phone"})
    assert unknown["error"]["code"] == "unknown_column"


def test_the_same_file_again_changes_nothing(camp: Camp, workers: Drain) -> None:
    first = imported(camp, workers, LIST, tags=["행사"])
    before = contacts(camp)
    again = imported(camp, workers, LIST, tags=["행사"])
    assert counts(again) == {"rows": 2, "unchanged": 2, "repaired": 1}
    assert camp.rows("SELECT 1 FROM contact_changes UNION ALL SELECT 1 FROM point_changes") == []
    assert contacts(camp) == before
    assert contacts(camp, import_id=again["id"]) == contacts(camp, import_id=first["id"]) == before


# Rows of a file, and what becomes of them in an empty camp: (created, duplicate_rows).
KNOWN = "이름,휴대폰,이메일,주소,메모,소속,태그\n홍길동,010-2345-6789,,서울시 중구,,한표,당원\n"
NEWER = (
    "이름,휴대폰,이메일,주소,메모,소속,지역,태그\n"
    "홍길둥,010-2345-6789,hong@b.kr,서울시 마포구,새 메모,두표,서부,지지자\n"
)


@pytest.mark.parametrize(
    ("on_existing", "name", "address", "custom", "result"),
    [
        ("fill", "홍길동", "서울시 중구", {"소속": "한표", "지역": "서부"}, "updated"),
        ("overwrite", "홍길둥", "서울시 마포구", {"소속": "두표", "지역": "서부"}, "updated"),
        ("skip", "홍길동", "서울시 중구", {"소속": "한표"}, "unchanged"),
    ],
)
def test_what_a_newer_list_does_to_a_known_contact(
    camp: Camp, workers: Drain, on_existing: str, name: str, address: str, custom: dict[str, str], result: str
) -> None:
    imported(camp, workers, KNOWN)
    done = imported(camp, workers, NEWER, on_existing=on_existing)
    assert counts(done) == {"rows": 1, result: 1}
    (contact,) = contacts(camp)
    whole = camp.api.get(f"/contacts/{contact['id']}").json["data"]
    assert (whole["name"], whole["address"], whole["custom"]) == (name, address, custom)
    added = on_existing != "skip"
    assert whole["note"] == ("새 메모" if added else None)
    assert whole["emails"] == (["hong@b.kr"] if added else [])
    assert whole["tags"] == (["당원", "지지자"] if added else ["당원"])
    assert [c["id"] for c in contacts(camp, q="hong@b.kr")] == ([contact["id"]] if added else [])
    assert [c["id"] for c in contacts(camp, q="홍길둥")] == ([contact["id"]] if added else [])


def test_an_empty_cell_never_erases(camp: Camp, workers: Drain) -> None:
    imported(camp, workers, KNOWN)
    imported(
        camp,
        workers,
        "이름,휴대폰,주소\n,010-2345-6789,\n",
        on_existing="overwrite",
        mapping={"이름": "name", "휴대폰": "phone", "주소": "address"},
    )
    (contact,) = contacts(camp)
    assert (contact["name"], contact["address"]) == ("홍길동", "서울시 중구")


def test_an_opt_out_outlives_the_next_list(camp: Camp, workers: Drain) -> None:
    point = camp.cipher.point_hash("phone", "+821023456789")
    with camp.transaction() as connection:
        connection.execute(
            """INSERT INTO opt_outs (tenant_id, id, kind, hash, reason)
               VALUES (current_tenant(), gen_random_uuid(), 'phone', %s, 'reply')""",
            [point],
        )
    imported(camp, workers, LIST, on_existing="overwrite")
    assert [contact["opted_out"] for contact in contacts(camp)] == [False, True]


def test_camps_do_not_see_each_others_imports(
    camp: Camp, new_camp: Callable[[], Camp], workers: Drain
) -> None:
    other = new_camp()
    done = imported(camp, workers, LIST)
    assert imported(other, workers, LIST)["counts"]["created"] == 2
    for path in ("", "/rejects"):
        assert other.api.get(f"/contacts/imports/{done['id']}{path}").json["error"]["code"] == "NOT_FOUND"
    mapping = {"mapping": {"휴대폰": "phone"}}
    answer = other.api.post(f"/contacts/imports/{done['id']}/mapping", mapping)
    assert answer.json["error"]["code"] == "NOT_FOUND"
    assert [item["id"] for item in camp.api.get("/contacts/imports").json["data"]] == [done["id"]]


def test_imports_are_listed_newest_first_page_by_page(camp: Camp, workers: Drain) -> None:
    ids = [imported(camp, workers, LIST)["id"] for _ in range(3)]
    first = camp.api.get("/contacts/imports", params={"limit": "2"}).json
    second = camp.api.get(
        "/contacts/imports", params={"limit": "2", "cursor": first["meta"]["next_cursor"]}
    ).json
    assert [item["id"] for item in first["data"] + second["data"]] == ids[::-1]
    assert second["meta"]["next_cursor"] is None


def test_chunks_are_bounded_in_size_too(camp: Camp, workers: Drain) -> None:
    """Rows of 20,000 characters: a chunk holds 4 million characters, not 5,000 rows."""
    lines = [f"홍길동,010-{2000 + i * i % 7001}-{i * 7919 % 10_000:04},{'가' * 20_000}" for i in range(450)]
    done = imported(camp, workers, "이름,휴대폰,메모\n" + "\n".join(lines))
    assert counts(done) == {"rows": 450, "created": 450, "repaired": 450}  # long memos are cut
    assert [row["rows"] for row in camp.rows("SELECT rows FROM import_chunks ORDER BY number")] == [
        200,
        200,
        50,
    ]


def test_the_search_index_takes_up_what_waits_while_a_long_list_comes_in(
    camp: Camp, workers: Drain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_files, "CHUNK_ROWS", 10)
    monkeypatch.setattr(ingest, "_FIRST_MERGE", 2)
    monkeypatch.setattr(ingest, "_CHUNKS_PER_MERGE", 2)
    merges: list[None] = []
    merge = store_imports.clean_search_index

    def noted(connection: Connection) -> None:
        merge(connection)
        merges.append(None)

    monkeypatch.setattr(store_imports, "clean_search_index", noted)
    lines = [f"홍길동,010-{2000 + i * i % 7001}-{i * 7919 % 10_000:04}" for i in range(50)]
    done = imported(camp, workers, "이름,휴대폰\n" + "\n".join(lines))
    assert counts(done) == {"rows": 50, "created": 50}
    assert len(merges) == 3  # after chunks 2 and 4 and at the end
