"""What a message says: AI media, polls, surveys, other candidates, reports, greetings."""

from datetime import datetime, time, timedelta

from shared.compliance.calendar import feast_near
from shared.compliance.facts import SEOUL, CampaignFacts, Finding, Fix, Inserted, Purpose, Severity
from shared.compliance.rule_set import RuleSet

AI_LABEL = "※ 이 메시지의 이미지·음성·영상은 인공지능(AI)으로 만들었습니다."
_SAID_BY_AI = ("인공지능", "AI로", "AI 생성", "(AI")
POLL_CALLS_END, POLL_CALLS_BEGIN = time(22, 0), time(7, 0)


def made_by_ai(facts: CampaignFacts, book: RuleSet) -> Finding | None:
    """AI media: not from D-90 to election day, and labelled before that (제82조의8)."""
    if not facts.declared.ai_media or not facts.is_election:
        return None
    if facts.dates is not None and facts.dates.days_90 <= facts.send_day <= facts.dates.election_day:
        return Finding("forbidden", fixes=(Fix("declare", field="ai_media", value="false"),))
    if not facts.worded:
        return None
    if any(one.rule == "E11" for one in facts.inserted):
        return Finding("inserted", severity=Severity.INSERT)
    lacking = [step for step in facts.steps if not says_ai(step.said_to_all)]
    if not lacking:
        return None
    return Finding(
        "unlabelled",
        fixes=tuple(Fix("insert", step=step.position, suffix="\n" + AI_LABEL) for step in lacking),
    )


def says_ai(text: str) -> bool:
    """Whether a text says that AI made its media."""
    return any(word in text for word in _SAID_BY_AI)


def ai_labels(facts: CampaignFacts) -> list[Inserted]:
    """The label for each step that lacks it; none when AI media are forbidden anyway."""
    dates = facts.dates
    forbidden = dates is not None and dates.days_90 <= facts.send_day <= dates.election_day
    if not facts.declared.ai_media or not facts.is_election or forbidden:
        return []
    return [
        Inserted("E11", step.position, "", "\n" + AI_LABEL, "인공지능 표시", "the AI label")
        for step in facts.steps
        if not step.fixed and not says_ai(step.said_to_all)
    ]


def poll_too_late(facts: CampaignFacts, book: RuleSet) -> Finding | None:
    """From D-6 to the close of the polls nothing about opinion polls (제108조 제1항)."""
    words = book.found_words("poll", facts.all_text)
    if not words or facts.dates is None:
        return None
    if not facts.dates.days_6 <= facts.send_day <= facts.dates.election_day:
        return None
    return Finding("quoted", {"words": ", ".join(words)})


def poll_without_reference(facts: CampaignFacts, book: RuleSet) -> Finding | None:
    """A poll is quoted with its registration, never a camp's own (제108조 제6항–제8항, 제12항)."""
    if facts.declared.own_poll:
        return Finding("own", severity=Severity.BLOCK)
    words = book.found_words("poll", facts.all_text)
    if not words or facts.declared.poll_reference:
        return None
    fixes = (Fix("declare", field="poll_reference"), Fix("open", field="approval"))
    return Finding("unreferenced", {"words": ", ".join(words)}, fixes=fixes)


def survey(facts: CampaignFacts, book: RuleSet) -> Finding | None:
    """Surveys: unnamed from D-60, reported two days before, no calls at night (제108조 제2·3·10항)."""
    asked = facts.declared.survey
    if asked is None:
        return None
    dates = facts.dates
    if asked.names_candidate and dates and dates.days_60 <= facts.send_day <= dates.election_day:
        return Finding("named")
    late = asked.reported_on is None or asked.reported_on > asked.starts_on - timedelta(days=2)
    if late and not asked.exempt:
        return Finding("unreported")
    return Finding("night") if asked.by_phone and poll_calls_rest(facts.send_at) else None


def poll_calls_rest(moment: datetime) -> bool:
    """22:00 to 07:00 in Korea (제108조 제10항)."""
    clock = moment.astimezone(SEOUL).time()
    return clock >= POLL_CALLS_END or clock < POLL_CALLS_BEGIN


def about_others(facts: CampaignFacts, book: RuleSet) -> Finding | None:
    """Another candidate's name with a negative word: a second person reads it (제110조, 제250조, 제251조)."""
    opponents = facts.candidacy.opponents if facts.candidacy else ()
    names = [name for name in opponents if name and name in facts.all_text]
    words = book.found_words("negative", facts.all_text)
    if not names or not words:
        return None
    found = {"names": ", ".join(names), "words": ", ".join(words)}
    return Finding("negative", found, fixes=(Fix("open", field="approval"),))


def legislative_report(facts: CampaignFacts, book: RuleSet) -> Finding | None:
    """Reports of legislative work: by a sitting lawmaker, near the election by text only (제111조)."""
    if facts.purpose is not Purpose.LEGISLATIVE_REPORT:
        return None
    if facts.candidacy is None or not facts.candidacy.in_office(facts.send_day):
        return Finding("no_lawmaker", fixes=(Fix("open", field="candidate"),))
    words = book.found_words("vote_appeal", facts.all_text)
    if words:
        return Finding("appeal", {"words": ", ".join(words)})
    dates = facts.dates
    near = dates is not None and dates.days_90 <= facts.send_day <= dates.election_day
    by_other_means = any(step.channel.startswith("call") for step in facts.steps)
    return Finding("near") if near and by_other_means else None


def holiday_greeting(facts: CampaignFacts, book: RuleSet) -> Finding | None:
    """A greeting by text at a feast is no campaigning (제58조 제1항 제6호); anything else is looked at."""
    if facts.purpose is not Purpose.HOLIDAY_GREETING:
        return None
    fixes = (Fix("open", field="approval"),)
    words = book.found_words("vote_appeal", facts.all_text)
    if words:
        return Finding("appeal", {"words": ", ".join(words)}, fixes=fixes)
    return None if feast_near(facts.send_day) else Finding("away", fixes=fixes)
