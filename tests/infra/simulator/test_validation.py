"""The checks of single messages: every fault has its documented code."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.simulator.accounts import Account, Template
from infra.simulator.codes import meanings
from infra.simulator.validation import Checked, Checker

SENDER = "0212345678"
STATUS_CODES = set(meanings("ko"))
BUTTON = {"buttonName": "보기", "buttonType": "WL", "linkMo": "https://x.example/#{코드}"}
PLAIN = Template("TP-PLAIN", "PF", "#{이름}님 안녕하세요.")
WITH_BUTTON = Template("TP-BUTTON", "PF", "안내", (BUTTON,))
ACCOUNT = Account(
    "KEY",
    senders=(SENDER,),
    channels=("PF", "PF2"),
    templates={"TP-PLAIN": PLAIN, "TP-BUTTON": WITH_BUTTON},
)


def _checker(**settings: Any) -> Checker:
    return Checker(ACCOUNT, settings.pop("opted_out", frozenset()), settings.pop("balance", 1000),
                   settings.pop("allow_duplicates", False))  # fmt: skip


def _check(**fields: Any) -> Checked:
    item = {"to": "01012345678", "from": SENDER, "text": "안녕", **fields}
    item = {name: value for name, value in item.items() if value is not ...}
    [checked] = _checker().check(item)
    return checked


def _alimtalk(template: str = "TP-PLAIN", pf_id: str = "PF", **fields: Any) -> Checked:
    variables = {"#{이름}": "홍길동", "#{코드}": "a1"}
    text = fields.pop("text", ...)
    options = {"pfId": pf_id, "templateId": template, "variables": variables, **fields}
    return _check(type="ATA", text=text, kakaoOptions=options)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "2000"),
        ({"to": ...}, "1010"),
        ({"to": "010-1234-5678"}, "1011"),
        ({"to": "0101234567a"}, "1011"),
        ({"from": ...}, "1010"),
        ({"from": "02-1234-5678"}, "1011"),
        ({"from": "0299999999"}, "1062"),
        ({"text": ...}, "1010"),
        ({"text": "가" * 45, "type": "SMS"}, "2000"),
        ({"text": "가" * 45 + "a", "type": "SMS"}, "1031"),
        ({"text": "가" * 1000, "type": "LMS"}, "2000"),
        ({"text": "가" * 1000 + "a", "type": "LMS"}, "1031"),
        ({"type": "SMS", "subject": "제목"}, "1013"),
        ({"type": "LMS", "subject": "가" * 20}, "2000"),
        ({"type": "LMS", "subject": "가" * 20 + "a"}, "1014"),
        ({"type": "sms"}, "1025"),
        ({"type": "FAX"}, "1058"),
        ({"autoTypeDetect": False}, "1010"),
        ({"text": "벨\x07"}, "1028"),
        ({"text": "좋아요 👍"}, "1029"),
        ({"text": "똠방각하"}, "2000"),
        ({"type": "MMS"}, "1034"),
        ({"type": "MMS", "imageId": "nonsense"}, "1023"),
        ({"type": "MMS", "imageId": "ST01FP1"}, "2000"),
        ({"customFields": []}, "1032"),
        ({"customFields": {"ref": 1}}, "1032"),
        ({"customFields": {"k" * 31: "v"}}, "1032"),
        ({"customFields": {"k": "v" * 101}}, "1032"),
        ({"kakaoOptions": {"pfId": "PF"}, "type": "SMS"}, "1033"),
        ({"to": "01012349006"}, "1061"),
    ],
)
def test_texts(fields: dict[str, Any], code: str) -> None:
    assert _check(**fields).code == code


VALUES = st.one_of(
    st.none(),
    st.integers(),
    st.text(max_size=5),
    st.lists(st.text(max_size=3) | st.none(), max_size=2),
    st.dictionaries(st.sampled_from(["pfId", "templateId", "variables", "buttons", "bms"]),
                    st.sampled_from(["PF", "TP-PLAIN", 7, [], [3], {}, {"#{이름}": "홍"}, [[]]])),
)  # fmt: skip
NAMES = ["to", "from", "text", "subject", "type", "kakaoOptions", "customFields", "imageId"]


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(st.sampled_from(NAMES), VALUES),
    st.sampled_from(["SMS", "LMS", "MMS", "ATA", "CTA", "BMS_FREE", None]),
)
def test_any_message_gets_a_code(fields: dict[str, Any], kind: str | None) -> None:
    item = {"to": "01012345678", "from": SENDER, "text": "안녕", "type": kind, **fields}
    for checked in _checker().check(item):
        assert checked.code in STATUS_CODES


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({}, "SMS"),
        ({"text": "가" * 46}, "LMS"),
        ({"subject": "제목"}, "LMS"),
        ({"imageId": "ST01FP1"}, "MMS"),
        ({"kakaoOptions": {"pfId": "PF", "templateId": "TP-PLAIN"}}, "ATA"),
        ({"kakaoOptions": {"pfId": "PF"}}, "CTA"),
    ],
)
def test_the_type_is_detected(fields: dict[str, Any], kind: str) -> None:
    assert _check(**fields).kind == kind


def test_alimtalk_is_filled_from_its_template() -> None:
    checked = _alimtalk()
    assert (checked.code, checked.text) == ("2000", "홍길동님 안녕하세요.")
    checked = _alimtalk("TP-BUTTON")
    assert checked.kakao is not None
    assert checked.kakao["buttons"][0]["linkMo"] == "https://x.example/a1"


@pytest.mark.parametrize(
    ("checked", "code"),
    [
        (_alimtalk(text="홍길동님 안녕하세요."), "2000"),
        (_alimtalk(text="홍길동님  안녕하세요."), "1043"),
        (_alimtalk(text="홍길동님 안녕하세요. "), "1043"),
        (_alimtalk(variables={}), "1043"),
        (_alimtalk(variables={}, text="김한표님 안녕하세요."), "2000"),
        (_alimtalk(variables={}, text="김한표님 안녕!"), "1043"),
        (_alimtalk(variables={"#{a.b}": "x"}), "1011"),
        (_alimtalk(variables={"#{이름}": 1}), "1011"),
        (_alimtalk(pf_id="PF9"), "1041"),
        (_alimtalk(pf_id=""), "1010"),
        (_alimtalk("TP-NONE"), "1042"),
        (_alimtalk(pf_id="PF2"), "1042"),
        (_alimtalk(buttons=[BUTTON]), "1047"),
        (_alimtalk("TP-BUTTON", buttons=[BUTTON, BUTTON]), "1046"),
        (_alimtalk("TP-BUTTON", buttons=[{"buttonName": "보기"}]), "1044"),
        (_alimtalk("TP-BUTTON", buttons=[BUTTON | {"linkMo": "x.example"}]), "1045"),
        (_alimtalk("TP-BUTTON", buttons=[BUTTON | {"linkMo": "https://" + "x" * 99}]), "1048"),
        (_alimtalk("TP-BUTTON", buttons=[BUTTON | {"buttonName": "가" * 15}]), "1049"),
    ],
)
def test_kakao(checked: Checked, code: str) -> None:
    assert checked.code == code


def test_a_brand_message_is_free_text_with_any_character() -> None:
    bms = {"targeting": "I", "chatBubbleType": "TEXT", "buttons": [{"name": "AC", "linkType": "AC"}]}
    checked = _check(type="BMS_FREE", text="반가워요 👋", kakaoOptions={"pfId": "PF", "bms": bms})
    assert checked.code == "2000"
    assert checked.kakao is not None
    assert checked.kakao["buttons"] == [{"buttonName": "AC", "buttonType": "AC"}]


def test_a_second_message_to_a_number_is_a_duplicate_unless_allowed() -> None:
    item = {"to": ["01012345678", "01012345678"], "from": SENDER, "text": "안녕"}
    assert [each.code for each in _checker().check(item)] == ["2000", "1026"]
    allowed = _checker(allow_duplicates=True).check(item)
    assert [each.code for each in allowed] == ["2000", "2000"]


def test_an_opted_out_number_and_an_empty_purse() -> None:
    item = {"to": ["01011112222", "01033334444"], "from": SENDER, "text": "안녕"}
    checker = _checker(opted_out=frozenset({"01011112222"}), balance=17)
    assert [each.code for each in checker.check(item)] == ["1061", "1030"]
