from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from shared.compliance import (
    FINDERS,
    CampaignFacts,
    Candidacy,
    ElectionKind,
    Purpose,
    SenderFacts,
    Severity,
    StepFacts,
    Verdict,
    allowed,
    check,
    in_force,
    is_night,
    key_dates,
)

NOON = datetime(2026, 5, 20, 3, tzinfo=UTC)  # 12:00 in Seoul
SENDER = SenderFacts("0212345678", date(2026, 1, 2), date(2026, 5, 19))
ELECTION_TEXT = (
    "(선거운동정보)\n예비후보 홍길동입니다.\n홍길동 02-1234-5678\n"
    "불법수집정보 신고 118\n무료수신거부 080-123-4567"
)
CANDIDACY = Candidacy(
    refusal_number="080-123-4567",
    refusal_tested_on=date(2026, 5, 1),
    pre_registered_on=date(2026, 3, 1),
    registered_on=date(2026, 5, 14),
)
DATES = key_dates(ElectionKind.CITY_HEAD, date(2026, 6, 3))
AD_TEXT = "(광고) 도서 안내\n출판사 02-1234-5678\n무료수신거부 080-123-4567"


def step(text: str = "안내드립니다", **changes: object) -> StepFacts:
    base = StepFacts(
        position=1,
        channel="sms",
        text=text,
        subject="",
        size=len(text.encode("cp949", "replace")),
        limit=2000,
        subject_size=0,
        subject_limit=40,
        unsendable=(),
        sender=SENDER,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def facts(
    purpose: Purpose = Purpose.EVENT_NOTICE,
    steps: Sequence[StepFacts] | None = None,
    **changes: object,
) -> CampaignFacts:
    base = CampaignFacts(purpose, NOON, tuple(steps or [step()]))
    return replace(base, **changes)  # type: ignore[arg-type]


def election(*steps: StepFacts, **changes: object) -> CampaignFacts:
    known = {"candidacy": CANDIDACY, "dates": DATES, **changes}
    return facts(Purpose.ELECTION_CAMPAIGN, steps or [step(ELECTION_TEXT)], **known)


def broken(found: CampaignFacts) -> dict[str, Verdict]:
    return {verdict.rule: verdict for verdict in check(found)}


def test_lawful_campaigns_pass() -> None:
    assert check(facts()) == []
    assert check(election()) == []
    assert check(facts(Purpose.COMMERCIAL, [step(AD_TEXT)])) == []


def test_every_rule_speaks_both_languages_and_names_its_article() -> None:
    wrong = election(step("안녕 😀", unsendable=("😀",), sender=None), election_sends=8)
    for verdict in check(wrong):
        assert verdict.message("ko") != verdict.message("en")
        assert verdict.article
    assert set(FINDERS) <= set(in_force(NOON.date()).rules)


@pytest.mark.parametrize(
    ("before", "severity"), [(4, None), (5, Severity.WARN), (7, Severity.WARN), (8, Severity.BLOCK)]
)
def test_eight_automatic_sends(before: int, severity: Severity | None) -> None:
    verdict = broken(election(election_sends=before)).get("E02")
    assert (verdict and verdict.severity) == severity
    assert allowed(check(election(election_sends=before))) is (severity is not Severity.BLOCK)


def test_the_count_binds_election_texts_only() -> None:
    assert "E02" not in broken(facts(election_sends=20))
    kakao = step("안내", channel="kakao_brand")
    assert "E02" not in broken(election(kakao, election_sends=20))


@pytest.mark.parametrize(
    ("reported_on", "lawful"),
    [(None, False), (date(2026, 5, 20), False), (date(2026, 5, 19), True)],
)
def test_the_number_is_reported_by_the_day_before(reported_on: date | None, lawful: bool) -> None:
    sender = replace(SENDER, reported_on=reported_on)
    assert ("E03" not in broken(election(step(ELECTION_TEXT, sender=sender)))) is lawful


def test_the_day_before_is_the_day_in_korea() -> None:
    sender = replace(SENDER, reported_on=date(2026, 5, 20))
    half_past_midnight = datetime(2026, 5, 20, 15, 30, tzinfo=UTC)
    found = election(step(ELECTION_TEXT, sender=sender), send_at=half_past_midnight)
    assert "E03" not in broken(found)


def test_election_texts_come_from_one_number() -> None:
    other = step(ELECTION_TEXT, position=2, sender=replace(SENDER, value="01099998888"))
    assert "E03" in broken(election(step(ELECTION_TEXT), other))


@pytest.mark.parametrize(
    ("without", "named"),
    [
        ("(선거운동정보)", "at the very start"),
        ("02-1234-5678", "sender's phone number"),
        ("불법수집정보 신고 118", "illegally collected"),
        ("무료수신거부 080-123-4567", "free way to refuse"),
    ],
)
def test_each_required_wording_is_missed(without: str, named: str) -> None:
    verdict = broken(election(step(ELECTION_TEXT.replace(without, ""))))["E04"]
    assert named in verdict.en
    assert verdict.en.count(",") == 0


@pytest.mark.parametrize(
    "text",
    [
        ELECTION_TEXT.replace("(선거운동정보)", "[선거운동정보]"),
        ELECTION_TEXT.replace("02-1234-5678", "02)1234-5678"),
        ELECTION_TEXT.replace("02-1234-5678", "0212345678"),
        ELECTION_TEXT.replace("무료수신거부 080-123-4567", "무료 거부: 0801234567"),
        ELECTION_TEXT.replace("무료수신거부 080-123-4567", "무료수신거부 https://camp.kr/x"),
    ],
)
def test_the_law_fixes_content_not_typography(text: str) -> None:
    assert "E04" not in broken(election(step(text)))


def test_the_marker_stands_at_the_start() -> None:
    assert "E04" in broken(election(step("안녕하세요 " + ELECTION_TEXT)))


def test_every_text_step_needs_the_wording() -> None:
    assert "E04" in broken(election(step(ELECTION_TEXT), step("후속", position=2)))


@pytest.mark.parametrize(("utc_hour", "night"), [(11, False), (12, True), (22, True), (23, False)])
def test_advertising_rests_from_21_to_8_in_korea(utc_hour: int, night: bool) -> None:
    moment = datetime(2026, 5, 20, utc_hour, tzinfo=UTC)
    assert is_night(moment) is night
    found = facts(Purpose.COMMERCIAL, [step(AD_TEXT)], send_at=moment)
    assert ("A02" in broken(found)) is night
    assert "A02" not in broken(facts(send_at=moment))


@pytest.mark.parametrize(
    "text",
    [
        AD_TEXT.replace("(광고)", "(광 고)"),
        AD_TEXT.replace("(광고)", "[광고]"),
        " " + AD_TEXT,
        AD_TEXT + "\n끝",
        AD_TEXT.replace("무료수신거부", "수신거부"),
    ],
)
def test_advertising_is_labelled_exactly(text: str) -> None:
    assert "A03" in broken(facts(Purpose.COMMERCIAL, [step(text)]))


def test_no_campaigning_by_alimtalk() -> None:
    alimtalk = step("안내", channel="kakao_alimtalk")
    assert "A07" in broken(election(alimtalk))
    assert "A07" not in broken(facts(steps=[alimtalk]))


@pytest.mark.parametrize(
    "changes",
    [
        {"text": " \n"},
        {"unsendable": ("😀",)},
        {"unknown_variables": ("별명",)},
        {"size": 2001},
        {"subject_size": 41},
    ],
)
def test_what_a_phone_cannot_show_is_refused(changes: dict[str, object]) -> None:
    assert "V01" in broken(facts(steps=[step(**changes)]))  # type: ignore[arg-type]


@pytest.mark.parametrize("sender", [None, replace(SENDER, registered_on=date(2026, 5, 21))])
def test_a_sender_is_registered_first(sender: SenderFacts | None) -> None:
    verdicts = check(facts(steps=[step(sender=sender)]))
    assert "V03" in [verdict.rule for verdict in verdicts]
    assert not allowed(verdicts)


def test_an_unnoted_registration_day_only_warns() -> None:
    verdicts = check(facts(steps=[step(sender=replace(SENDER, registered_on=None))]))
    assert "V03" in [verdict.rule for verdict in verdicts]
    assert allowed([verdict for verdict in verdicts if verdict.rule == "V03"])


def test_a_kakao_channel_has_no_day_of_registration_to_note() -> None:
    channel = replace(SENDER, value="KA01PF00000000000000000001", registered_on=None)
    assert "V03" not in broken(facts(steps=[step(channel="kakao_alimtalk", sender=channel)]))
