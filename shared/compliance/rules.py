"""The rule book: every rule with its article, and the one question a launch asks."""

from shared.compliance import advertising, delivery, election, privacy
from shared.compliance.facts import CampaignFacts, Rule, Severity, Verdict

RULES: tuple[Rule, ...] = (
    Rule(
        "E02",
        "공직선거법 제59조 2호",
        "자동 동보통신 8회 제한",
        "At most eight automatic sends",
        election.too_many_sends,
    ),
    Rule(
        "E03",
        "공직선거관리규칙 제25조의10",
        "신고한 발신번호",
        "Reported sender number",
        election.unreported_sender,
    ),
    Rule(
        "E04",
        "공직선거법 제82조의5 제2항",
        "선거운동정보 표시",
        "Required wording",
        election.missing_wording,
    ),
    Rule(
        "A02",
        "정보통신망법 제50조 제3항",
        "야간 광고 제한",
        "No advertising at night",
        advertising.sent_at_night,
    ),
    Rule(
        "A03",
        "정보통신망법 제50조 제4항",
        "광고 표시",
        "Advertising label",
        advertising.unlabelled_advertising,
    ),
    Rule(
        "A07",
        "카카오 알림톡 운영정책",
        "알림톡 선거운동 금지",
        "No campaigning by Alimtalk",
        advertising.campaigning_by_alimtalk,
    ),
    Rule(
        "P01",
        "개인정보 보호법 제15조, 제20조",
        "출처 없는 연락처",
        "Contacts without a source",
        privacy.unsourced_people,
    ),
    Rule(
        "K01",
        "카카오 알림톡 템플릿 검수",
        "승인된 템플릿",
        "Approved template",
        delivery.unreviewed_template,
    ),
    Rule(
        "V01",
        "발송사 규격",
        "보낼 수 있는 내용",
        "Sendable content",
        delivery.unsendable_text,
    ),
    Rule(
        "V03",
        "전기통신사업법 제84조의2",
        "등록된 발신번호",
        "Registered sender",
        delivery.unregistered_sender,
    ),
)


def check(facts: CampaignFacts) -> list[Verdict]:
    """Every broken rule, in the order of the book; an empty list allows the launch."""
    found = ((rule, rule.find(facts)) for rule in RULES)
    return [
        Verdict(rule.id, finding.severity, rule.article, finding.ko, finding.en)
        for rule, finding in found
        if finding
    ]


def allowed(verdicts: list[Verdict]) -> bool:
    """Whether nothing among the verdicts forbids the launch."""
    return all(verdict.severity is not Severity.BLOCK for verdict in verdicts)
