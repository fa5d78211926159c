"""The law at work: what a campaign is told at its preview, at its launch and at each of its batches."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from shared import compliance
from shared.compliance import (
    CampaignFacts,
    Declared,
    Moment,
    Purpose,
    Severity,
    SurveyFacts,
    Verdict,
    declarations,
    freezes,
    registers,
    sends,
)
from shared.contacts.sensitive_fields import SensitiveLabels
from shared.kernel.database import Connection
from shared.kernel.errors import ComplianceBlocked, Detail, NotFound
from shared.kernel.i18n import Text
from shared.messaging import audience, facts, splits, store_splits, verdicts
from shared.messaging import store_campaigns as store
from shared.security.cipher import TenantCipher

StepRow = dict[str, Any]
ADVERTISING, NIGHT, SENSITIVE = "advertising", "night_advertising", "sensitive"
REPEATED_WITHIN = timedelta(hours=24)
# These pass by themselves; anything else that forbids a batch stops the campaign.
PASSING = frozenset({"A02", "A06", "E21"})


@dataclass(frozen=True)
class Question:
    """What is asked about: a campaign or a draft of one (`id` None), whom it goes to, and when.

    `people`: whether its audience is counted; not for a message to one's own number. `quota`:
    (remaining, needed); `money`: (won at the carrier, what it costs).
    """

    campaign: Mapping[str, Any]
    steps: Sequence[Mapping[str, Any]]
    values: Mapping[str, str]
    send_at: datetime
    member_id: UUID | None
    people: bool = True
    declared: Declared | None = None
    quota: tuple[int, int] | None = None
    money: tuple[int, int] | None = None


@dataclass(frozen=True)
class Judgement:
    """The verdicts, and the steps with the words put in. `consents`: what people must have given."""

    facts: CampaignFacts
    verdicts: list[Verdict]
    steps: list[StepRow]
    consents: tuple[str, ...]
    content_hash: bytes
    other: "Judgement | None" = None  # of the first step's second text

    @property
    def rule_set(self) -> str:
        return compliance.in_force(self.facts.send_day).version


def judge(
    connection: Connection, cipher: TenantCipher, question: Question, moment: Moment = Moment.PREVIEW
) -> Judgement:
    """Every rule the campaign breaks, with either of its texts, were it sent to someone with these values."""
    judged, split = _judge(connection, cipher, question, moment), splits.of(connection, question.campaign)
    if split is None:
        return judged
    steps = [splits.in_words(dict(step), split, splits.B) for step in question.steps]
    asked = replace(question, steps=steps, people=False)  # whom it goes to was asked already
    return _with_other(judged, _judge(connection, cipher, asked, moment))


def _with_other(judged: Judgement, other: Judgement) -> Judgement:
    """What the second text alone breaks is said to be of it; its fixes would mend the first."""
    known = {(one.rule, one.ko) for one in judged.verdicts}
    more = [
        replace(one, ko=f"B안: {one.ko}", en=f"Text B: {one.en}", fixes=())
        for one in other.verdicts
        if (one.rule, one.ko) not in known
    ]
    both = _hash([judged.content_hash.hex(), other.content_hash.hex()])
    consents = tuple(dict.fromkeys((*judged.consents, *other.consents)))
    return replace(judged, verdicts=judged.verdicts + more, consents=consents, content_hash=both, other=other)


def _judge(connection: Connection, cipher: TenantCipher, question: Question, moment: Moment) -> Judgement:
    before = _facts(connection, cipher, question)
    inserted = compliance.insertions(before)
    steps = [_with_words(dict(step), inserted) for step in question.steps]
    asked = replace(
        before,
        steps=facts.of_steps(connection, cipher, steps, question.values) if inserted else before.steps,
        inserted=inserted,
        repeated=_repeated(connection, cipher, question, steps),
    )
    return Judgement(
        facts=asked,
        verdicts=compliance.check(asked, moment),
        steps=steps,
        consents=consents_for(question.campaign, question.send_at, asked.declared, asked.sensitive),
        content_hash=content_hash(_with_whom(connection, question.campaign), steps, asked.declared),
    )


def admit(connection: Connection, cipher: TenantCipher, question: Question, now: datetime) -> Judgement:
    """A launch before the law: counts the send, puts required words into the steps, keeps the verdicts.

    The caller holds the campaign's lock and the lock of launches. Raises ComplianceBlocked with one detail
    per broken rule, and per rule that a second person must approve and has not.
    """
    campaign_id = question.campaign["id"]
    if question.campaign["purpose"] == Purpose.ELECTION_CAMPAIGN:
        # Before the counter is read: a batch that goes on after its day takes a number beside the launches.
        registers.election_of_candidate(connection, lock=True)
    judged = judge(connection, cipher, question, Moment.LAUNCH)
    approved = declarations.is_approved(connection, campaign_id, judged.content_hash)
    details = details_of(judged.verdicts, approved=approved)
    if details:
        raise ComplianceBlocked(details=details)
    if judged.facts.is_election_text:
        place = sends.place_of(connection, campaign_id, question.send_at)
        sends.take(connection, place, campaign_id, question.send_at, question.member_id)
    keep_words(connection, campaign_id, judged)
    store.set_law(connection, campaign_id, text_hash(judged.steps), judged.consents)
    keep_verdicts(connection, cipher, judged, campaign_id, now)
    return judged


def keep_words(connection: Connection, campaign_id: UUID, judged: Judgement) -> None:
    """Write the words that were put in into the stored texts."""
    for inserted in {one.step for one in judged.facts.inserted}:
        body = next(step["body"] for step in judged.steps if step["position"] == inserted)
        store.set_body(connection, campaign_id, inserted, body)
    if judged.other is not None and judged.other.facts.inserted:
        first = judged.other.steps[0]
        store_splits.set_text(connection, campaign_id, first["subject"], first["body"])


def details_of(found: Sequence[Verdict], *, approved: bool = True) -> list[Detail]:
    """One detail per rule that forbids it; with those that a second person must approve, unless one has."""
    forbids = {Severity.BLOCK} if approved else {Severity.BLOCK, Severity.SECOND_PERSON}
    return [
        Detail(Text(verdict.ko, verdict.en), rule=verdict.rule, article=verdict.article)
        for verdict in found
        if verdict.severity in forbids
    ]


def approval_state(connection: Connection, campaign_id: UUID | None, judged: Judgement) -> str:
    """What became of the approval of exactly this content: none, requested, approved, refused."""
    if campaign_id is None:
        return "none"
    return declarations.approval_state(connection, campaign_id, judged.content_hash)


def content_hash(
    campaign: Mapping[str, Any], steps: Sequence[Mapping[str, Any]], declared: Declared
) -> bytes:
    """What an approval speaks of: purpose, audience, time, steps and declarations. SHA-256."""
    parts = {
        "purpose": str(campaign["purpose"]),
        "audience": campaign["audience"],
        "scheduled_at": _moment(campaign["scheduled_at"]),
        "steps": [_shown(step) for step in steps],
        "declared": asdict(declared),
    }
    return _hash(parts)


def _with_whom(connection: Connection, campaign: Mapping[str, Any]) -> dict[str, Any]:
    """The campaign with what its segment asks: whoever changes that changes what was approved."""
    try:
        wanted = campaign.get("launched_audience") or audience.resolved(connection, campaign["audience"])
    except NotFound:  # deleted since: no launch, and no approval of before, is of that
        wanted = campaign["audience"]
    return {**campaign, "audience": wanted}


def text_hash(steps: Sequence[Mapping[str, Any]]) -> bytes:
    """What two campaigns have in common that say and show the same. SHA-256."""
    return _hash([_said(step) for step in steps])


def declarations_of(connection: Connection, campaign_id: UUID | None) -> Declared:
    """What was declared of a campaign."""
    return declared_of(declarations.declared(connection, campaign_id))


def declared_of(stored: Mapping[str, Any]) -> Declared:
    """Declarations as they are stored, for the rules."""
    survey = stored.get("survey")
    if survey:
        days = {key: date.fromisoformat(survey[key]) for key in ("starts_on", "reported_on") if survey[key]}
        survey = SurveyFacts(**{**survey, **days})
    return Declared(**{**stored, "survey": survey})


def _facts(connection: Connection, cipher: TenantCipher, question: Question) -> CampaignFacts:
    campaign = question.campaign
    purpose = Purpose(campaign["purpose"])
    candidacy, dates = registers.load(connection, cipher)
    declared = question.declared or declarations_of(connection, campaign["id"])
    steps = facts.of_steps(connection, cipher, question.steps, question.values)
    asked = CampaignFacts(
        purpose=purpose,
        send_at=question.send_at,
        steps=steps,
        candidacy=candidacy,
        dates=dates,
        declared=declared,
        sensitive=sensitive_in(connection, cipher, question.steps),
        frozen_because=freezes.reason_for(connection, campaign["id"]),
        quota_remaining=question.quota[0] if question.quota else None,
        messages=question.quota[1] if question.quota else None,
        balance_krw=question.money[0] if question.money else None,
        cost_krw=question.money[1] if question.money else None,
    )
    if purpose is Purpose.ELECTION_CAMPAIGN:
        asked = _with_election(connection, cipher, asked, question)
    return _with_people(connection, cipher, asked, question) if question.people else asked


def _with_election(
    connection: Connection, cipher: TenantCipher, asked: CampaignFacts, question: Question
) -> CampaignFacts:
    place = sends.place_of(connection, question.campaign["id"], question.send_at)
    member_id = question.member_id
    return replace(
        asked,
        election_sends=place.before,
        reported=facts.of_senders(connection, cipher),
        attested=member_id is None or registers.attested(connection, member_id),
    )


def _with_people(
    connection: Connection, cipher: TenantCipher, asked: CampaignFacts, question: Question
) -> CampaignFacts:
    wanted, families = question.campaign["audience"], audience.families(question.steps)
    known = audience.sources(connection, cipher, wanted)
    counted = replace(
        asked,
        unsourced=known["unsourced"],
        reached=known["reached"],
        refused=audience.refused(connection, cipher, wanted),
    )
    if asked.sensitive:
        silent = audience.without_consent(connection, cipher, wanted, families, [SENSITIVE])
        counted = replace(counted, without_sensitive_consent=silent)
    if not asked.is_advertising:
        return counted
    day = audience.without_consent(connection, cipher, wanted, families, [ADVERTISING])
    night = compliance.is_night(asked.send_at)
    lacking = (
        audience.without_consent(connection, cipher, wanted, families, [ADVERTISING, NIGHT])
        if night
        else None
    )
    # Whoever lacks the day's consent is left out; the night's must be complete among the others.
    without_night = lacking - day if lacking is not None else None
    return replace(counted, without_consent=day, without_night_consent=without_night)


def consents_for(
    campaign: Mapping[str, Any], send_at: datetime, declared: Declared, sensitive: Sequence[str]
) -> tuple[str, ...]:
    """What every recipient must have agreed to. `sensitive`: the sensitive fields that the text tells."""
    asked = CampaignFacts(Purpose(campaign["purpose"]), send_at, (), declared=declared)
    own = (SENSITIVE,) if sensitive else ()
    if not asked.is_advertising:
        return own
    return (ADVERTISING, NIGHT, *own) if compliance.is_night(send_at) else (ADVERTISING, *own)


def sensitive_in(
    connection: Connection, cipher: TenantCipher, steps: Sequence[Mapping[str, Any]]
) -> tuple[str, ...]:
    """The names among the variables of steps that stand for sensitive information (제23조)."""
    used = {name for step in steps for name in facts.variables_of(step)}
    is_sensitive = SensitiveLabels(connection, cipher)
    return tuple(sorted(name for name in used if is_sensitive(name)))


def is_advertising(connection: Connection, campaign: Mapping[str, Any], now: datetime) -> bool:
    """Whether a draft is advertising in the sense of 정보통신망법 제50조, as far as staff have said."""
    return ADVERTISING in consents_for(campaign, now, declarations_of(connection, campaign["id"]), ())


def was_launched_as_advertising(campaign: Mapping[str, Any]) -> bool:
    """Whether a launched campaign is advertising: what its launch decided."""
    return ADVERTISING in campaign["consents_needed"]


def unjudged_words(campaign: Mapping[str, Any], step: StepRow, now: datetime) -> tuple[str, ...]:
    """Words of rules that a step does not say: what a variable brings in of them was seen by nobody."""
    said = f"{step['subject'] or ''}\n{step['body']}"
    book = compliance.in_force(now.astimezone(compliance.SEOUL).date())
    appeals = campaign["purpose"] not in (Purpose.ELECTION_CAMPAIGN, Purpose.INTERNAL_OPERATIONS)
    kinds = ("poll", "vote_appeal") if appeals else ("poll",)
    known = {word for kind in kinds for word in book.found_words(kind, said)}
    return tuple(word for kind in kinds for word in book.words[kind] if word not in known)


def _repeated(
    connection: Connection, cipher: TenantCipher, question: Question, steps: Sequence[StepRow]
) -> int:
    if not question.people:
        return 0
    own, at = question.campaign["id"], question.send_at
    twins = store.twins(connection, text_hash(steps), own, at, REPEATED_WITHIN)
    return audience.repeated(connection, cipher, question.campaign["audience"], twins) if twins else 0


def _with_words(step: StepRow, inserted: Sequence[compliance.Inserted]) -> StepRow:
    words = [one for one in inserted if one.step == step["position"]]
    return {**step, "body": compliance.with_insertions(step["body"], words)} if words else step


def keep_verdicts(
    connection: Connection, cipher: TenantCipher, judged: Judgement, campaign_id: UUID, now: datetime
) -> None:
    """The verdicts with their facts stay with the campaign."""
    kept = (judged.rule_set, judged.verdicts, judged.content_hash)
    verdicts.keep(connection, cipher, campaign_id, judged.facts, *kept, now)


def _rule_set(asked: CampaignFacts) -> str:
    return compliance.in_force(asked.send_day).version


def _shown(step: Mapping[str, Any]) -> dict[str, Any]:
    """All of a step but whose it is."""
    hidden = {"tenant_id", "campaign_id", "content_version"}
    # What is empty stays out: an approval given before there was such a thing holds.
    hidden |= {name for name in ("buttons", "image_link", "image_wide") if not step.get(name)}
    return {key: value for key, value in step.items() if key not in hidden}


def _said(step: Mapping[str, Any]) -> list[Any]:
    # Left out of a text alone, which was hashed before there were any.
    more = [step[name] for name in ("image_id", "image_link", "image_wide", "buttons") if step.get(name)]
    return [step["channel"], step["subject"], step["body"], *more]


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at is not None else None


def _hash(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str, separators=(",", ":"))
    return hashlib.sha256(text.encode()).digest()
