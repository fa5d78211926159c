"""What messages say: both sides of each rule."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.compliance import (
    CampaignFacts,
    Candidacy,
    Declared,
    Moment,
    Purpose,
    Severity,
    SurveyFacts,
    check,
    in_force,
    insertions,
    with_insertions,
)
from shared.compliance.advertising import is_brand_time, is_night, next_morning
from shared.compliance.rule_set import rule_sets
from shared.contacts.identifiers import holds_resident_number
from tests.shared.compliance.test_candidacy import at
from tests.shared.compliance.test_rules import (
    AD_TEXT,
    CANDIDACY,
    DATES,
    ELECTION_TEXT,
    SENDER,
    broken,
    election,
    facts,
    step,
)

FULL = replace(CANDIDACY, name="홍길동", phone="02-1234-5678", refusal_tested_on=None)
UNKNOWN_NUMBER = replace(CANDIDACY, refusal_number="")
AI = Declared(ai_media=True)
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def test_ai_media_are_forbidden_near_the_election_and_labelled_before() -> None:
    near = election(declared=AI, send_at=at(date(2026, 3, 5)))
    assert broken(near)["E11"].severity is Severity.BLOCK
    before = election(declared=AI, send_at=at(date(2026, 3, 4)))
    assert broken(before)["E11"].fixes[0].kind == "insert"
    labelled = election(
        step(ELECTION_TEXT + "\n인공지능으로 만든 이미지"), declared=AI, send_at=before.send_at
    )
    assert "E11" not in broken(labelled)
    assert "E11" not in broken(election())


POLL = ELECTION_TEXT + "\n여론조사 1위"


@pytest.mark.parametrize(("day", "blocked"), [(27, False), (28, True)])
def test_no_polls_from_six_days_before(day: int, blocked: bool) -> None:
    found = broken(election(step(POLL), send_at=at(date(2026, 5, day))))
    assert ("E12" in found) is blocked
    assert "E12" not in broken(election(send_at=at(date(2026, 5, day))))


def test_polls_need_their_registration_or_a_second_person() -> None:
    assert broken(election(step(POLL)))["E13"].severity is Severity.SECOND_PERSON
    assert "E13" not in broken(election(step(POLL), declared=Declared(poll_reference="12345")))
    assert broken(election(step(POLL), declared=Declared(own_poll=True)))["E13"].severity is Severity.BLOCK


@pytest.mark.parametrize(
    ("survey", "send_on", "said"),
    [
        (SurveyFacts(date(2026, 4, 10), date(2026, 4, 1), True), date(2026, 4, 4), "이름"),
        (SurveyFacts(date(2026, 4, 10), date(2026, 4, 1), True), date(2026, 4, 3), None),
        (SurveyFacts(date(2026, 4, 10), date(2026, 4, 9), False), date(2026, 4, 3), "2일 전"),
        (SurveyFacts(date(2026, 4, 10), date(2026, 4, 8), False), date(2026, 4, 3), None),
        (SurveyFacts(date(2026, 4, 10), None, False), date(2026, 4, 3), "2일 전"),
        (SurveyFacts(date(2026, 4, 10), None, False, exempt=True), date(2026, 4, 3), None),
    ],
)
def test_surveys(survey: SurveyFacts, send_on: date, said: str | None) -> None:
    found = broken(facts(declared=Declared(survey=survey), dates=DATES, send_at=at(send_on))).get("E14")
    assert (said in found.ko) if said and found else (found is None and said is None)


@pytest.mark.parametrize(("hour", "blocked"), [(21, False), (22, True), (6, True), (7, False)])
def test_no_surveys_by_phone_at_night(hour: int, blocked: bool) -> None:
    survey = SurveyFacts(date(2026, 4, 10), None, False, by_phone=True, exempt=True)
    found = broken(facts(declared=Declared(survey=survey), send_at=at(date(2026, 4, 3), hour)))
    assert ("E14" in found) is blocked


def test_negative_words_about_another_candidate_need_a_second_person() -> None:
    rival = replace(CANDIDACY, opponents=("김경쟁",))
    attack = step(ELECTION_TEXT + "\n김경쟁 후보의 비리 의혹")
    verdict = broken(election(attack, candidacy=rival))["E15"]
    assert verdict.severity is Severity.SECOND_PERSON
    assert "김경쟁" in verdict.ko
    assert "E15" not in broken(election(attack)), "nobody of that name runs"
    assert "E15" not in broken(election(step(ELECTION_TEXT + "\n김경쟁 후보와 토론"), candidacy=rival))


def test_reports_of_legislative_work_are_a_sitting_lawmakers() -> None:
    sitting = Candidacy(term_from=date(2024, 5, 30), term_until=date(2028, 5, 29))
    report = Purpose.LEGISLATIVE_REPORT
    assert "E16" not in broken(facts(report, candidacy=sitting))
    assert "E16" in broken(facts(report))
    assert "E16" in broken(facts(report, candidacy=replace(sitting, term_until=date(2026, 5, 1))))
    assert (
        "지지" in broken(facts(report, [step("의정보고. 지지를 부탁드립니다")], candidacy=sitting))["E16"].ko
    )
    by_phone = facts(report, [step(channel="call")], candidacy=sitting, dates=DATES)
    assert "90일" in broken(by_phone)["E16"].ko


def test_greetings_at_a_feast_are_free() -> None:
    greeting = facts(Purpose.HOLIDAY_GREETING, [step("즐거운 명절 보내세요")], send_at=at(date(2026, 9, 24)))
    assert "E17" not in broken(greeting)
    assert broken(replace(greeting, send_at=at(date(2026, 8, 1))))["E17"].severity is Severity.SECOND_PERSON
    appeal = replace(greeting, steps=(step("추석 인사드리며 기호 1번 한 표 부탁"),))
    assert "기호" in broken(appeal)["E17"].ko


def test_kakao_campaigning_has_the_same_words_but_no_number() -> None:
    text = "(선거운동정보) 홍길동\n불법수집정보 신고 118\n무료수신거부 080-123-4567"
    kakao = step(text, channel="kakao_brand")
    assert "E19" not in broken(election(kakao))
    assert "E19" in broken(election(step("홍길동", channel="kakao_brand")))
    assert "예비후보자" in broken(election(kakao, candidacy=Candidacy()))["E19"].ko
    assert "E01" not in broken(election(kakao, candidacy=Candidacy())), "that one is about texts"


def test_missing_words_are_offered() -> None:
    facts_ = election(step("홍길동입니다"), candidacy=replace(FULL, insert_wording=False))
    [fix] = broken(facts_)["E04"].fixes
    whole = fix.prefix + "홍길동입니다" + fix.suffix
    assert "E04" not in broken(election(step(whole), candidacy=FULL))
    unknown = election(step("홍길동입니다"), candidacy=UNKNOWN_NUMBER)
    assert broken(unknown)["E04"].fixes[0].kind == "open", "no 080 number is known"


PIECES = (
    "(선거운동정보)\n",
    "홍길동 02-1234-5678\n",
    "불법수집정보 신고 118\n",
    "무료수신거부 080-123-4567\n",
)


@given(st.lists(st.booleans(), min_size=4, max_size=4), st.sampled_from(["lms", "kakao_brand"]))
def test_whatever_is_missing_what_is_put_in_makes_it_whole(there: list[bool], channel: str) -> None:
    text = "".join(piece for piece, is_there in zip(PIECES, there, strict=True) if is_there) + "안녕하세요"
    before = election(step(text, channel=channel), candidacy=FULL)
    inserted = insertions(before)
    after = election(
        step(with_insertions(text, inserted), channel=channel), candidacy=FULL, inserted=inserted
    )
    rule = "E04" if channel == "lms" else "E19"
    found = broken(after).get(rule)
    assert found is None or found.severity is Severity.INSERT
    assert insertions(after) == (), "nothing is put in twice"
    assert with_insertions(text, inserted).count("(선거운동정보)") == 1


def test_advertising_is_labelled_by_itself() -> None:
    before = facts(Purpose.COMMERCIAL, [step("도서 안내")], candidacy=FULL)
    text = with_insertions("도서 안내", insertions(before))
    assert text == "(광고) 도서 안내\n홍길동\n무료수신거부 080-123-4567"
    after = facts(Purpose.COMMERCIAL, [step(text)], candidacy=FULL, inserted=insertions(before))
    assert broken(after)["A03"].severity is Severity.INSERT
    assert insertions(replace(before, candidacy=replace(FULL, insert_wording=False))) == ()
    assert "A03" in broken(before)
    assert "홍길동" in broken(facts(Purpose.COMMERCIAL, [step(AD_TEXT)], candidacy=FULL))["A03"].ko


def test_the_way_to_refuse_is_tried_each_month() -> None:
    tested = replace(FULL, refusal_tested_on=date(2026, 4, 19))
    assert "E07" not in broken(election(candidacy=tested))
    assert "E07" in broken(election(candidacy=replace(tested, refusal_tested_on=date(2026, 4, 18))))
    assert "E07" in broken(election(candidacy=FULL))
    other = replace(tested, refusal_number="080-999-9999")
    assert "080-999-9999" in broken(election(candidacy=other))["E07"].ko
    assert broken(election(candidacy=other))["E07"].severity is Severity.BLOCK, "refusals would reach nobody"
    assert broken(election(candidacy=FULL))["E07"].severity is Severity.WARN
    assert "E07" not in broken(facts(candidacy=FULL))


def test_a_freeze_forbids_everything() -> None:
    frozen = facts(frozen_because="선관위 요청")
    assert "선관위 요청" in broken(frozen)["E21"].ko
    assert [verdict.rule for verdict in check(frozen, Moment.BATCH)] == ["E21"]
    assert "E21" not in broken(facts())


def test_people_who_refused_are_counted() -> None:
    assert broken(facts(refused=3))["E05"].severity is Severity.WARN
    assert "E05" not in broken(facts())


@pytest.mark.parametrize(
    ("without", "severity"), [(None, None), (0, None), (3, Severity.WARN), (10, Severity.BLOCK)]
)
def test_advertising_needs_consent(without: int | None, severity: Severity | None) -> None:
    ad = facts(Purpose.COMMERCIAL, [step(AD_TEXT)], reached=10, without_consent=without)
    found = broken(ad).get("A01")
    assert (found.severity if found else None) is severity
    assert "A01" not in broken(facts(reached=10, without_consent=10))


def test_fundraising_is_advertising_when_it_is_declared_so() -> None:
    fund = facts(Purpose.FUNDRAISING)
    assert "A03" not in broken(fund)
    assert "A03" in broken(replace(fund, declared=Declared(advertising=True)))


def test_everybodys_night_consent_opens_the_night() -> None:
    night = facts(Purpose.COMMERCIAL, [step(AD_TEXT)], send_at=at(date(2026, 5, 20), 22))
    assert broken(night)["A02"].fixes[0].value == "2026-05-21T08:00:00+09:00"
    assert "A02" in broken(replace(night, without_night_consent=1))
    assert "A02" not in broken(replace(night, without_night_consent=0))


@given(st.integers(0, 366 * 24 * 60).map(lambda minutes: NEW_YEAR + timedelta(minutes=minutes)))
def test_the_next_morning_is_neither_night_nor_far(moment: datetime) -> None:
    morning = next_morning(moment)
    assert not is_night(morning)
    assert is_brand_time(morning)
    assert timedelta() < morning - moment <= timedelta(days=1)


@pytest.mark.parametrize(
    ("utc", "open_"), [("22:59", False), ("23:00", True), ("11:49", True), ("11:50", False)]
)
def test_brand_messages_have_hours(utc: str, open_: bool) -> None:
    hour, minute = map(int, utc.split(":"))
    moment = datetime(2026, 5, 20, hour, minute, tzinfo=UTC)
    brand = facts(steps=[step("소식", channel="kakao_brand")], send_at=moment)
    assert ("A06" not in broken(brand)) is open_
    assert "A06" not in broken(facts(send_at=moment))


def test_no_advertising_words_in_alimtalk() -> None:
    assert "할인" in broken(facts(steps=[step("도서 할인 안내", channel="kakao_alimtalk")]))["A07"].ko
    assert "A07" not in broken(facts(steps=[step("도서 할인 안내")]))


@pytest.mark.parametrize(
    ("lacking", "severity"),
    [(None, Severity.WARN), (0, None), (1, Severity.WARN), (9, Severity.WARN), (10, Severity.BLOCK)],
)
def test_sensitive_fields_are_for_those_who_agreed(lacking: int | None, severity: Severity | None) -> None:
    """None: nobody was asked about, as for a message to one's own number."""
    words = [step(variables=("이름", "지지성향"))]
    used = facts(steps=words, sensitive=("지지성향",), reached=10, without_sensitive_consent=lacking)
    found = broken(used).get("P02")
    assert (found.severity if found else None) is severity
    assert found is None or "지지성향" in found.ko
    assert "P02" not in broken(replace(used, sensitive=()))


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("번호 900101-1234568 입니다", True),  # the check digit fits
        ("번호 900101-1234567 입니다", False),
        ("901301-1234568", False),
        ("010-1234-5678 2026-05-20", False),
        ("99001011234568", False),
    ],
)
def test_resident_numbers_are_told_from_other_digits(text: str, held: bool) -> None:
    assert holds_resident_number(text) is held
    assert ("P03" in broken(facts(steps=[step(text)]))) is held


def test_the_quota_and_the_balance_suffice() -> None:
    assert "V04" in broken(facts(quota_remaining=9, messages=10))
    assert "V04" not in broken(facts(quota_remaining=10, messages=10))
    assert "V04" in broken(facts(balance_krw=99, cost_krw=100))
    assert "V04" not in broken(facts(balance_krw=100, cost_krw=100))
    assert "V04" not in broken(facts(messages=10)), "nobody asked"


def test_the_same_text_twice_in_a_day_is_told() -> None:
    assert broken(facts(repeated=1))["V02"].severity is Severity.WARN
    assert "V02" not in broken(facts())


@pytest.mark.parametrize(("breaks", "fits"), [(99, True), (100, False)])
def test_a_brand_message_has_a_hundred_lines(breaks: int, fits: bool) -> None:
    lines = "소식" + "\n" * breaks + "끝"
    assert ("V01" not in broken(facts(steps=[step(lines, channel="kakao_brand", line_breaks=99)]))) is fits
    assert "V01" not in broken(facts(steps=[step(lines, channel="lms")]))


def test_what_no_account_sends_is_refused() -> None:
    offered = step(channel="kakao_brand")
    assert "V03" not in broken(facts(steps=[offered]))
    found = broken(facts(steps=[offered, replace(offered, position=2, offered=False)]))["V03"]
    assert (found.severity, "2단계" in found.ko) == (Severity.BLOCK, True)


def test_a_reviewed_brand_message_is_judged_and_nothing_is_put_in() -> None:
    reviewed = step("홍길동", channel="kakao_brand", reviewed=True)
    found = election(reviewed, candidacy=FULL)
    assert broken(found)["E19"].severity is Severity.BLOCK
    assert broken(found)["E19"].fixes == ()
    assert insertions(found) == ()
    ad = facts(Purpose.COMMERCIAL, [step("도서 안내", channel="kakao_brand")], candidacy=FULL)
    assert broken(ad)["A03"].severity is Severity.BLOCK
    assert [one.rule for one in insertions(ad)] == ["A03"], "a brand message is marked as advertising too"


BATCH = Moment.BATCH


def at_batch(found: CampaignFacts) -> set[str]:
    return {one.rule for one in check(replace(found, worded=False), BATCH)}


def test_what_time_changes_is_asked_of_each_batch() -> None:
    """Both sides of each: the day before nothing, the day after the rule."""
    poll = step(POLL)
    assert "E12" not in at_batch(election(poll, send_at=at(date(2026, 5, 27))))
    assert "E12" in at_batch(election(poll, send_at=at(date(2026, 5, 28))))
    assert "E11" not in at_batch(election(declared=AI, send_at=at(date(2026, 3, 4)))), "labels: at the launch"
    assert "E11" in at_batch(election(declared=AI, send_at=at(date(2026, 3, 5))))
    named = Declared(survey=SurveyFacts(date(2026, 4, 10), date(2026, 4, 1), True))
    assert "E14" not in at_batch(facts(declared=named, dates=DATES, send_at=at(date(2026, 4, 3))))
    assert "E14" in at_batch(facts(declared=named, dates=DATES, send_at=at(date(2026, 4, 4))))
    kakao = step("홍길동", channel="kakao_brand")
    over = replace(CANDIDACY, withdrawn_on=date(2026, 5, 20))
    assert "E19" not in at_batch(election(kakao, candidacy=over, send_at=at(date(2026, 5, 19))))
    assert "E19" in at_batch(election(kakao, candidacy=over, send_at=at(date(2026, 5, 20))))


def test_the_number_in_use_is_asked_of_each_batch() -> None:
    sent = election(reported=(SENDER,))
    newer = replace(SENDER, value="0299998888", reported_on=date(2026, 5, 20))
    assert "E03" not in at_batch(sent)
    changed = replace(sent, reported=(SENDER, newer))
    assert "E03" not in at_batch(changed), "reported today, used from tomorrow"
    assert "E03" in at_batch(replace(changed, send_at=at(date(2026, 5, 21))))


def test_every_rule_is_explained_in_both_languages() -> None:
    book = in_force(date(2026, 11, 21))
    wanted = {f"E{i:02}" for i in range(1, 23)} | {f"A{i:02}" for i in range(1, 8)}
    wanted |= {"P01", "P02", "P03", "V01", "V02", "V03", "V04", "K01"}
    assert set(book.rules) == wanted
    for rule in book.rules.values():
        assert rule.article
        assert re.search("[가-힣]", rule.explanation.ko)
        assert not re.search("[가-힣]{8}", rule.explanation.en)
        for words in rule.messages.values():
            assert set(re.findall(r"{\w+}", words.ko)) == set(re.findall(r"{\w+}", words.en))
    assert "법률 자문이 아닙니다" in book.disclaimer.ko


def test_the_rule_set_is_chosen_by_the_day(tmp_path: object) -> None:
    first = [one for one in rule_sets() if one.in_force_from == rule_sets()[0].in_force_from]
    assert in_force(date(2020, 1, 1)) == first[-1]
    assert [one.version for one in first] == sorted(one.version for one in first)
    from pathlib import Path

    from shared.compliance.rule_set import FOLDER

    folder = Path(str(tmp_path))
    text = (FOLDER / "2026-04-22.json").read_text()
    (folder / "a.json").write_text(text)
    later = text.replace('"2026-04-22.1"', '"2027"').replace(
        '"in_force_from": "2026-04-22"', '"in_force_from": "2027-01-01"'
    )
    (folder / "b.json").write_text(later)
    assert in_force(date(2026, 12, 31), folder).version == "2026-04-22.1"
    assert in_force(date(2027, 1, 1), folder).version == "2027"
