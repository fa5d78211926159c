"""Disk or database gone or full while a list comes in: a sentence, nothing half, and it goes on after."""

import time
from http.client import HTTPConnection
from typing import Any

import httpx
import pytest

from tests.corpus import as_csv, voter_list
from tests.faults.breaking import Breaking
from tests.stack import PORT, Camp, Stack, wait_for

ROWS = voter_list(6_000, seed=41)
LIST = as_csv(ROWS)
PERSONS = len({row.person for row in ROWS if row.person is not None})
ORIGIN = {"source": "시험 명부", "legal_basis": "consent"}
MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def breaking(stack: Stack) -> Breaking:
    return Breaking(stack)


@pytest.fixture
def camp(stack: Stack) -> Camp:
    return Camp(stack)


def try_upload(camp: Camp, content: bytes = LIST) -> httpx.Response:
    files = {"file": ("명단.csv", content, "text/csv")}
    data = {"options": '{"source": "test", "legal_basis": "consent"}'}
    # What is left of a refused upload is not read: the gateway ends its connection, sooner or later.
    headers = {"Connection": "close"}
    return camp.http.post("/contacts/imports", files=files, data=data, headers=headers)


def stored(camp: Camp) -> list[str]:
    """What the storage holds of a camp's imports, half-written files included."""
    tenant = camp.call("GET", "/members/me")["tenant"]["id"]
    folder = camp.stack.home / "files" / "imports" / tenant
    return [path.name for path in folder.rglob("*") if path.is_file()]


def refused(answer: httpx.Response, sentence: str) -> None:
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (503, "UNAVAILABLE")
    assert sentence in error["message"]


def assert_complete(state: dict[str, Any]) -> None:
    assert state["status"] == "completed", state["error"]
    assert state["counts"]["created"] == PERSONS
    assert state["counts"]["rows"] == state["progress"]["done_rows"] == len(ROWS)


def test_an_import_waits_for_its_storage(camp: Camp, breaking: Breaking) -> None:
    import_id = camp.upload(LIST, confirm_mapping=True, **ORIGIN)
    columns = camp.finished_import(import_id)["columns"]
    wanted = {column["header"]: column["field"] for column in columns if column["field"] != "ignore"}
    with breaking.without_storage():
        camp.call("POST", f"/contacts/imports/{import_id}/mapping", json={"mapping": wanted, **ORIGIN})
        refused(try_upload(camp), "파일 저장소에 접근할 수 없습니다")
        time.sleep(3)
        state = camp.call("GET", f"/contacts/imports/{import_id}")
        assert (state["status"], state["progress"]["done_rows"]) == ("ingesting", 0)
    assert_complete(camp.finished_import(import_id))
    assert stored(camp) == []


def test_no_room_at_the_upload(camp: Camp, breaking: Breaking) -> None:
    with breaking.no_room("gunicorn", "shared.runtime.wsgi", most=MEGABYTE // 4):
        refused(try_upload(camp, LIST * 4), "저장 공간이 모자라")
    assert stored(camp) == []
    assert camp.call("GET", "/contacts/imports") == []
    assert_complete(camp.finished_import(try_upload(camp).json()["data"]["id"]))


def test_no_room_while_the_file_is_looked_at(camp: Camp, breaking: Breaking) -> None:
    with breaking.no_room("dramatiq", "--queues ingest", most=MEGABYTE // 8):
        state = camp.finished_import(camp.upload(LIST, **ORIGIN))
    assert (state["status"], state["error"]["code"]) == ("failed", "storage_full")
    assert "저장 공간이 모자라" in state["error"]["message"]
    assert camp.call("GET", "/contacts") == []
    assert stored(camp) == []
    assert_complete(camp.finished_import(camp.upload(LIST, **ORIGIN)))


def test_no_database_at_the_upload(camp: Camp, breaking: Breaking) -> None:
    with breaking.without_postgres():
        refused(try_upload(camp), "서비스를 잠시 쓸 수 없습니다")
    wait_for(lambda: camp.http.get("/contacts").is_success, 30)
    assert stored(camp) == []
    assert_complete(camp.finished_import(camp.upload(LIST, **ORIGIN)))


def test_an_upload_that_is_cut_off_leaves_nothing(camp: Camp) -> None:
    connection = HTTPConnection("127.0.0.1", PORT, timeout=30)
    connection.putrequest("POST", "/api/v1/contacts/imports")
    connection.putheader("Authorization", camp.http.headers["Authorization"])
    connection.putheader("Content-Type", "multipart/form-data; boundary=edge")
    connection.putheader("Content-Length", str(100 * MEGABYTE))
    connection.endheaders()
    part = b'Content-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    connection.send(b"--edge\r\n" + part + LIST * 8)
    wait_for(lambda: stored(camp), 20, 0.02)  # it was being written
    connection.close()
    wait_for(lambda: not stored(camp), 20)
    assert camp.call("GET", "/contacts/imports") == []
