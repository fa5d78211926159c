"""Files that are no voter lists: each gets a clear sentence, and nobody is half imported."""

import csv
import io
import json
import random
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Visitor
from tests.stack import PORT, Camp, Stack, wait_for

MEGABYTE = 1024 * 1024
HUGE = 300 * MEGABYTE
FORM_HEAD = (
    b'--edge\r\nContent-Disposition: form-data; name="options"\r\n\r\n'
    b'{"source": "test", "legal_basis": "consent"}\r\n'
    b'--edge\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
)
PERSON = "홍길동,010-2345-6701\r\n"
TABLE = f"이름,휴대전화\r\n{PERSON}"


def resident_numbers() -> str:
    """Numbers of the right shape with a right check digit, made up."""
    weights = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
    rng = random.Random(1)
    lines = []
    for number in range(20):
        digits = f"{rng.randrange(50, 99):02}{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}"
        digits += f"1{rng.randrange(100_000):05}"
        check = (11 - sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11) % 10
        lines.append(f"김시험{number},010-2345-{6000 + number},{digits[:6]}-{digits[6:]}{check}\r\n")
    return "이름,휴대전화,주민번호\r\n" + "".join(lines)


UNREADABLE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "파일이 비어 있습니다"),
    "only a byte order mark": (b"\xef\xbb\xbf\r\n", "파일이 비어 있습니다"),
    "a letter": ("존경하는 주민 여러분,\r\n안녕하십니까.\r\n".encode(), "표 형식의 파일이 아닙니다"),
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "표 형식의 파일이 아닙니다"),
    "a web page": (b"<!doctype html><table><tr><td>1</td></tr></table>", "표 형식의 파일이 아닙니다"),
    "a spreadsheet file": (b"PK\x03\x04" + bytes(2000), "엑셀 파일이 손상되어"),
    "binary": (random.Random(1).randbytes(100_000), "글자가 아닌 데이터가 들어 있어"),
    "NULs": (TABLE.replace("길", "길\0").encode(), "글자가 아닌 데이터가 들어 있어"),
    "broken quotes": (f'{TABLE}"김하늘,010-3456-7802\r\n{PERSON * 500}'.encode(), "3행에서 시작한 큰따옴표"),
    "10,000 columns": ((",".join(map(str, range(10_000))) + "\r\n").encode() * 3, "열이 1000개를 넘습니다"),
    "a header alone": ("이름,휴대전화\r\n".encode(), "데이터 행이 없습니다"),
}  # fmt: skip


@pytest.fixture(scope="module")
def camp(stack: Stack) -> Camp:
    return Camp(stack)


def people(camp: Camp) -> int:
    return len(camp.call("GET", "/contacts?limit=100"))


@pytest.mark.parametrize("kind", UNREADABLE)
def test_an_unreadable_file_is_refused_in_one_sentence(camp: Camp, kind: str) -> None:
    content, sentence = UNREADABLE[kind]
    state = camp.finished_import(camp.upload(content, source="시험", legal_basis="consent"))
    assert state["status"] == "failed"
    assert sentence in state["error"]["message"]
    assert people(camp) == 0


def test_the_wizard_says_it_and_offers_another_file(visitor: Visitor, camp: Camp) -> None:
    visitor.has_session_of(camp)
    for kind in ("broken quotes", "binary"):
        content, sentence = UNREADABLE[kind]
        visitor.go("/contacts/import")
        visitor.uploads("명단.csv", content)
        visitor.sees("import-error", sentence)
        expect(visitor.page.get_by_role("link", name="다른 파일 올리기")).to_be_visible()
    assert people(camp) == 0


def test_a_column_of_resident_numbers_stays_out(stack: Stack) -> None:
    camp = Camp(stack)
    table = resident_numbers().encode("cp949")
    state = camp.finished_import(camp.upload(table, source="시험", legal_basis="consent"))
    assert state["counts"]["created"] == 20
    assert [column["refused"] for column in state["columns"]] == [None, None, "resident_number"]
    assert "제24조의2" in state["warnings"][0]["message"]


def test_rows_that_cannot_be_people_are_told_apart(stack: Stack) -> None:
    """Formulas and phones of letters are refused row by row; what is good is kept whole."""
    camp = Camp(stack)
    rows = "이름,휴대전화\r\n=1+1,010-2345-6701\r\n김하늘,가나다라\r\n이서연,010-4567-8903\r\n"
    import_id = camp.upload(rows.encode(), source="시험", legal_basis="consent")
    state = camp.finished_import(import_id)
    assert (state["counts"]["created"], state["counts"]["rejected"]) == (1, 2)
    assert [item["name"] for item in camp.call("GET", "/contacts")] == ["이서연"]
    rejects = list(csv.DictReader(io.StringIO(rejects_file(camp, import_id))))
    assert [row["row_number"] for row in rejects] == ["2", "3"]
    assert "수식" in rejects[0]["reason_text"]
    assert not rejects[0]["이름"].startswith("="), "a spreadsheet would calculate it"
    assert "글자" in rejects[1]["reason_text"]


def rejects_file(camp: Camp, import_id: str) -> str:
    answer = camp.http.get(f"/contacts/imports/{import_id}/rejects")
    assert answer.is_success, answer.text
    return answer.content.decode("utf-8-sig")


def test_a_list_sent_in_chunks_without_its_size_is_imported(stack: Stack) -> None:
    camp = Camp(stack)
    form = (FORM_HEAD, TABLE.encode(), b"\r\n--edge--\r\n")
    answer = camp.http.post(
        "/contacts/imports",
        content=iter(form),
        headers={"Content-Type": "multipart/form-data; boundary=edge"},
    )
    assert answer.status_code == 202, answer.text
    assert camp.finished_import(answer.json()["data"]["id"])["counts"]["created"] == 1


@pytest.mark.parametrize("announced", [True, False], ids=["with its size", "without a size"])
def test_300_megabytes_are_refused_in_bounded_time_and_memory(
    stack: Stack, camp: Camp, announced: bool
) -> None:
    with peak_memory(stack, "gunicorn") as peak:
        begun = time.monotonic()
        status, answer = send_huge(camp, announced=announced)
        seconds = time.monotonic() - begun
    assert status == 413
    assert answer["error"]["code"] == "PAYLOAD_TOO_LARGE"
    assert "MB" in answer["error"]["message"]
    assert seconds < 60
    assert peak.grown() < 64 * MEGABYTE
    assert people(camp) == 0
    # The gateway answers while the API may still be putting its half-written file away.
    wait_for(lambda: stored_bytes(stack) < 50 * MEGABYTE, 30)


def stored_bytes(stack: Stack) -> int:
    """What the hub keeps of uploads; a file may vanish while we look."""
    sizes = []
    for path in (stack.home / "files").rglob("*"):
        with suppress(FileNotFoundError):
            sizes.append(path.stat().st_size if path.is_file() else 0)
    return sum(sizes)


def test_the_wizard_refuses_300_megabytes(visitor: Visitor, camp: Camp, tmp_path: Path) -> None:
    huge = tmp_path / "전체 명부.csv"
    with huge.open("wb") as file:
        file.write(TABLE.encode())
        file.truncate(HUGE)
    visitor.has_session_of(camp)
    visitor.go("/contacts/import")
    visitor.at("import-file-input").set_input_files(huge)
    visitor.sees("import-error", "MB")
    assert people(camp) == 0


def send_huge(camp: Camp, *, announced: bool) -> tuple[int, Any]:
    """Streams a made-up list of 300 MB; the answer's status and envelope."""
    connection = HTTPConnection("127.0.0.1", PORT, timeout=60)
    connection.putrequest("POST", "/api/v1/contacts/imports")
    connection.putheader("Authorization", camp.http.headers["Authorization"])
    connection.putheader("Content-Type", "multipart/form-data; boundary=edge")
    if announced:
        connection.putheader("Content-Length", str(len(FORM_HEAD) + HUGE))
    else:
        connection.putheader("Transfer-Encoding", "chunked")
    connection.endheaders()
    try:
        for piece in (FORM_HEAD, *huge_list()):
            connection.send(piece if announced else b"%x\r\n%s\r\n" % (len(piece), piece))
    except (BrokenPipeError, ConnectionResetError):
        pass  # refused while we were still sending
    response: HTTPResponse = connection.getresponse()
    return response.status, json.loads(response.read())


def huge_list() -> Iterator[bytes]:
    piece = (TABLE + PERSON * 40_000).encode()[:MEGABYTE]
    for _ in range(HUGE // MEGABYTE):
        yield piece


class peak_memory:
    """Watches the resident memory of the stack's processes with a word in their command line."""

    def __init__(self, stack: Stack, word: str) -> None:
        self._measure: Callable[[], int] = lambda: sum(map(resident, stack.processes(word)))
        self._stop, self._watcher = Event(), Thread(target=self._watch)

    def __enter__(self) -> "peak_memory":
        self._before = self._peak = self._measure()
        assert self._before > 0, "no such process"
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._watcher.join()

    def grown(self) -> int:
        """Bytes by which they were larger than at the beginning, together."""
        return self._peak - self._before

    def _watch(self) -> None:
        while not self._stop.wait(0.1):
            self._peak = max(self._peak, self._measure())


def resident(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/statm").read_text().split()
    except OSError:
        return 0
    return int(fields[1]) * 4096
