"""Words a message must carry: found missing, offered, put in (제82조의5 제2항, 정보통신망법 제50조 제4항).

The law fixes the content, not the typography.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from shared.compliance import content
from shared.compliance.candidacy import MAY_CAMPAIGN, Candidacy
from shared.compliance.facts import CampaignFacts, Finding, Fix, Inserted, Severity, StepFacts
from shared.compliance.freedom import digits
from shared.compliance.rule_set import RuleSet

_MARKER = re.compile(r"^\s*[(\[<【〔]\s*선거운동정보\s*[)\]>】〕]")
_REPORT_NUMBER = re.compile(r"불법\s*수집\s*정보\s*신고[^\d\n]{0,12}\d{3,}")
_FREE_REFUSAL = re.compile(r"무료\s*(?:수신)?\s*거부[^\d\n]{0,12}(?:0?80[\d\- ]{6,}|https?://\S+)")
_AD_ENDS = re.compile(r"무료\s*(?:수신)?\s*거부\s*:?\s*080[\d\- ]{6,}\s*$")
AD_MARKER = "(광고)"


@dataclass(frozen=True)
class Piece:
    """One thing a text must say. `words` says it, empty when unknown; `leads`: at the start."""

    ko: str
    en: str
    words: str
    leads: bool = False


def missing_in_texts(facts: CampaignFacts, book: RuleSet) -> Finding | None:
    """E04: an automatic election text says what it is, who sends it, where to report and how to refuse."""
    if not facts.is_election_text:
        return None
    return _finding(facts, "E04", facts.text_steps)


def missing_in_kakao(facts: CampaignFacts, book: RuleSet) -> Finding | None:
    """E19: the same for Kakao, but for the number, which belongs to texts; and only from a candidate."""
    steps = [step for step in facts.steps if step.is_kakao]
    if not facts.is_election or not steps:
        return None
    if facts.standing not in MAY_CAMPAIGN:
        return Finding("status", fixes=(Fix("open", field="candidate"),))
    if not facts.worded:
        return None
    return _finding(facts, "E19", [step for step in steps if step.is_brand])  # Alimtalk: A07


def unlabelled_advertising(facts: CampaignFacts, book: RuleSet) -> Finding | None:
    """A03: an advertising text starts with (광고), names its sender and ends with the free refusal."""
    if not facts.is_advertising:
        return None
    if any(one.rule == "A03" for one in facts.inserted):
        return Finding("inserted", severity=Severity.INSERT)
    if not all(_labelled(step) for step in facts.labelled_steps):
        return Finding("unlabelled", fixes=_ad_fixes(facts))
    name = facts.candidacy.name if facts.candidacy else ""
    if name and any(name not in step.said_to_all for step in facts.labelled_steps):
        return Finding("unnamed", {"name": name})
    return None


def insertions(facts: CampaignFacts) -> tuple[Inserted, ...]:
    """What is put in by itself: only what makes a text complete, and only if the camp wants it."""
    if facts.candidacy is None or not facts.candidacy.insert_wording:
        return ()
    found = [*content.ai_labels(facts)]
    if facts.is_election:
        found += [one for step in facts.steps for one in _election_words(facts.candidacy, step)]
    if facts.is_advertising:
        found += [one for step in facts.labelled_steps for one in _ad_words(facts.candidacy, step)]
    return tuple(found)


def with_insertions(body: str, inserted: Iterable[Inserted]) -> str:
    """A body with what was put in before and after it."""
    for one in inserted:
        body = one.prefix + body + one.suffix
    return body


def missing_pieces(step: StepFacts, candidacy: Candidacy | None) -> list[Piece]:
    """What an election message lacks, in the order it is written."""
    known = candidacy or Candidacy()
    text = step.said_to_all
    checks = [
        (
            _MARKER.search(text),
            Piece("맨 앞의 (선거운동정보)", "(선거운동정보) at the very start", "(선거운동정보)", True),
        ),
        (
            not step.is_text or names_number(step, known),
            Piece("발신 전화번호", "the sender's phone number", _signature(step, known)),
        ),
        (
            _REPORT_NUMBER.search(text),
            Piece(
                "불법수집정보 신고 전화번호(예: 불법수집정보 신고 118)",
                "the number for reporting illegally collected data (불법수집정보 신고 118)",
                f"불법수집정보 신고 {known.report_number}",
            ),
        ),
        (
            _FREE_REFUSAL.search(text),
            Piece(
                "무료 수신거부 방법(예: 무료수신거부 080-…)",
                "a free way to refuse (무료수신거부 080-…)",
                f"무료수신거부 {known.refusal_number}" if known.refusal_number else "",
            ),
        ),
    ]
    return [piece for found, piece in checks if not found]


def names_number(step: StepFacts, candidacy: Candidacy) -> bool:
    """The candidate's number, or the one it is sent from, stands in the body, however it is hyphenated."""
    numbers = [digits(step.sender.value) if step.sender else "", digits(candidacy.phone)]
    written = re.sub(r"(?<=\d)[-.\s)]+(?=\d)", "", step.said_to_all)
    return any(number and number in written for number in numbers)


def _finding(facts: CampaignFacts, rule: str, steps: Iterable[StepFacts]) -> Finding | None:
    missing = {step.position: missing_pieces(step, facts.candidacy) for step in steps}
    pieces = list(dict.fromkeys((one.ko, one.en) for found in missing.values() for one in found))
    if pieces:
        fixed = {step.position for step in facts.steps if step.fixed}
        fixes = tuple(_fix(step, found) for step, found in missing.items() if found and step not in fixed)
        return Finding("missing", {"what": _joined(pieces)}, fixes=fixes)
    inserted = [one for one in facts.inserted if one.rule == rule]
    if not inserted:
        return None
    what = list(dict.fromkeys((one.what_ko, one.what_en) for one in inserted))
    return Finding("inserted", {"what": _joined(what)}, Severity.INSERT)


def _fix(step: int, pieces: list[Piece]) -> Fix:
    """What can be put in at once; what we do not know is asked for where it is kept."""
    if any(not piece.words for piece in pieces):
        return Fix("open", step=step, field="candidate")
    return Fix("insert", step=step, prefix=_prefix(pieces), suffix=_suffix(pieces))


def _election_words(candidacy: Candidacy, step: StepFacts) -> list[Inserted]:
    pieces = missing_pieces(step, candidacy)
    if not pieces or step.fixed or not (step.is_text or step.is_kakao):
        return []
    if any(not piece.words for piece in pieces):
        return []
    rule = "E04" if step.is_text else "E19"
    ko, en = _joined([(piece.ko, piece.en) for piece in pieces])
    return [Inserted(rule, step.position, _prefix(pieces), _suffix(pieces), ko, en)]


def _ad_words(candidacy: Candidacy, step: StepFacts) -> list[Inserted]:
    if not candidacy.refusal_number.startswith("080") or _labelled(step) or step.fixed:
        return []
    prefix = "" if step.said_to_all.startswith(AD_MARKER) else AD_MARKER + " "
    ends = _AD_ENDS.search(step.said_to_all) is not None
    named = "" if not candidacy.name or candidacy.name in step.said_to_all else f"\n{candidacy.name}"
    suffix = named if ends else f"{named}\n무료수신거부 {candidacy.refusal_number}"
    if ends and named:
        return []  # a name cannot be put between the text and the refusal that must come last
    return [Inserted("A03", step.position, prefix, suffix, "광고 표시", "the advertising label")]


def _ad_fixes(facts: CampaignFacts) -> tuple[Fix, ...]:
    candidacy = facts.candidacy or Candidacy()
    if not candidacy.refusal_number:
        return (Fix("open", field="candidate"),)
    found = [one for step in facts.labelled_steps for one in _ad_words(candidacy, step)]
    return tuple(Fix("insert", step=one.step, prefix=one.prefix, suffix=one.suffix) for one in found)


def _signature(step: StepFacts, candidacy: Candidacy) -> str:
    number = candidacy.phone or (step.sender.value if step.sender else "")
    return f"{candidacy.name} {number}".strip() if number else ""


def _prefix(pieces: Iterable[Piece]) -> str:
    return "".join(piece.words + "\n" for piece in pieces if piece.leads)


def _suffix(pieces: Iterable[Piece]) -> str:
    following = [piece.words for piece in pieces if not piece.leads]
    return "\n\n" + "\n".join(following) if following else ""


def _joined(pairs: Iterable[tuple[str, str]]) -> tuple[str, str]:
    pairs = list(pairs)
    return ", ".join(ko for ko, _ in pairs), ", ".join(en for _, en in pairs)


def _labelled(step: StepFacts) -> bool:
    return step.said_to_all.startswith(AD_MARKER) and _AD_ENDS.search(step.said_to_all) is not None
