"""What the carriers themselves refuse: text that cannot be shown, is too long, or has no sender."""

from shared.compliance.facts import CampaignFacts, Finding, Severity, StepFacts


def unsendable_text(facts: CampaignFacts) -> Finding | None:
    """A text holds only characters of CP949 and fits its kind (SOLAPI 1014, 1029, 1031)."""
    for step in facts.steps:
        finding = _unsendable(step)
        if finding:
            return finding
    return None


def unregistered_sender(facts: CampaignFacts) -> Finding | None:
    """A sender number is registered beforehand (전기통신사업법 제84조의2; SOLAPI 1062).

    Blocks a sender that is missing or registered on a later day. A number whose day nobody noted only warns:
    the carrier knows, and refuses what is not registered.
    """
    for step in facts.steps:
        sender = step.sender
        if sender is None or (sender.registered_on and sender.registered_on > facts.send_day):
            return Finding(
                f"{step.position}단계의 발신번호(발신프로필)가 발송사에 등록되어 있지 않습니다.",
                f"The sender of step {step.position} is not registered with the carrier.",
            )
    for step in facts.steps:
        if step.is_text and step.sender and step.sender.registered_on is None:
            return Finding(
                f"{step.position}단계 발신번호의 등록일이 적혀 있지 않습니다. "
                "등록하지 않은 번호는 발송사가 거절합니다.",
                f"The registration day of the sender of step {step.position} is not noted; "
                "a carrier refuses senders that are not registered.",
                Severity.WARN,
            )
    return None


def unreviewed_template(facts: CampaignFacts) -> Finding | None:
    """Kakao refuses an Alimtalk whose template it has not approved (SOLAPI 1042, 3105)."""
    if all(step.template_approved for step in facts.steps):
        return None
    return Finding(
        "카카오의 검수를 받지 않은 알림톡 템플릿은 발송이 거절됩니다. 승인된 템플릿을 쓰세요.",
        "Kakao will refuse an Alimtalk whose template it has not approved.",
        Severity.WARN,
    )


def _unsendable(step: StepFacts) -> Finding | None:
    if not step.text.strip():
        return Finding(
            f"{step.position}단계의 내용이 비어 있습니다.", f"Step {step.position} has no content."
        )
    if step.unsendable:
        shown = " ".join(step.unsendable[:10])
        return Finding(
            f"{step.position}단계에 휴대전화로 보낼 수 없는 문자가 있습니다: {shown}",
            f"Step {step.position} has characters that cannot be sent to phones: {shown}",
        )
    if step.size > step.limit or step.subject_size > step.subject_limit:
        return Finding(
            f"{step.position}단계가 너무 깁니다: 본문 {step.size}/{step.limit}, "
            f"제목 {step.subject_size}/{step.subject_limit}.",
            f"Step {step.position} is too long: body {step.size}/{step.limit}, "
            f"subject {step.subject_size}/{step.subject_limit}.",
        )
    return None
