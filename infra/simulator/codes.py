"""Status codes with their words, in Korean (the wire protocol's) and English (for the page)."""

_WORDS: dict[str, tuple[str, str]] = {
    "1010": ("필수 입력 값이 입력되지 않음", "a required value is missing"),
    "1011": ("형식 오류", "format error"),
    "1013": ("SMS에는 제목을 넣을 수 없음", "an SMS takes no subject"),
    "1014": ("제목은 40바이트까지 가능", "the subject is over 40 bytes"),
    "1023": ("존재하지 않는 이미지", "no such image"),
    "1025": ("잘못된 메시지 타입", "bad message type"),
    "1026": ("수신번호 중복", "duplicate recipient"),
    "1028": ("출력할 수 없는 문자 포함", "non-printable characters"),
    "1029": ("EUC-KR로 표현할 수 없는 문자 포함", "characters outside EUC-KR"),
    "1030": ("잔액 부족", "insufficient balance"),
    "1031": ("메시지 길이 초과", "the text is too long"),
    "1032": ("잘못된 customFields", "bad customFields"),
    "1033": ("카카오 옵션은 카카오 메시지에만 사용 가능", "Kakao options on a text"),
    "1034": ("이미지 아이디 누락", "the image id is missing"),
    "1041": ("등록되지 않은 카카오 채널", "unknown Kakao channel"),
    "1042": ("등록되지 않은 템플릿", "unknown template"),
    "1043": ("등록된 템플릿과 내용이 다름", "the text differs from its template"),
    "1044": ("잘못된 버튼", "bad button"),
    "1045": ("잘못된 버튼 URL", "bad button URL"),
    "1046": ("템플릿에 버튼이 있음", "the template has buttons"),
    "1047": ("템플릿에 버튼이 없음", "the template has no buttons"),
    "1048": ("버튼 URL이 100자를 넘음", "a button URL is over 100 characters"),
    "1049": ("버튼 이름이 14자를 넘음", "a button name is over 14 characters"),
    "1050": ("버튼이 5개를 넘음", "more than 5 buttons"),
    "1051": ("등록되지 않은 이미지", "an image that was not uploaded for this"),
    "1058": ("발송 경로 없음", "no route"),
    "1061": ("수신거부한 번호 (080 무료수신거부)", "the recipient opted out"),
    "1062": ("등록되지 않은 발신번호", "the sender number is not registered"),
    # The carrier's own answer ends in a space; clients must not depend on it being trimmed.
    "2000": ("정상 접수(이통사로 접수 예정) ", "accepted, going to the carrier"),
    "3000": ("이통사로 접수되어 결과 대기 중", "at the carrier, waiting for its report"),
    "3005": ("발송했으나 수신 확인 안 됨", "sent, receipt not confirmed"),
    "3011": ("형식 오류", "format error"),
    "3047": ("착신 거절", "the phone refuses"),
    "3103": ("템플릿과 내용이 다름", "the text differs from its template"),
    "3032": ("가입자 없음", "not a subscriber"),
    "3040": ("전송 시간 초과", "expired"),
    "3042": ("음영 지역", "out of coverage"),
    "3043": ("단말기 전원 꺼짐", "the phone is switched off"),
    "3054": ("스팸 차단", "blocked as spam"),
    "3102": ("카카오톡 채널 친구가 아님", "not a friend of the channel"),
    "3108": ("발송 가능 시간이 아님", "outside the hours of sending"),
    "3104": ("카카오톡 미사용자", "not a KakaoTalk user"),
    "3107": ("알림톡 차단 또는 72시간 내 카카오톡 미사용", "blocked, or no KakaoTalk for 72 hours"),
    "4000": ("수신완료", "delivered"),
    "CANCELLED": ("예약 취소", "cancelled before its time"),
}


def status_message(code: str) -> str:
    """The `statusMessage` of the wire protocol."""
    return _WORDS.get(code, (code, code))[0]


def meanings(language: str) -> dict[str, str]:
    """Code → words for the page, in `ko` or `en`."""
    column = 1 if language == "en" else 0
    return {code: words[column].strip() for code, words in _WORDS.items()}
