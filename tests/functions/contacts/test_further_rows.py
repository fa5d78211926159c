"""What a person's second row says otherwise: kept where there is room for both, told where there is not."""

from typing import Any

import pytest

from shared.contacts import import_files, rows
from tests.factories import Camp
from tests.functions.contacts.test_imports import Drain, imported

HEADER = "이름,휴대폰,메모,주소,생년월일,소속\n"
FIRST = "홍길동,010-2345-6789,오전에 통화,서울시 동작구,1960-01-02,산악회\n"
SECOND = "홍길동,010-2345-6789,차량 있음,서울시 마포구,1961-01-02,향우회\n"
FIELDS = ("name", "phone", "note", "address", "birth", "custom:소속")
MAPPING = dict(zip(HEADER.strip().split(","), FIELDS, strict=True))


@pytest.fixture(params=[1, 1000], autouse=True)
def cut(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_files, "CHUNK_ROWS", request.param)


def of(camp: Camp, workers: Drain, content: str, **options: Any) -> tuple[dict[str, Any], list[Any]]:
    """The only contact after a file, and what is told of each row: (row, field, value)."""
    done = imported(camp, workers, HEADER + content, mapping=MAPPING, **options)
    (one,) = camp.api.get("/contacts").json["data"]
    told = camp.api.get(f"/contacts/imports/{done['id']}/rows?outcome=repaired").json["data"]
    return camp.api.get(f"/contacts/{one['id']}").json["data"], [
        (row["row_number"], repair["field"], repair["before"]) for row in told for repair in row["repairs"]
    ]


LEFT_OUT = [
    (3, "address", "서울시 마포구"), (3, "birth", "1961-01-02"), (3, "custom:소속", "향우회"),
]  # fmt: skip


def test_a_second_note_is_kept_and_what_has_room_for_one_is_told(camp: Camp, workers: Drain) -> None:
    for _ in range(2):
        one, told = of(camp, workers, FIRST + SECOND + SECOND.replace("차량 있음", "오전에 통화"))
        assert (one["note"], one["address"]) == ("오전에 통화\n차량 있음", "서울시 동작구")
        assert (one["birth"], one["custom"]) == ("1960-01-02", {"소속": "산악회"})
        assert told == LEFT_OUT + [(4, field, value) for _, field, value in LEFT_OUT]


def test_blank_and_equal_cells_are_nothing_to_tell(camp: Camp, workers: Drain) -> None:
    one, told = of(camp, workers, FIRST + "홍길동,010-2345-6789,,,,\n" + FIRST)
    assert (one["note"], told) == ("오전에 통화", [])


def test_a_note_without_room_is_told(camp: Camp, workers: Drain) -> None:
    long = "가" * (rows.MAX_NOTE - 3)
    one, told = of(
        camp, workers, FIRST.replace("오전에 통화", long) + FIRST.replace("오전에 통화", "차량 있음")
    )
    assert (one["note"], told) == (long, [(3, "note", "차량 있음")])


@pytest.mark.parametrize(
    ("mode", "note", "address", "told"),
    [
        ("fill", "예전 메모", "부산시", [(3, "note", "차량 있음"), *LEFT_OUT[:1]]),
        ("overwrite", "오전에 통화\n차량 있음", "서울시 동작구", LEFT_OUT[:1]),
        ("skip", "예전 메모", "부산시", []),
    ],
)
def test_a_known_person_takes_what_the_mode_says(
    camp: Camp, workers: Drain, mode: str, note: str, address: str, told: list[Any]
) -> None:
    of(camp, workers, "홍길동,010-2345-6789,예전 메모,부산시,,\n")
    lines = [line.rsplit(",", 2)[0] + ",,\n" for line in (FIRST, SECOND)]
    one, found = of(camp, workers, "".join(lines), on_existing=mode)
    assert (one["note"], one["address"], sorted(found)) == (note, address, sorted(told))


def test_a_known_person_without_a_note_takes_both(camp: Camp, workers: Drain) -> None:
    of(camp, workers, "홍길동,010-2345-6789,,,,\n")
    one, _ = of(camp, workers, FIRST + SECOND)
    assert one["note"] == "오전에 통화\n차량 있음"
    last = camp.api.get("/contacts/imports").json["data"][0]["id"]
    camp.api.post(f"/contacts/imports/{last}/undo")
    workers()
    (one,) = camp.api.get("/contacts").json["data"]
    assert (one["note"], one["address"]) == (None, None)


def test_skipped_people_are_skipped_row_by_row(camp: Camp, workers: Drain) -> None:
    of(camp, workers, "홍길동,010-2345-6789,,,,\n")
    one, told = of(camp, workers, FIRST + SECOND, on_existing="skip")
    assert (one["note"], one["address"], one["custom"], told) == (None, None, {}, [])
