"""What a message says: AI media, polls, surveys, other candidates, reports, greetings."""

import re
from datetime import datetime, time, timedelta

from shared.compliance.calendar import feast_near
from shared.compliance.facts import SEOUL, CampaignFacts, Finding, Fix, Inserted, Purpose, Severity
from shared.compliance.rule_set import RuleSet
from shared.compliance.spelling import legible, stands_in

AI_LABEL = "※ 이 메시지의 이미지·음성·영상은 인공지능(AI)으로 만들었습니다."
# A programme may speak of AI; what says that AI made this names the medium too.
_MADE_BY_AI = re.compile(r"(?:인공지능|AI)[^\n]{0,20}(?:만든|만들었|만들어|생성|제작|합성)")
_MEDIUM = re.compile(r"이미지|그림|사진|음성|음향|영상|동영상|콘텐츠|생성물|메시지")
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
    return any(_MADE_BY_AI.search(line) and _MEDIUM.search(line) for line in text.splitlines())


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
    text, read = facts.all_text, legible(facts.all_text)
    names = [name for name in opponents if name and stands_in(name, text, read)]
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
        fixes = (Fix("open", field="approval"),)
        return Finding("appeal", {"words": ", ".join(words)}, Severity.SECOND_PERSON, fixes)
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


# Urging people to vote is free as long as it is for nobody (제58조의2 제3호).
_FOR_NOBODY = frozenset({"투표해 주", "투표해주", "한 표"})
_CALLS_ITSELF = re.compile(r"^\s*[(\[<【〔]\s*선거\s*운동\s*정보")
_OWN_RULE = frozenset({Purpose.ELECTION_CAMPAIGN, Purpose.LEGISLATIVE_REPORT, Purpose.HOLIDAY_GREETING})


def another_purpose(facts: CampaignFacts, book: RuleSet) -> Finding | None:
    """What a text is for follows from what it says, not from what staff chose (제58조, 제58조의2).

    A text that calls itself campaigning is; one that appeals for votes, or calls itself advertising, is read
    by a second person. Among one's own staff it only cautions.
    """
    if not facts.is_election and any(_CALLS_ITSELF.search(legible(step.text)) for step in facts.steps):
        return Finding("marked", severity=Severity.BLOCK)
    if facts.purpose in _OWN_RULE:
        return None
    return _appeal(facts, book) or _advertising(facts)


def _appeal(facts: CampaignFacts, book: RuleSet) -> Finding | None:
    free = _FOR_NOBODY if facts.purpose is Purpose.TURNOUT else frozenset()
    words = [word for word in book.found_words("vote_appeal", facts.all_text) if word not in free]
    if not words:
        return None
    inside = facts.purpose is Purpose.INTERNAL_OPERATIONS
    fixes = (Fix("open", field="approval"),)
    return Finding("appeal", {"words": ", ".join(words)}, Severity.WARN if inside else None, fixes)


def _advertising(facts: CampaignFacts) -> Finding | None:
    labelled = any(step.text.lstrip().startswith(("(광고)", "（광고）")) for step in facts.steps)
    if not labelled or facts.is_advertising:
        return None
    return Finding("advertising", fixes=(Fix("open", field="approval"),))
