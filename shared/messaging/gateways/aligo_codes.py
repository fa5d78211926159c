"""Aligo's result codes and words: what each one means.

Source: Aligo's API pages. They document few codes: of a text request, 1 is success and whatever is
negative is an error; of a Kakao request, 0 is success. What became of a text is told in Korean words
(`sms_state`), of a Kakao message by `rslt` with words (`rslt_message`), so both are read by tables of words:
those of the telephone carriers' common results, of which Aligo publishes no list.
"""

from collections.abc import Mapping

from shared.messaging.gateways.gateway import Outcome, Reason
from shared.messaging.gateways.unknown_codes import tell

ACCEPTED_TEXT, ACCEPTED_KAKAO = 1, 0

TEXT_CODES: dict[str, Reason] = {
    "-101": "configuration",  # the key, the user or the caller's address is not registered
    "-102": "content",
    "-103": "sender",
    "-104": "configuration",
    "-105": "content",  # the reserved time is too near or past
    "-201": "balance",
    "-804": "unknown",  # too late to cancel
    "-805": "unknown",
    "-806": "unknown",
}
KAKAO_CODES: dict[str, Reason] = {
    "-99": "configuration",
    "501": "configuration",
    "505": "kakao_template",
    "508": "sender",
    "509": "kakao_template",
    "510": "kakao_template",
    "520": "configuration",
}
BUSY = frozenset({"-900", "-901", "-999"})
"""Aligo's own trouble, as far as its answers name it: the same request can succeed later."""

# First match wins: a failed text is "발송실패[…]" or "전송실패(…)" with the reason in words.
_TEXT_WORDS: tuple[tuple[str, Outcome, Reason | None], ...] = (
    ("취소", "failed", "unknown"),
    ("결번", "failed", "invalid_number"),
    ("없는 번호", "failed", "invalid_number"),
    ("가입자", "failed", "invalid_number"),
    ("번호 오류", "failed", "invalid_number"),
    ("전원", "failed", "unreachable"),
    ("음영", "failed", "unreachable"),
    ("단말기", "failed", "unreachable"),
    ("일시정지", "failed", "unreachable"),
    ("시간초과", "failed", "expired"),
    ("시간 초과", "failed", "expired"),
    ("유효시간", "failed", "expired"),
    ("통화중", "failed", "unreachable"),
    ("서비스정지", "failed", "unreachable"),
    ("서비스 정지", "failed", "unreachable"),
    ("수신함", "failed", "unreachable"),
    ("버퍼", "failed", "unreachable"),
    ("도용", "failed", "sender"),
    ("변작", "failed", "sender"),
    ("성인", "failed", "content"),
    ("첨부", "failed", "content"),
    ("용량", "failed", "content"),
    ("글자수", "failed", "content"),
    ("시스템", "failed", "system"),
    ("서버", "failed", "system"),
    ("스팸", "failed", "spam"),
    ("수신거부", "failed", "opt_out"),
    ("거부", "failed", "blocked"),
    ("중복", "failed", "duplicate"),
    ("발신번호", "failed", "sender"),
    ("잔액", "failed", "balance"),
    ("형식", "failed", "content"),
    ("실패", "failed", "unknown"),
    ("발송완료", "delivered", None),
    ("전송완료", "delivered", None),
    ("수신완료", "delivered", None),
    ("성공", "delivered", None),
    ("대기", "pending", None),
    ("발송중", "pending", None),
    ("전송중", "pending", None),
    ("처리중", "pending", None),
    ("예약", "pending", None),
)
_KAKAO_WORDS: tuple[tuple[str, Reason], ...] = (
    ("템플릿", "kakao_template"),
    ("버튼", "kakao_template"),
    ("사용하지 않는", "kakao_not_user"),
    ("미사용", "kakao_not_user"),
    ("친구", "kakao_not_friend"),
    ("차단", "kakao_blocked"),
    ("시간이 아닙", "kakao_time"),
    ("발신프로필", "configuration"),
    ("발신 프로필", "configuration"),
    ("번호", "invalid_number"),
    ("길이", "content"),
    ("중복", "duplicate"),
    ("동의하지", "kakao_blocked"),
    ("휴면", "kakao_not_user"),
    ("이미지", "content"),
    ("초과", "expired"),
    ("서버", "system"),
    ("시스템", "system"),
)
KAKAO_RESULTS: dict[str, Reason] = {
    "K": "kakao_not_user",
    "M": "content",
    "P": "configuration",
    "U": "kakao_template",
}
_SUCCESS, _ON_ITS_WAY = "성공", ("전송중", "발송중", "처리중", "대기")
# Aligo's, and Kakao's own of the carriers that pass them on.
_KAKAO_DELIVERED = frozenset({"0", "S", "Y", "0000", "1000"})

REASONS: dict[str, Reason] = {
    **{f"text {code}": reason for code, reason in TEXT_CODES.items()},
    **{f"kakao {code}": reason for code, reason in KAKAO_CODES.items()},
    **{f"state {words}": reason for words, _, reason in _TEXT_WORDS if reason is not None},
    **{f"result {code}": reason for code, reason in KAKAO_RESULTS.items()},
    **{f"result {words}": reason for words, reason in _KAKAO_WORDS},
}


def refusal(code: str, table: Mapping[str, Reason]) -> Reason:
    """Why a whole request was refused."""
    if code not in table and code not in BUSY:
        tell("aligo", code)
    return table.get(code, "system" if code in BUSY else "unknown")


def classify_text(state: str) -> tuple[Outcome, Reason | None]:
    """What `sms_state` says. Words we do not know decide nothing, and raise the alarm."""
    for words, outcome, reason in _TEXT_WORDS:
        if words in state:
            return outcome, reason
    if state:
        tell("aligo", state)
    return "pending", None


def classify_kakao(result: str, words: str) -> tuple[Outcome, Reason | None]:
    """What `rslt` and `rslt_message` say; without a result the message is on its way."""
    if not result:
        return "pending", None
    if result in _KAKAO_DELIVERED or (_SUCCESS in words and result not in KAKAO_RESULTS):
        return "delivered", None
    if any(part in words for part in _ON_ITS_WAY):
        return "pending", None
    for part, reason in _KAKAO_WORDS:
        if part in words:
            return "failed", reason
    if result not in KAKAO_RESULTS:
        tell("aligo", result)
    return "failed", KAKAO_RESULTS.get(result, "unknown")
