"""정보통신망법 제50조 (Network Act): commercial advertising; and Kakao's own limits."""

import re
from datetime import datetime, time

from shared.compliance.facts import SEOUL, CampaignFacts, Finding, Purpose, StepFacts

NIGHT_STARTS, NIGHT_ENDS = time(21, 0), time(8, 0)

_AD_ENDS = re.compile(r"무료\s*(?:수신)?\s*거부\s*:?\s*080[\d\- ]{6,}\s*$")


def is_night(moment: datetime) -> bool:
    """21:00 to 08:00 in Korea, when advertising needs a separate consent."""
    clock = moment.astimezone(SEOUL).time()
    return clock >= NIGHT_STARTS or clock < NIGHT_ENDS


def sent_at_night(facts: CampaignFacts) -> Finding | None:
    """Advertising between 21:00 and 08:00 needs the person's separate consent, which we do not hold."""
    if facts.purpose is not Purpose.COMMERCIAL or not is_night(facts.send_at):
        return None
    return Finding(
        "광고는 오후 9시부터 다음 날 오전 8시까지 별도의 야간 수신 동의 없이 보낼 수 없습니다.",
        "Advertising may not be sent between 21:00 and 08:00 without a separate consent.",
    )


def unlabelled_advertising(facts: CampaignFacts) -> Finding | None:
    """An advertising text starts with (광고) exactly and ends with the free refusal number."""
    if facts.purpose is not Purpose.COMMERCIAL:
        return None
    if all(_labelled(step) for step in facts.text_steps):
        return None
    return Finding(
        "광고 문자는 맨 앞에 (광고), 맨 끝에 무료수신거부 080 번호가 있어야 합니다.",
        "An advertising text must start with (광고) and end with 무료수신거부 and the 080 number.",
    )


def campaigning_by_alimtalk(facts: CampaignFacts) -> Finding | None:
    """Alimtalk carries reviewed information only; Kakao has not opened it to campaigning."""
    by_alimtalk = any(step.channel == "kakao_alimtalk" for step in facts.steps)
    if facts.purpose is not Purpose.ELECTION_CAMPAIGN or not by_alimtalk:
        return None
    return Finding(
        "알림톡은 정보성 메시지만 보낼 수 있어 선거운동에 쓸 수 없습니다.",
        "Alimtalk is for information only and cannot be used for election campaigning.",
    )


def _labelled(step: StepFacts) -> bool:
    return step.text.startswith("(광고)") and _AD_ENDS.search(step.text) is not None
