"""The words that lists use: column headers, placeholders, titles, misspelt mail domains."""

import re

# What nobody sees and a copy from a messenger, a web page or a word processor brings along.
UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u115f\u1160\u200b-\u200f\u202a-\u202e\u2060-\u2069"
    r"\u3164\ufeff\uffa0]"
)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# What people type into a cell that holds nothing.
PLACEHOLDERS = frozenset(
    _words(
        """
        없음 무 미기재 모름 미상 해당없음 비공개 x n/a na none null nan test 테스트 - 0
        #n/a #ref! #value! #name? #div/0! #null! #num!"""
    )
)
NAME_PLACEHOLDERS = PLACEHOLDERS | frozenset(_words("이름없음 무명 성명 이름"))

# Headers as `headers.normalize_header` leaves them.
HEADERS = {
    "name": """
        이름 성명 성함 고객명 회원명 당원명 유권자명 참석자명 신청자명 신청자 이름한글 name
        fullname""",
    "phone": """
        휴대폰 휴대폰번호 휴대전화 휴대전화번호 핸드폰 핸드폰번호 모바일 h.p hp h.p. h/p 연락처
        연락처1 연락처2 전화번호 전화 수신번호 폰번호 휴대번호 mobile phone cell mobilephone
        phonenumber cellphone""",
    "landline": """
        집전화 집전화번호 자택전화 자택전화번호 자택번호 회사전화 직장전화 사무실 사무실전화
        유선전화 일반전화 tel""",
    "email": """이메일 이메일주소 전자우편 메일 메일주소 e-mail email mail emailaddress""",
    "kakao_id": """
        카카오톡id 카톡id 카카오id 카카오톡아이디 카톡아이디 카카오아이디 카톡 카카오톡 kakao
        kakaoid kakaotalk""",
    "address": """
        주소 자택주소 집주소 도로명주소 지번주소 상세주소 주소1 주소2 우편번호 시도 시군구
        읍면동 동 행정동 아파트 동/호 동호수 거주지 address""",
    "birth": """생년월일 생일 출생년도 출생연도 birth birthday bday dateofbirth""",
    "tags": """태그 그룹 분류 구분 tag tags group""",
    "note": """비고 메모 특이사항 참고 note notes memo remarks""",
    "consented": """
        수신동의 수신동의여부 동의여부 동의유무 마케팅동의 개인정보동의 광고수신동의 문자수신동의""",
    "consent_at": """동의일시 동의일 동의일자 수신동의일 동의날짜""",
    "ignore": """번호 no no. 순번 연번 일련번호 순서 # fax 팩스 팩스번호""",
}
FIELD_OF_HEADER = {header: field for field, headers in HEADERS.items() for header in headers.split()}

# Parts of longer headers, the telling one first.
HEADER_PARTS = (
    ("이메일", "email"),
    ("email", "email"),
    ("메일", "email"),
    ("카톡", "kakao_id"),
    ("카카오", "kakao_id"),
    ("휴대", "phone"),
    ("핸드폰", "phone"),
    ("집전화", "landline"),
    ("자택전화", "landline"),
    ("전화", "phone"),
    ("연락처", "phone"),
    ("주소", "address"),
    ("생년", "birth"),
    ("성명", "name"),
    ("이름", "name"),
    ("팩스", "ignore"),
    ("fax", "ignore"),
)
FAX = ("팩스", "fax")
# A name in two columns.
SURNAME_HEADERS = frozenset(_words("성 성씨 lastname familyname surname"))
GIVEN_NAMES = frozenset(_words("이름 명 firstname givenname"))
# Headers of a column about another person than the row's.
SOMEBODY_ELSE = _words(
    """
        추천인 추천자 소개인 소개자 담당자 보호자 비상 배우자 가족 팀장 통장 대리인 작성자 접수자 입력자
        모집자"""
)
# Columns that tell of consent and refusal, and the label under which their words are kept.
TOLD = {"opt_out": "수신거부", "consented": "동의 여부", "consent_at": "동의 일시"}
_YES = _words("y yes o ㅇ ○ ● v √ 1 true 예 네 유 on")
_NO = _words("n no x × 0 false 아니오 아니요 무 없음 해당없음 off -")
_AGREES = _words("동의 동의함 수신동의 승인 허용 수신")
_REFUSES = _words("거부 거부함 수신거부 차단 미동의 동의안함 비동의 발송금지")
# What the marks of such a column say, and in which words.
CONSENTED = {**dict.fromkeys((*_YES, *_AGREES), True), **dict.fromkeys((*_NO, *_REFUSES), False)}
REFUSED_OUTRIGHT = frozenset(_words("거부 거부함 수신거부 차단 발송금지"))  # also where consent is asked
OPTED_OUT = {**dict.fromkeys((*_YES, *_REFUSES), True), **dict.fromkeys((*_NO, *_AGREES), False)}
OPT_OUT = _words(
    "수신거부 수신거절 수신금지 수신차단 문자거부 문자금지 발송거부 발송금지 발송제외 연락거부 연락금지"
)
# Longer headers of columns of consent and of its day. Those for e-mail, calls or a third party are not among
# them: a list's consent counts for every channel.
_WHAT_FOR = (
    r"(?:(?:문자(?:메시지)?|sms|lms|광고|홍보|마케팅)*(?:정보)?수신|개인정보(?:수집|이용|활용|처리|및|/|·)*)"
)
CONSENT_SHAPE = re.compile(_WHAT_FOR + r"?동의(?:여부|유무|함)?")
CONSENT_DAY_SHAPE = re.compile(_WHAT_FOR + r"?동의(?:일|일자|일시|날짜)")
# Whether somebody receives: a column of consent if it refuses in so many words, else it may say anything.
RECEIVES_SHAPE = re.compile(
    r"(?:문자(?:메시지)?|sms|lms|광고|홍보|마케팅)+(?:정보)?수신(?:여부|유무)?|수신(?:여부|유무)"
)
# A column of marks, not of numbers or addresses: 이메일 수신동의, 전화 거부.
OF_WILL = re.compile(r"동의|거부|거절|금지|수신(?:여부|유무)")
# Sensitive information (개인정보 보호법 제23조): political opinion, party, union, belief, health.
SENSITIVE = frozenset(
    _words(
        """
        지지여부 지지성향 정치성향 성향 지지정당 당원여부 책임당원 권리당원 지지도 지지후보 정치견해
        당적 소속정당 정당 정당가입 입당일 입당일자 당원번호 당원구분 종교 신념 노조 노동조합 노조가입
        건강 건강상태 질병 장애 장애여부 장애등급"""
    )
)
# Longer headers about the same.
SENSITIVE_SHAPE = re.compile(
    r"(?:권리|책임|일반|진성|핵심)?당원(?:여부|구분|유형|종류|등급|번호|상태|현황|자격|가입일?자?)?"
    r"|(?:지지|정치|이념|투표|후보)?성향(?:여부|구분|분류|등급|점수|메모)?"
    r"|지지(?:정당|후보|강도|의사|등급|상태|유형|구분|도)(?:명|여부|자)?|당비(?:납부|여부|납부여부|약정|금액)?"
    r"|(?:입|탈|복)당(?:일자?|일시|여부|날짜|사유)|종교(?:명|구분|단체|활동)|장애(?:유형|구분|정도)|노조(?:명|여부)"
)
REFUSED = (
    (
        "resident_number",
        _words("주민등록번호 주민번호 주민등록 residentnumber residentregistration rrn"),
    ),
    ("unique_identifier", _words("여권번호 면허번호 운전면허 외국인등록번호 passport driverlicense")),
    ("financial_number", _words("계좌번호 카드번호 은행계좌 신용카드 계좌")),
)

# 홍길동 어머님 is somebody's mother: without 님 that would be no word.
POLITE_ENDINGS = ("선생님", "사모님", "어르신", "(?<!어머)(?<!아버)(?<!할머)(?<!부모)님", "씨")
TITLES = _words(
    """
        위원장 부위원장 사무국장 회장 부회장 의원 대표 사장 이사 부장 과장 교수 목사 스님
        장로 권사 집사 통장 이장 총무 원장 국장 팀장 실장"""
)
# Titles of which the beginning could be the end of a name.
LONG_TITLES = _words(
    """
        동대표 부대표 공동대표 비례대표 대표이사 시의원 구의원 도의원 군의원 국회의원 대의원 의장 부의장
        시장 군수 구청장 도지사 본부장 지부장 지회장 지점장 센터장 이사장 조합장 협회장 총재 총장 학장 교장
        교감 교사 박사 부원장 부사장 부실장 부국장 사무장 차장 대리 주임 상무 전무 감사 간사 고문 위원 반장
        동장 면장 읍장 소장 관장 단장 부단장 서기 여사 변호사 세무사 회계사 법무사 노무사 약사 전도사 보좌관
        비서관 특보 대변인 회원 고객"""
)
DOUBLE_SURNAMES = frozenset(_words("남궁 황보 제갈 사공 선우 서문 독고 동방"))
SURNAMES = frozenset(
    "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민류나진지엄채"
    "원천방공현함변염여추도소석선설마길연위표명기반라왕금옥육인맹제모탁국어은편용예경봉사부복태목"
    "형피두감음빈동온호범좌팽승간상시갈단견당화창"
)

_DOMAIN_TYPOS = {
    "naver.com": """
        naver naver.con naver.cm naver.om naver.comm naver.cpm navr.com nave.com naver.ocm
        naver.vom naver.xom naver.net naver.co anver.com navar.com never.com""",
    "gmail.com": """
        gmail gamil.com gmial.com gmail.con gmail.cm gmail.comm gmai.com gmil.com gmail.co
        gmail.cpm gmail.net gmaill.com gmail.vom gnail.com""",
    "hanmail.net": """
        hanmail hanmail.ner hanmail.nte hanmail.com hanmail.ney hanmai.net hanamil.net
        hanmaill.net hanmail.ent hamail.net""",
    "daum.net": """daum daum.ner daum.nte daum.com daum.ney duam.net daum.ent""",
    "kakao.com": """kakao kakao.con kakao.cm kakako.com""",
    "nate.com": """nate nate.con nate.net nate.cm""",
}
MAIL_DOMAINS = {typo: right for right, typos in _DOMAIN_TYPOS.items() for typo in typos.split()}
