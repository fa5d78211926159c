"""공직선거법 (Public Official Election Act): automatic election texts.

Any text this hub sends to a computed list is 자동 동보통신 (제59조 2호), in slices of twenty as well.
"""

import re
from datetime import timedelta

from shared.compliance.facts import CampaignFacts, Finding, Purpose, Severity, StepFacts

SEND_LIMIT = 8
WARN_FROM = 6

_MARKER = re.compile(r"^\s*[(\[<【〔]\s*선거운동정보\s*[)\]>】〕]")
_REPORT_NUMBER = re.compile(r"불법\s*수집\s*정보\s*신고[^\d\n]{0,12}\d{3,}")
_FREE_REFUSAL = re.compile(r"무료\s*(?:수신)?\s*거부[^\d\n]{0,12}(?:0?80[\d\- ]{6,}|https?://\S+)")


def too_many_sends(facts: CampaignFacts) -> Finding | None:
    """A candidate may send at most eight automatic texts, those as pre-candidate included."""
    if not _is_election_text(facts):
        return None
    number = facts.election_sends + 1
    if number > SEND_LIMIT:
        return Finding(
            f"자동 동보통신 선거운동 문자는 {SEND_LIMIT}회까지입니다. "
            f"이미 {facts.election_sends}회 보냈습니다.",
            f"At most {SEND_LIMIT} automatic election texts may be sent; "
            f"{facts.election_sends} have been sent already.",
        )
    if number >= WARN_FROM:
        return Finding(
            f"{SEND_LIMIT}회 중 {number}번째 자동 동보통신 문자입니다.",
            f"This is automatic election text {number} of {SEND_LIMIT}.",
            Severity.WARN,
        )
    return None


def unreported_sender(facts: CampaignFacts) -> Finding | None:
    """The number is reported to the election commission by the day before, and it is one number."""
    if not _is_election_text(facts):
        return None
    if any(_reported_too_late(step, facts) for step in facts.text_steps):
        return Finding(
            "발신번호를 발송 전날까지 관할 선거관리위원회에 신고해야 합니다. 발신번호의 신고일을 확인하세요.",
            "The sender number must be reported to the election commission by the day before "
            "sending. Check the sender's report date.",
        )
    if len({step.sender.value for step in facts.text_steps if step.sender}) > 1:
        return Finding(
            "선거운동 문자는 신고한 전화번호 1개로만 보낼 수 있습니다.",
            "Election texts may be sent from the one reported number only.",
        )
    return None


def missing_wording(facts: CampaignFacts) -> Finding | None:
    """An automatic election text says what it is, who sends it, where to report and how to refuse."""
    if not _is_election_text(facts):
        return None
    missing = [pair for step in facts.text_steps for pair in _missing_in(step)]
    if not missing:
        return None
    unique = list(dict.fromkeys(missing))
    return Finding(
        "선거운동 문자에 꼭 있어야 할 내용이 없습니다: " + ", ".join(ko for ko, _ in unique) + ".",
        "The election text lacks required wording: " + ", ".join(en for _, en in unique) + ".",
    )


def _missing_in(step: StepFacts) -> list[tuple[str, str]]:
    checks = [
        (_MARKER.search(step.text), "맨 앞의 (선거운동정보)", "(선거운동정보) at the very start"),
        (_names_sender(step), "발신 전화번호", "the sender's phone number"),
        (
            _REPORT_NUMBER.search(step.text),
            "불법수집정보 신고 전화번호(예: 불법수집정보 신고 118)",
            "the number for reporting illegally collected data (불법수집정보 신고 118)",
        ),
        (
            _FREE_REFUSAL.search(step.text),
            "무료 수신거부 방법(예: 무료수신거부 080-…)",
            "a free way to refuse (무료수신거부 080-…)",
        ),
    ]
    return [(ko, en) for found, ko, en in checks if not found]


def _names_sender(step: StepFacts) -> bool:
    """The candidate's number stands in the body, however it is hyphenated."""
    if step.sender is None:
        return False
    digits = re.sub(r"\D", "", step.sender.value)
    return digits in re.sub(r"(?<=\d)[-.\s)]+(?=\d)", "", step.text)


def _reported_too_late(step: StepFacts, facts: CampaignFacts) -> bool:
    reported_on = step.sender.reported_on if step.sender else None
    return reported_on is None or reported_on > facts.send_day - timedelta(days=1)


def _is_election_text(facts: CampaignFacts) -> bool:
    return facts.purpose is Purpose.ELECTION_CAMPAIGN and bool(facts.text_steps)
