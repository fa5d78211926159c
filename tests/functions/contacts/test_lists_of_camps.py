"""Lists as they come out of phones, address books, clubs and churches: judged row by row as a camp would."""

from typing import Any

import pytest

from tests.factories import Camp
from tests.functions.contacts.test_any_file import ORIGIN, codes, confirm, imported
from tests.functions.contacts.test_imports import Drain
from tests.workbooks import xlsx

HONG, KIM, LEE = "010-2345-6789", "010-3456-7890", "010-4567-8901"


def csv(*lines: str, encoding: str = "utf-8") -> bytes:
    return "\n".join(lines).encode(encoding)


# Name, phones, and what else is to be seen of a person.
Expected = tuple[str, list[str], dict[str, Any]]
LISTS: list[tuple[str, bytes, list[Expected]]] = [
    (
        "Google contacts",
        csv(
            "First Name,Middle Name,Last Name,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,"
            "Phone 2 - Label,Phone 2 - Value,Organization Name,Birthday,Notes,Labels",
            f'길동,,홍,hong@naver.com,Mobile,{HONG},Work,02-123-4567,한표상사,1970-03-05,"두\n줄",*',
            f"영희,,김,,Mobile,{KIM} ::: 010-3456-7891,,,,,,",
        ),
        [
            (
                "홍길동",
                [HONG, "02-123-4567"],
                {"birth": "1970-03-05", "emails": ["hong@naver.com"], "note": "두\n줄"},
            ),
            ("김영희", [KIM, "010-3456-7891"], {}),
        ],
    ),
    (
        "Outlook in Korean",
        csv(
            '"호칭","이름","중간 이름","성","회사","집 전화","휴대폰","팩스","전자 메일 주소","생일","메모"',
            f'"","길동","","홍","한표","02-111-2222","{HONG}","02-333-4445","hong@hanmail.net","0-0-00",""',
            f'"","영희","","김","","","{KIM}","","","1970-3-5","친구"',
            encoding="cp949",
        ),
        [
            (
                "홍길동",
                [HONG, "02-111-2222"],
                {"birth": None, "emails": ["hong@hanmail.net"], "address": None},
            ),
            ("김영희", [KIM], {"birth": "1970-03-05", "note": "친구"}),
        ],
    ),
    (
        "Naver address book",
        csv(
            "이름,별명,이메일,전화번호(휴대폰),전화번호(집),팩스,그룹,생일,메모",
            f"홍길동,길동이,hong@naver.com,{HONG},,02-123-4568,가족,1970-03-05,",
            f'김영희,,,{KIM},02-123-4567,,동창;교회,,"여러\n줄"',
            encoding="cp949",
        ),
        [
            ("홍길동", [HONG], {"tags": ["가족"], "custom": {"별명": "길동이"}}),
            ("김영희", [KIM, "02-123-4567"], {"tags": ["동창", "교회"], "note": "여러\n줄"}),
        ],
    ),
    (
        "iPhone's vCards as a table",
        csv(
            '"Full Name","Given Name","Family Name","TEL;TYPE=CELL","TEL;TYPE=HOME","EMAIL","BDAY"',
            '"홍길동","길동","홍","+82 10-2345-6789","","hong@icloud.com","19700305"',
            '"김영희","영희","김","010 3456 7890","+82 2-123-4567","",""',
        ),
        [("홍길동", [HONG], {"birth": "1970-03-05"}), ("김영희", [KIM, "02-123-4567"], {})],
    ),
    (
        "pipes",
        csv("번호|이름|연락처|동", f"1|홍길동|{HONG}|상도1동", f"2|김영희|{KIM}|상도2동"),
        [("홍길동", [HONG], {"address": "상도1동"}), ("김영희", [KIM], {"address": "상도2동"})],
    ),
    (
        "quotation marks as they come",
        csv("이름,휴대폰,메모", f'홍길동,{HONG},그는 "좋다"고 함', f'김영희,{KIM},5" 화면'),
        [("홍길동", [HONG], {"note": '그는 "좋다"고 함'}), ("김영희", [KIM], {"note": '5" 화면'})],
    ),
    (
        "a voters' roll",
        xlsx(
            [
                ["제22대 국회의원선거 선거인명부(사본)"],
                ["투표구", "등재번호", "성명", "성별", "생년월일", "주소", "휴대전화"],
                ["제1투", 1, "홍길동", "남", "70.03.05", "상도로 12", 1023456789],
                ["제1투", 2, "독고영재", "남", "'72-1-2", "상도로 14", "010)3456-7890"],
            ]
        ),
        [
            ("홍길동", [HONG], {"birth": "1970-03-05", "address": "상도로 12"}),
            ("독고영재", [KIM], {"birth": "1972-01-02"}),
        ],
    ),
    (
        "a parish register",
        xlsx(
            [
                ["○○교회 교적부"],
                ["구역", "직분", "성명", "배우자", "전화(자택)", "전화(휴대폰)", "생년월일(음/양)"],
                ["1구역", "장로", "홍길동", "김영희", "813-1234", HONG, "70.3.5(음)"],
                ["2구역", "집사", "남궁 민", None, None, KIM, "음 1965.1.1"],
            ]
        ),
        [
            (
                "홍길동",
                [HONG],
                {
                    "birth": "1970-03-05 (음력)",
                    "custom": {"구역": "1구역", "직분": "장로", "배우자": "김영희"},
                },
            ),
            ("남궁민", [KIM], {"birth": "1965-01-01 (음력)"}),
        ],
    ),
    (
        "a club by district, cells merged",
        xlsx(
            [
                ["동별 명부"],
                ["동", "성 명", "H.P", "비고"],
                ["상도1동", "홍 길 동", HONG, "회장"],
                [None, "김영희(총무)", f"{KIM} / 집 02-123-4567", None],
                ["소계", None, 2, None],
                ["상도2동", "제갈 공명", LEE, "탈퇴"],
            ],
            lambda book: book["명단"].merge_cells("A3:A4"),
        ),
        [
            ("홍길동", [HONG], {"address": "상도1동", "note": "회장"}),
            ("김영희", [KIM, "02-123-4567"], {"address": "상도1동", "note": "총무"}),
            ("제갈공명", [LEE], {"address": "상도2동", "note": "탈퇴"}),
        ],
    ),
    (
        "numbers kept as text, blanks of a web page",
        "\u00a0이름\u00a0,휴대폰\u200b\n\u3000홍길동\u3000,\u00a0010\u20112345\u20116789\n김영희,'01034567890\n".encode(),
        [("홍길동", [HONG], {}), ("김영희", [KIM], {})],
    ),
    (
        "names from elsewhere",
        csv("name,mobile", f'"Nguyen Thi, Lan",{HONG}', f"王小明,{KIM}", f"선우은숙,{LEE}"),
        [("Nguyen Thi, Lan", [HONG], {}), ("王小明", [KIM], {}), ("선우은숙", [LEE], {})],
    ),
    (
        "somebody else's numbers",
        csv(
            "이름,본인연락처,비상연락처(보호자),추천인,추천인 연락처",
            f"홍길동,{HONG},{LEE},박추천,010-9999-1111",
            f"김영희,{KIM},{LEE},박추천,010-9999-1111",
        ),
        [("홍길동", [HONG], {}), ("김영희", [KIM], {})],
    ),
]


@pytest.mark.parametrize(("content", "expected"), [one[1:] for one in LISTS], ids=[one[0] for one in LISTS])
def test_a_list_is_read_as_its_owner_means_it(
    camp: Camp, workers: Drain, content: bytes, expected: list[Expected]
) -> None:
    done = imported(camp, workers, content, **ORIGIN)
    if done["status"] == "awaiting_mapping":
        done = confirm(camp, workers, done)
    assert (done["status"], done["counts"]["rejected"]) == ("completed", 0)
    people = _people(camp)
    assert [(one["name"], one["phones"]) for one in people] == [
        (name, phones) for name, phones, _ in expected
    ]
    for one, (_, _, fields) in zip(people, expected, strict=True):
        assert {name: one[name] for name in fields} == fields


def _people(camp: Camp) -> list[dict[str, Any]]:
    """In the order of the file."""
    found = camp.api.get("/contacts", params={"limit": "100"}).json["data"]
    return [camp.api.get(f"/contacts/{one['id']}").json["data"] for one in reversed(found)]


def test_nobody_of_a_table_above_another_is_lost_in_silence(camp: Camp, workers: Drain) -> None:
    """Two tables on one sheet, headers in another order: the longer is read, and the other one told of."""
    upper = [["성명", "휴대폰"], ["홍길동", HONG]]
    lower = [["휴대폰", "이름", "주소"], [KIM, "김영희", "서울"], [LEE, "이순신", "부산"]]
    done = imported(camp, workers, xlsx([*upper, [], *lower]), **ORIGIN)
    assert ([one["name"] for one in _people(camp)], codes(done)) == (["김영희", "이순신"], ["above_header"])
    assert "1개" in done["warnings"][0]["message"]


def test_of_two_tables_as_long_the_first_is_read_and_the_other_rejected(camp: Camp, workers: Drain) -> None:
    rows = [["성명", "휴대폰"], ["홍길동", HONG], [], ["휴대폰", "이름", "주소"], [KIM, "김영희", "서울"]]
    done = imported(camp, workers, xlsx(rows), **ORIGIN)
    assert ([one["name"] for one in _people(camp)], done["counts"]["rejected"]) == (["홍길동"], 2)


def test_a_chat_that_was_saved_is_asked_about(camp: Camp, workers: Drain) -> None:
    chat = csv(
        "산악회 님과 카카오톡 대화",
        "저장한 날짜 : 2026-03-05 10:00:00",
        "",
        f"[홍길동] [오전 10:01] {HONG} 입니다",
        "[김영희] [오전 10:02] 저도 참석해요",
    )
    assert imported(camp, workers, chat, **ORIGIN)["status"] in ("awaiting_mapping", "failed")
    assert _people(camp) == []
