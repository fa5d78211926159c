"""Columns are recognised by header and by value; some are refused by law."""

import pytest

from shared.contacts.headers import is_confident, propose, refused_column
from shared.contacts.identifiers import holds_resident_number

PHONES = ["010-2345-6789", "01034567890", "1045678901"]
NAMES = ["홍길동", "김철수", "이영희"]
EMAILS = ["a@naver.com", "b@gmail.com", "c@daum.net"]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("이름", "name"),
        ("성 명", "name"),
        ("*성함(필수)", "name"),
        ("이름(한글)", "name"),
        ("Full Name", "name"),
        ("휴대폰", "phone"),
        ("휴대폰 번호*", "phone"),
        ("H.P", "phone"),
        ("HP", "phone"),
        ("연락처1", "phone"),
        ("전화번호", "phone"),
        ("회원 휴대폰번호", "phone"),
        ("Mobile", "phone"),
        ("집전화", "landline"),
        ("자택전화", "landline"),
        ("이메일", "email"),
        ("E-Mail", "email"),
        ("전자우편", "email"),
        ("카카오톡ID", "kakao_id"),
        ("카톡아이디", "kakao_id"),
        ("주소", "address"),
        ("도로명주소", "address"),
        ("읍면동", "address"),
        ("생년월일", "birth"),
        ("그룹", "tags"),
        ("비고", "note"),
        ("순번", "ignore"),
        ("팩스", "ignore"),
        ("추천인 연락처", "custom:추천인 연락처"),
        ("소속", "custom:소속"),
    ],
)
def test_a_header_names_its_field(header: str, field: str) -> None:
    assert propose([header], [[]])[0].field == field


# What lists of camps, clubs and address books call their columns.
USUAL = {
    "name": "이름 성명 성함 고객명 회원명 당원명 유권자명 이름(한글) name",
    "phone": """
        휴대폰 휴대폰번호 휴대전화 휴대전화번호 핸드폰 핸드폰번호 모바일 H.P HP 연락처 연락처1 전화번호 전화
        수신번호 폰번호 mobile phone cell""",
    "landline": "집전화 자택전화 자택번호 회사전화 직장전화 사무실 tel",
    "email": "이메일 전자우편 메일 e-mail email",
    "kakao_id": "카카오톡ID 카톡아이디 카카오ID",
    "address": "주소 자택주소 도로명주소 지번주소 상세주소 우편번호 시도 시군구 읍면동 동 아파트 동/호",
    "birth": "생년월일 생일 출생년도",
    "consented": "동의여부 수신동의 마케팅동의 개인정보동의",
    "consent_at": "동의일시",
    "opt_out": "수신거부",
    "tags": "태그 그룹 분류 구분",
    "note": "비고 메모 특이사항",
    "ignore": "fax 팩스",
}
KEPT_AS_THEY_ARE = (
    "나이 연령 연령대 성별 소속 직장 단체 직함 직위 직책 직업 수집경로 유입경로 등록일 수집일 추천인 담당자"
)
POLITICAL = "지지여부 지지성향 성향 지지정당 당원여부 책임당원 권리당원"


@pytest.mark.parametrize(
    ("header", "field"), [(header, field) for field, words in USUAL.items() for header in words.split()]
)
def test_every_usual_header_is_recognised(header: str, field: str) -> None:
    (proposal,) = propose([header], [[]])
    assert (proposal.field, proposal.confidence) == (field, 1.0)
    assert propose([f" *{header} (필수)"], [[]])[0].field == field


@pytest.mark.parametrize("header", KEPT_AS_THEY_ARE.split())
def test_what_has_no_field_of_ours_becomes_one_of_the_camps(header: str) -> None:
    assert propose([header], [["x"]])[0].field == f"custom:{header}"


@pytest.mark.parametrize("header", POLITICAL.split())
def test_every_political_header_is_sensitive(header: str) -> None:
    assert propose([header], [["지지"]])[0].sensitive


def test_values_tell_what_an_unknown_header_does_not() -> None:
    proposals = propose(["가", "나", "다"], [NAMES, PHONES, EMAILS])
    assert [proposal.field for proposal in proposals] == ["name", "phone", "email"]


def test_values_that_contradict_the_header_make_it_doubtful() -> None:
    phone = propose(["휴대폰"], [EMAILS])[0]
    assert phone.field == "phone"
    assert phone.confidence < 0.8
    assert propose(["번호"], [PHONES])[0].field == "phone"


def test_only_one_column_is_the_name() -> None:
    fields = [proposal.field for proposal in propose(["성명", "이름"], [NAMES, NAMES])]
    assert fields.count("name") == 1


def test_when_an_import_may_go_on_by_itself() -> None:
    assert is_confident(propose(["이름", "휴대폰", "소속"], [NAMES, PHONES, ["가", "나", "다"]]))
    assert not is_confident(propose(["이름", "주소"], [NAMES, ["서울", "부산", "대구"]]))
    assert not is_confident(propose(["휴대폰", "소속"], [PHONES, ["가", "나", "다"]]))


def test_political_and_opt_out_columns_are_marked() -> None:
    political, opt_out = propose(["지지정당", "수신거부"], [[], []])
    assert (political.field, political.sensitive) == ("ignore", True)
    assert opt_out.opt_out


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("주민등록번호", "resident_number"),
        ("주민번호(필수)", "resident_number"),
        ("여권번호", "unique_identifier"),
        ("운전면허번호", "unique_identifier"),
        ("면허번호", "unique_identifier"),
        ("외국인등록번호", "unique_identifier"),
        ("계좌번호", "financial_number"),
        ("카드번호", "financial_number"),
        ("휴대폰", None),
    ],
)
def test_columns_the_law_forbids(header: str, code: str | None) -> None:
    assert refused_column(header, []) == code


def resident_number(front: str, back: str, gap: str = "-") -> str:
    digits = front + back
    weights = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
    total = sum(int(d) * w for d, w in zip(digits, weights, strict=True))
    return f"{front}{gap}{back}{(11 - total % 11) % 10}"


def test_resident_numbers_are_told_from_their_values() -> None:
    numbers = [resident_number("800101", "123456"), resident_number("991231", "234567", "")]
    assert all(map(holds_resident_number, numbers))
    assert refused_column("식별자", numbers) == "resident_number"
    assert (
        refused_column("식별자", ["800101-1234561", "900229-1234561", "751111-2345678"]) == "resident_number"
    )


@pytest.mark.parametrize(
    "value", ["801301-1234561", "010-2345-6789", "8001011234567890", "2026-11-21", "800101-9234567", "홍길동"]
)
def test_other_numbers_are_no_resident_numbers(value: str) -> None:
    assert not holds_resident_number(value)
