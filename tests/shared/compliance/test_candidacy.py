"""Who somebody is on a day, and what the election rules make of it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.compliance import (
    Candidacy,
    Declared,
    ElectionKind,
    Moment,
    Organisation,
    Severity,
    Standing,
    check,
    key_dates,
)
from shared.compliance.candidacy import MAY_CAMPAIGN
from shared.compliance.election import calls_rest, number_in_use
from tests.shared.compliance.test_rules import (
    CANDIDACY,
    DATES,
    ELECTION_TEXT,
    SENDER,
    broken,
    election,
    facts,
    step,
)


def at(day: date, hour: int = 12) -> datetime:
    """A moment of a day in Korea."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour - 9)


@pytest.mark.parametrize(
    ("day", "standing"),
    [
        (date(2026, 2, 28), Standing.NOT_YET),
        (date(2026, 3, 1), Standing.PRE_CANDIDATE),
        (date(2026, 5, 13), Standing.PRE_CANDIDATE),
        (date(2026, 5, 14), Standing.CANDIDATE),
        (date(2026, 6, 3), Standing.CANDIDATE),
        (date(2026, 6, 4), Standing.OVER),
    ],
)
def test_the_way_of_a_candidate(day: date, standing: Standing) -> None:
    assert CANDIDACY.standing(day, DATES) is standing


@pytest.mark.parametrize(("day", "standing"), [(15, Standing.PRE_CANDIDATE), (16, Standing.EXPIRED)])
def test_who_misses_the_registration_is_one_no_longer(day: int, standing: Standing) -> None:
    assert replace(CANDIDACY, registered_on=None).standing(date(2026, 5, day), DATES) is standing


@pytest.mark.parametrize(("hour", "over"), [(17, False), (18, True), (23, True)])
def test_who_has_not_registered_by_six_in_the_evening_is_one_no_longer(hour: int, over: bool) -> None:
    waiting = replace(CANDIDACY, registered_on=None)
    last_day = at(date(2026, 5, 15), hour)
    assert ("E10" in broken(election(candidacy=waiting, send_at=last_day))) is over
    assert "E10" not in broken(election(send_at=last_day)), "registered the day before"
    came = replace(CANDIDACY, registered_on=date(2026, 5, 15))
    assert "E10" not in broken(election(candidacy=came, send_at=last_day))


def test_who_withdraws_is_one_no_longer() -> None:
    gone = replace(CANDIDACY, withdrawn_on=date(2026, 5, 20))
    assert gone.standing(date(2026, 5, 19), DATES) is Standing.CANDIDATE
    assert gone.standing(date(2026, 5, 20), DATES) is Standing.OVER


@pytest.mark.parametrize(
    ("changes", "day", "standing"),
    [
        # 제60조의2 제1항: the register opens on 2026-02-20, so nobody stood in it before.
        ({"pre_registered_on": date(2025, 5, 1)}, date(2026, 2, 19), Standing.NOT_YET),
        ({"pre_registered_on": date(2025, 5, 1)}, date(2026, 2, 20), Standing.PRE_CANDIDATE),
        # 제49조: 14 and 15 May.
        ({"pre_registered_on": None, "registered_on": date(2026, 4, 1)}, date(2026, 5, 13), Standing.NOT_YET),
        (
            {"pre_registered_on": None, "registered_on": date(2026, 4, 1)},
            date(2026, 5, 14),
            Standing.CANDIDATE,
        ),
        ({"registered_on": date(2026, 5, 16)}, date(2026, 5, 20), Standing.EXPIRED),
    ],
)
def test_days_on_which_nobody_registers_are_no_registrations(
    changes: dict[str, date | None], day: date, standing: Standing
) -> None:
    assert replace(CANDIDACY, **changes).standing(day, DATES) is standing  # type: ignore[arg-type]


def test_a_party_may_name_another_candidate_for_president_late() -> None:
    dates = key_dates(ElectionKind.PRESIDENT, date(2027, 3, 3))
    late = dates.registration_closes_on + timedelta(days=5)
    assert replace(CANDIDACY, registered_on=late).standing(late, dates) is Standing.CANDIDATE
    too_late = late + timedelta(days=1)
    assert replace(CANDIDACY, registered_on=too_late).standing(too_late, dates) is Standing.EXPIRED


def test_before_the_register_opens_its_day_is_told() -> None:
    early = replace(CANDIDACY, pre_registered_on=date(2025, 5, 1))
    verdict = broken(election(candidacy=early, send_at=at(date(2026, 2, 19))))["E09"]
    assert "2026-02-20" in verdict.ko


@given(st.dates(date(2025, 6, 1), date(2027, 1, 1)), st.booleans())
def test_nobody_campaigns_without_a_registration_that_covers_the_day(day: date, registered: bool) -> None:
    candidacy = replace(CANDIDACY, registered_on=date(2026, 5, 14) if registered else None)
    may = candidacy.standing(day, DATES) in MAY_CAMPAIGN
    end = date(2026, 6, 3) if registered else date(2026, 5, 15)
    assert may is (date(2026, 3, 1) <= day <= end)
    assert Candidacy().standing(day, DATES) not in MAY_CAMPAIGN
    assert candidacy.standing(day, None) is Standing.UNKNOWN


@pytest.mark.parametrize(
    ("changes", "rule", "named"),
    [
        ({"candidacy": None}, "E01", "후보자 등록 정보"),
        ({"dates": None}, "E01", "후보자 등록 정보"),
        ({"candidacy": Candidacy(organisation=Organisation.PARTY)}, "E01", "정당"),
        ({"send_at": at(date(2026, 6, 4))}, "E01", "끝나"),
        ({"send_at": at(date(2026, 2, 28))}, "E09", "2026-03-01"),
        ({"candidacy": Candidacy()}, "E09", "2026-02-20"),
        (
            {"candidacy": replace(CANDIDACY, registered_on=None), "send_at": at(date(2026, 5, 16))},
            "E10",
            "2026-05-15",
        ),
    ],
)
def test_only_candidates_send_election_texts(changes: dict[str, object], rule: str, named: str) -> None:
    verdict = broken(election(**changes))[rule]
    assert verdict.severity is Severity.BLOCK
    assert named in verdict.ko
    assert verdict.fixes[0].field == "candidate"
    assert rule not in broken(election())


def test_the_status_is_asked_again_at_each_batch() -> None:
    later = election(send_at=at(date(2026, 6, 4)))
    assert [verdict.rule for verdict in check(later, Moment.BATCH)] == ["E01"]
    assert check(election(step("no wording")), Moment.BATCH) == [], "the text was judged at the launch"


def test_other_purposes_need_no_candidate() -> None:
    assert broken(facts(candidacy=None)) == {}


def test_only_the_number_reported_last_is_in_use() -> None:
    newer = replace(SENDER, value="0233334444", reported_on=date(2026, 5, 19))
    older = replace(SENDER, reported_on=date(2026, 5, 1))
    old_step = step(ELECTION_TEXT, sender=older)
    assert "다른 발신번호" in broken(election(old_step, reported=(older, newer)))["E03"].ko
    assert "E03" not in broken(election(old_step, reported=(older, replace(newer, reported_on=None))))
    # Reported today: from tomorrow on.
    assert "E03" not in broken(
        election(old_step, reported=(older, replace(newer, reported_on=date(2026, 5, 20))))
    )


@given(
    st.lists(st.dates(date(2026, 1, 1), date(2026, 6, 3)), max_size=5),
    st.dates(date(2026, 1, 1), date(2026, 6, 3)),
)
def test_the_number_in_use_was_reported_before_that_day(days: list[date], today: date) -> None:
    senders = [replace(SENDER, value=str(i), reported_on=day) for i, day in enumerate(days)]
    chosen = number_in_use(senders, today)
    counted = [one for one in senders if one.reported_on and one.reported_on < today]
    if chosen is None:
        lasts = [
            one for one in counted if one.reported_on == max(x.reported_on for x in counted if x.reported_on)
        ]
        assert len(lasts) != 1
    else:
        assert all(one.reported_on <= senders[int(chosen)].reported_on for one in counted)  # type: ignore[operator]


@pytest.mark.parametrize(("hour", "rests"), [(22, False), (23, True), (5, True), (6, False)])
def test_calls_rest_at_night(hour: int, rests: bool) -> None:
    moment = at(date(2026, 5, 25), hour)
    assert calls_rest(moment) is rests
    called = election(step(ELECTION_TEXT, channel="call"), send_at=moment)
    assert ("E08" in broken(called)) is rests


def test_no_calls_on_election_day_and_never_by_program() -> None:
    day = at(date(2026, 6, 3))
    assert "선거일" in broken(election(step("안내", channel="call"), send_at=day))["E08"].ko
    assert "자동" in broken(election(step("안내", channel="call_automatic")))["E08"].ko


def test_texts_on_election_day_are_confirmed() -> None:
    verdict = broken(election(send_at=at(date(2026, 6, 3))))["E20"]
    [fix] = verdict.fixes
    assert (verdict.severity, fix.kind, fix.field) == (Severity.BLOCK, "declare", "election_day")
    confirmed = election(send_at=at(date(2026, 6, 3)), declared=Declared(election_day=True))
    assert broken(confirmed)["E20"].severity is Severity.WARN
    assert "E20" not in broken(election(send_at=at(date(2026, 6, 2))))
    assert "E20" not in broken(facts(send_at=at(date(2026, 6, 3)), dates=DATES))


def test_who_may_not_campaign_is_asked_once() -> None:
    assert broken(election(attested=False))["E18"].severity is Severity.WARN
    assert "E18" not in broken(facts(attested=False))
