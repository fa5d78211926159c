"""개인정보 보호법 (Personal Information Protection Act): who may be written to at all."""

from shared.compliance.facts import CampaignFacts, Finding, Severity


def unsourced_people(facts: CampaignFacts) -> Finding | None:
    """Whoever asks must be told where their data is from (제20조) and why we may have it (제15조).

    A contact with neither source nor legal basis is left out of every audience; this says how many those are.
    It blocks a campaign that is for nobody else.
    """
    if not facts.unsourced:
        return None
    alone = facts.reached == 0
    return Finding(
        f"출처와 처리 근거가 모두 없는 연락처 {facts.unsourced:,}명에게는 보낼 수 없어 제외합니다. "
        "연락처에 출처를 적으면 보낼 수 있습니다.",
        f"{facts.unsourced:,} contacts have neither a source nor a legal basis and are left out. "
        "Give them a source to write to them.",
        Severity.BLOCK if alone else Severity.WARN,
    )
