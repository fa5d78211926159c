"""Columns are recognised by header and by value; some are refused by law."""

import pytest

from shared.contacts.headers import Proposal, is_confident, is_side_by_side, propose, refused_column
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


@pytest.mark.parametrize(
    ("header", "marks", "field"),
    [
        ("SMS 수신동의", ["O", "X"], "consented"),
        ("문자수신 동의여부", ["동의"], "consented"),
        ("개인정보 수집·이용 동의", ["Y"], "consented"),
        ("마케팅 수신동의일자", ["2026-03-01"], "consent_at"),
        ("문자수신", ["X", "거부", ""], "consented"),
        ("수신여부", ["수신", "수신거부"], "consented"),
        ("연락금지", ["O"], "opt_out"),
        ("문자발송제외", ["O"], "opt_out"),
    ],
)
def test_a_column_of_somebodys_will_is_recognised(header: str, marks: list[str], field: str) -> None:
    """Whoever takes 문자수신 for a field of the camp's writes to those who refused."""
    assert propose([header], [marks])[0].field == field


@pytest.mark.parametrize(
    "header",
    ["문자수신", "이메일 수신동의", "휴대폰 수신동의", "카카오톡 수신동의", "전화거부", "제3자 제공동의"],
)
def test_marks_that_may_mean_something_else_are_asked_about(header: str) -> None:
    """Consent for e-mail is not consent to texts, and its marks are no addresses."""
    (proposal,) = propose([header], [["O", "X", "O"]])
    assert (proposal.field, proposal.confidence) == (f"custom:{header}", 0.5)


@pytest.mark.parametrize("header", KEPT_AS_THEY_ARE.split())
def test_what_has_no_field_of_ours_becomes_one_of_the_camps(header: str) -> None:
    assert propose([header], [["x"]])[0].field == f"custom:{header}"


@pytest.mark.parametrize("header", POLITICAL.split())
def test_every_political_header_is_sensitive(header: str) -> None:
    assert propose([header], [["지지"]])[0].sensitive


@pytest.mark.parametrize(
    "header",
    ["추천인 연락처", "휴대폰(보호자)", "보호자 / 연락처", "추천인 / 휴대폰", "비상연락처", "배우자 핸드폰"],
)
def test_somebody_elses_number_is_never_the_rows(header: str) -> None:
    (proposal,) = propose([header], [PHONES])
    assert proposal.field == f"custom:{header}"


@pytest.mark.parametrize("header", ["팩스", "FAX", "Fax No.", "회사 팩스번호"])
def test_a_fax_stays_out_whatever_its_numbers_look_like(header: str) -> None:
    assert propose([header], [PHONES])[0].field == "ignore"
    assert propose(["전화/팩스"], [PHONES])[0].field == "phone"


@pytest.mark.parametrize(
    "header",
    [
        "권리당원 여부",
        "책임당원여부",
        "당원유형",
        "성향구분",
        "지지성향(5점)",
        "당비납부",
        "탈당일",
        "종교명",
    ],
)
def test_what_tells_of_opinions_is_sensitive_however_it_is_called(header: str) -> None:
    assert propose([header], [["Y"]])[0].sensitive


@pytest.mark.parametrize("header", ["당원명", "당원 연락처", "지지자 성명", "장애물", "성별"])
def test_a_word_of_it_alone_is_not(header: str) -> None:
    assert not propose([header], [["x"]])[0].sensitive


def test_surname_and_given_name_are_one_name() -> None:
    assert [p.field for p in propose(["성", "이름", "휴대폰"], [[], [], []])] == ["name", "name", "phone"]
    fields = [p.field for p in propose(["성", "이름", "성명", "휴대폰"], [[], [], [], []])]
    assert fields.count("name") == 1


def test_the_plain_name_goes_before_one_in_another_script() -> None:
    fields = [p.field for p in propose(["성명(한자)", "성명", "휴대폰"], [[], [], []])]
    assert fields == ["custom:성명(한자)", "name", "phone"]


def test_two_lists_side_by_side_are_not_taken_for_one() -> None:
    headers = ["번호", "성명", "휴대폰", "번호 (2)", "성명 (2)", "휴대폰 (2)"]
    proposals = propose(headers, [[], NAMES, PHONES, [], NAMES, PHONES])
    assert is_side_by_side(headers)
    assert not is_confident(proposals)
    assert [p.field for p in proposals] == ["ignore", "name", "phone", "ignore", "ignore", "ignore"]
    assert not is_side_by_side(["이름", "이름(영문)", "연락처", "연락처 (2)"])


@pytest.mark.parametrize("header", ["휴대폰\u200b", "\ufeff휴대폰", "휴대폰\u00a0"])
def test_what_nobody_sees_in_a_header_does_not_matter(header: str) -> None:
    assert propose([header], [[]])[0] == Proposal(header, "phone", 1.0)


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
