"""Files made to break whoever reads them, through the gateway: a sentence each, nobody half imported.

What the readers themselves refuse is in tests/shared/contacts; here each kind takes the whole way once.
"""

import random
import time

import pytest

from tests.corpus import as_csv, voter_list
from tests.faults.breaking import ask
from tests.stack import Camp, Stack
from tests.workbooks import changed, locked, xls, xlsx

ORIGIN = {"source": "시험 명부", "legal_basis": "consent"}
MEGABYTE = 1024 * 1024
PEOPLE = [["이름", "휴대전화"], ["홍길동", "010-2345-6701"], ["김하늘", "010-3456-7802"]]
SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
TABLE = "".join(f"{name},{phone}\r\n" for name, phone in PEOPLE)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + random.Random(1).randbytes(50_000)

HOSTILE = {
    "a zip bomb": (changed(xlsx(PEOPLE), add={"xl/media/a.xml": bytes(60 * MEGABYTE)}), "workbook_bomb"),
    "a billion laughs": (changed(xlsx(PEOPLE), replace={SHEET: LAUGHS}), "workbook_entities"),
    "16,384 columns": (xlsx([["이름"] + [None] * 16_382 + ["끝"]]), "too_many_columns"),
    "a cell of 10 MB": (f"{TABLE}{'가' * 3_500_000},010\r\n".encode(), "cell_too_long"),
    "a password": (locked(), "workbook_password"),
    "a picture": (JPEG, "not_a_table"),
    "an empty sheet": (xlsx([]), "empty_file"),
    "an encoding that changes": (
        (TABLE * 900).encode("cp949") + ("홍길동똠,010-2345-6701\r\n" * 9_000).encode(),
        "mixed_encoding",
    ),
}


@pytest.fixture(scope="module")
def camp(stack: Stack) -> Camp:
    return Camp(stack)


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_a_sentence(camp: Camp, kind: str) -> None:
    content, code = HOSTILE[kind]
    state = camp.finished_import(camp.upload(content, **ORIGIN))
    assert (state["status"], state["error"]["code"]) == ("failed", code)
    assert state["error"]["message"].endswith("요.") or state["error"]["message"].endswith("다.")
    assert camp.call("GET", "/contacts") == []


@pytest.mark.parametrize("kind", ["macros", "Excel 97"])
def test_an_unusual_workbook_is_read(stack: Stack, kind: str) -> None:
    macros = changed(xlsx(PEOPLE), add={"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + bytes(5000)})
    camp = Camp(stack)
    state = camp.finished_import(camp.upload(macros if kind == "macros" else xls(PEOPLE), **ORIGIN))
    assert (state["status"], state["counts"]["created"]) == ("completed", 2)


def test_the_longest_sheet_is_looked_at_in_bounded_time(camp: Camp) -> None:
    """1,048,576 rows of one column that says nothing: somebody has to say what it is."""
    random_words = random.Random(1).choices([f"{n:x}" for n in range(5_000)], k=1_048_575)
    rows = "".join(
        f'<row><c t="inlineStr"><is><t>{word}</t></is></c></row>' for word in ["비고", *random_words]
    )
    head = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    sheet = f"{head}{rows}</sheetData></worksheet>".encode()
    begun = time.monotonic()
    state = camp.finished_import(camp.upload(changed(xlsx(PEOPLE), replace={SHEET: sheet}), **ORIGIN))
    assert time.monotonic() - begun < 100
    assert state["status"] == "awaiting_mapping", state["error"]
    assert state["counts"]["rows"] == 1_048_575


def test_very_many_distinct_tags_stay_bounded(stack: Stack) -> None:
    """Memos taken for tags: 95,000 of them, for nobody more than allowed. Everybody comes in, but without
    the tags that are too many; the import says so, and the list of tags shows the most used.
    """
    camp = Camp(stack)
    lines = ["이름,휴대전화,태그"]
    for number in range(5_000):
        tags = ";".join(f"메모{number}-{tag}" for tag in range(19))
        lines.append(f"김하늘,010-{2000 + number * 7 % 7000:04}-{number * 31 % 9000:04},전체;{tags}")
    content = "\r\n".join(lines).encode()
    state = camp.finished_import(camp.upload(content, **ORIGIN))
    assert (state["status"], state["counts"]["created"]) == ("completed", 5_000)
    assert 0 < state["counts"]["repaired"] < 5_000
    assert [warning["code"] for warning in state["warnings"]] == ["tags_left_out"]
    (marked,) = camp.call("GET", f"/contacts/imports/{state['id']}/rows?outcome=repaired&limit=1")
    assert [(change["field"], change["after"]) for change in marked["repairs"]] == [("tags", "")]
    tags = camp.call("GET", "/tags")
    assert len(tags) == 1_000
    assert tags[0] == {"tag": "전체", "count": 5_000}


def test_one_file_twice_at_once_and_a_merge_between(stack: Stack) -> None:
    """Two people of the file are merged by hand while two uploads of it are read: nobody twice, none lost."""
    camp = Camp(stack)
    rows = voter_list(12_000, seed=51)
    persons = len({row.person for row in rows if row.person is not None})
    by_hand = [row.cells[2] for row in rows if len(row.cells[2]) == 13 and row.cells[2].startswith("010-")]
    kept, *others = [
        camp.call("POST", "/contacts", json={"name": "김병합", "phones": [phone]})["id"]
        for phone in by_hand[3000:3004]
    ]
    twice = [camp.upload(as_csv(rows), **ORIGIN) for _ in range(2)]
    for other in others:
        camp.call("POST", "/contacts/merges", json={"keep_id": kept, "merge_ids": [other]})
    for import_id in twice:
        state = camp.finished_import(import_id)
        assert state["status"] == "completed", state["error"]
        counts = state["counts"]
        fates = ("created", "updated", "merged", "duplicate_rows", "rejected", "unchanged")
        assert counts["rows"] == sum(counts[fate] for fate in fates) == 12_000
    tenant = camp.call("GET", "/members/me")["tenant"]["id"]
    live = "SELECT count(*) FROM contacts WHERE tenant_id = %s AND deleted_at IS NULL"
    ((people,),) = ask(stack, live, tenant)
    assert persons - 3 <= int(str(people)) <= persons + 1
    points = """SELECT count(*) FROM contact_points p LEFT JOIN contacts k
                    ON k.tenant_id = p.tenant_id AND k.id = p.contact_id
                 WHERE p.tenant_id = %s AND (k.id IS NULL OR k.deleted_at IS NOT NULL)"""
    assert ask(stack, points, tenant) == [(0,)]
