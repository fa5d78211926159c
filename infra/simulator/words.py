"""The page's words in Korean and English."""

_WORDS: dict[str, tuple[str, str]] = {
    "title": ("가상 휴대폰", "Virtual phones"),
    "tagline": (
        "한표 발송 시뮬레이터 · 실제로 발송되지 않습니다",
        "Hanpyo carrier simulator · nothing is really sent",
    ),
    "search": ("번호 검색", "Search numbers"),
    "phones_empty": ("아직 도착한 메시지가 없습니다", "No message has arrived yet"),
    "phones_empty_hint": (
        "캠페인을 발송하면 받는 사람의 휴대폰이 여기에 나타납니다.",
        "Launch a campaign and its recipients' phones appear here.",
    ),
    "nothing_found": ("찾는 번호가 없습니다", "No such number"),
    "choose": ("휴대폰을 선택하세요", "Choose a phone"),
    "choose_hint": (
        "왼쪽 목록에서 번호를 누르면 그 휴대폰의 화면이 보입니다.",
        "Pick a number on the left to look at its screen.",
    ),
    "help": ("시험 번호 안내", "Test numbers"),
    "help_intro": (
        "받는 번호의 끝 네 자리로 결과를 정할 수 있습니다. 그 밖의 번호는 모두 도착합니다.",
        "The last four digits of a number decide its fate. Every other number receives.",
    ),
    "close": ("닫기", "Close"),
    "back": ("목록", "List"),
    "other_language": ("English", "한국어"),
    "phones": ("휴대폰", "phones"),
    "more": ("더 보기", "More"),
    "older": ("이전 메시지", "Older messages"),
    "reply": ("답장 입력", "Write a reply"),
    "send": ("보내기", "Send"),
    "reply_to": ("받는 곳", "To"),
    "no_reply_hook": (
        "이 발신번호에는 답장을 받을 주소가 설정되어 있지 않아 휴대폰에만 남습니다.",
        "No reply address is set for this sender; the reply stays on the phone.",
    ),
    "opt_out": ("수신거부", "Opt out"),
    "opt_out_done": ("수신거부됨", "Opted out"),
    "opt_out_undo": ("수신거부 해제", "Undo opt-out"),
    "opt_out_ask": (
        "080 무료수신거부로 처리하고 캠프에 '수신거부'를 보냅니다.",
        "Opts out by the free 080 number and texts the camp.",
    ),
    "delivered": ("도착", "Delivered"),
    "pending": ("전송 중", "On its way"),
    "failed": ("실패", "Failed"),
    "refused": ("접수 거부", "Refused"),
    "web_sent": ("[Web발신]", "[Web발신]"),
    "alimtalk": ("알림톡 도착", "Alimtalk"),
    "brand": ("브랜드 메시지", "Brand message"),
    "kakao": ("카카오톡", "KakaoTalk"),
    "photo": ("사진", "Photo"),
    "you": ("나", "You"),
    "offline": ("시뮬레이터와 연결이 끊겼습니다. 다시 연결하는 중…", "Disconnected. Trying again…"),
    "failed_action": ("처리하지 못했습니다. 다시 시도해 주세요.", "That did not work. Try again."),
    "today": ("오늘", "Today"),
    "new_messages": ("새 메시지 ↓", "New messages ↓"),
    "magic_9001": ("전원 꺼짐 → 실패 3043", "switched off → fails 3043"),
    "magic_9002": ("가입자 없음 → 실패 3032", "no subscriber → fails 3032"),
    "magic_9003": ("스팸 차단 → 실패 3054", "blocked as spam → fails 3054"),
    "magic_9004": ("결과가 영영 오지 않음", "never reports a result"),
    "magic_9005": ("시간 초과 뒤 늦게 실패 3040", "reports late that it expired, 3040"),
    "magic_9006": ("발송사에서 수신거부 → 접수 거부 1061", "opted out at the carrier → refused 1061"),
    "magic_9007": (
        "카카오톡 미사용 → 카카오만 실패 3104, 문자는 도착",
        "no KakaoTalk → Kakao fails 3104, texts arrive",
    ),
    "magic_9008": (
        "카카오 채널 차단 → 카카오만 실패 3107, 문자는 도착",
        "blocked the channel → Kakao fails 3107, texts arrive",
    ),
    "magic_9009": ("결과 통보가 세 번 옴", "the result is reported three times"),
    "magic_9010": ("결과 통보 순서가 뒤바뀜", "results are reported out of order"),
    "magic_9011": ("미확인 상태를 거쳐 나중에 도착", "unconfirmed at first, delivered later"),
    "magic_9013": (
        "채널 친구 아님 → 브랜드 메시지만 실패 3102",
        "no friend of the channel → brand messages fail 3102",
    ),
    "magic_9012": (
        "문자만 실패 3042, 카카오는 도착",
        "texts fail 3042, Kakao arrives",
    ),
}


def words(language: str) -> dict[str, str]:
    """All words in `ko` or `en`."""
    column = 1 if language == "en" else 0
    return {name: both[column] for name, both in _WORDS.items()}
