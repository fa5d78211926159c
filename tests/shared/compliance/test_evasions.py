"""Ways around the rules: words set apart or hidden, a purpose that the text belies, labels that are none."""

import unicodedata
from dataclasses import replace
from datetime import date

import pytest

from shared.compliance import Candidacy, Declared, Purpose, Severity, check, in_force
from tests.shared.compliance.test_candidacy import at
from tests.shared.compliance.test_rules import (
    AD_TEXT,
    CANDIDACY,
    ELECTION_TEXT,
    broken,
    election,
    facts,
    step,
)

AI = Declared(ai_media=True)
UNKNOWN_NUMBER = replace(CANDIDACY, refusal_number="")


@pytest.mark.parametrize(
    "said",
    [
        "여론 조사",
        "여 론 조 사",
        "여\u200b론\u2060조사",
        "여·론·조·사",
        "여론\u3164조사",
        "지지__율",
        "지지\u0336율\u0336",
        "ㅈㅣㅈㅣ율",
        unicodedata.normalize("NFD", "지지율"),
    ],
)
def test_a_word_that_is_read_is_found(said: str) -> None:
    assert "E13" in broken(facts(steps=[step(f"우리 후보 {said} 1위")]))


@pytest.mark.parametrize("said", ["응원과 지지 도와주세요", "지지, 도움", "친구 속 이야기", "경기 호남 모임"])
def test_seams_of_words_are_no_words(said: str) -> None:
    book = in_force(date(2026, 11, 21))
    assert not any(book.found_words(kind, said) for kind in book.words)


def test_the_name_of_another_candidate_is_found_however_it_is_set() -> None:
    rival = replace(CANDIDACY, opponents=("김경쟁",))
    assert "E15" in broken(election(step(ELECTION_TEXT + "\n김 경 쟁 후보의 비\u200b리"), candidacy=rival))


APPEAL = "이번에 꼭 뽑아 주세요. 기호 1번입니다"
OTHERS = [one for one in Purpose if one not in (Purpose.ELECTION_CAMPAIGN, Purpose.INTERNAL_OPERATIONS)]


@pytest.mark.parametrize("purpose", OTHERS)
def test_what_appeals_for_votes_is_read_whatever_its_purpose_is_called(purpose: Purpose) -> None:
    sitting = Candidacy(term_from=date(2024, 5, 30), term_until=date(2028, 5, 29))
    found = [one.severity for one in check(facts(purpose, [step(APPEAL)], candidacy=sitting))]
    assert Severity.SECOND_PERSON in found


def test_among_ones_own_staff_an_appeal_only_cautions() -> None:
    assert broken(facts(Purpose.INTERNAL_OPERATIONS, [step(APPEAL)]))["E22"].severity is Severity.WARN
    assert "E22" not in broken(election(step(ELECTION_TEXT + APPEAL)))


def test_urging_to_vote_is_free_as_long_as_it_is_for_nobody() -> None:
    free = facts(Purpose.TURNOUT, [step("소중한 권리, 꼭 투표해 주세요. 한 표가 바꿉니다")])
    assert broken(free) == {}
    assert "E22" in broken(facts(Purpose.TURNOUT, [step("투표해 주세요. 기호 1번")]))


@pytest.mark.parametrize("marker", ["(선거운동정보)", "[선거 운동 정보]", "(선거\u200b운동정보)안녕"])
def test_what_calls_itself_campaigning_is_campaigning(marker: str) -> None:
    verdict = broken(facts(steps=[step(f"{marker} 안녕하세요")]))["E22"]
    assert verdict.severity is Severity.BLOCK
    assert "E22" not in broken(facts(steps=[step("선거운동정보 수신에 동의해 주셔서 고맙습니다")]))


def test_what_calls_itself_advertising_is_read_by_another() -> None:
    assert broken(facts(steps=[step("(광고) 책을 냈습니다")]))["E22"].severity is Severity.SECOND_PERSON
    assert "E22" not in broken(facts(Purpose.COMMERCIAL, [step(AD_TEXT)]))


def test_a_programme_about_ai_is_no_label() -> None:
    before = at(date(2026, 3, 4))
    for text in ("인공지능 도시를 만들겠습니다", "(AI 산업 육성)"):
        assert "E11" in broken(election(step(ELECTION_TEXT + "\n" + text), declared=AI, send_at=before))


def test_refusals_at_a_number_that_nobody_registered_reach_nobody() -> None:
    verdict = broken(election(candidacy=UNKNOWN_NUMBER))["E07"]
    assert (verdict.severity, verdict.fixes[0].field) == (Severity.BLOCK, "candidate")
    assert "080-123-4567" in verdict.ko
    by_link = ELECTION_TEXT.replace("080-123-4567", "https://hanpyo.example.kr/l/00000000000")
    assert "E07" not in broken(election(step(by_link), candidacy=UNKNOWN_NUMBER))


def test_no_resident_number_in_subject_or_button() -> None:
    number = "900101-1234568"
    assert "P03" in broken(facts(steps=[step(subject=number)]))
    assert "P03" in broken(facts(steps=[step(buttons=(number,))]))
