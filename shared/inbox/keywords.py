"""Whether what somebody wrote is a refusal: 수신거부, 거부, 해지, 그만, STOP, 차단, said by itself.

The whole message must be the word, for a wrong guess silences somebody who did not ask for it, and a missed
one is read by a member anyway. 공직선거법 제82조의5 제1항: nobody is written to against an explicit refusal.
"""

import re
import unicodedata

_WORDS = "수신거부|거부|해지|그만|stop|차단|unsubscribe"
# What may stand behind the word without changing what is said.
_ENDINGS = (
    "합니다|해요|할게요|하겠습니다|요|바랍니다|신청|신청합니다|처리|처리해주세요|부탁|부탁해요|부탁드려요|부탁드립니다"
    "|해주세요|해줘요|해주십시오|해|보내|보내요|보내세요|보내주세요|보내십시오|문자|하세요|해라"
)
_REFUSAL = re.compile(rf"(?:무료|문자|광고)?(?:(?:{_WORDS})(?:{_ENDINGS})?)+")
_LONGEST = 40


def is_refusal(message: str) -> bool:
    """Whether a whole message is a refusal: "수신 거부합니다.", "Stop!"; not "거부감", "해지되나요?"."""
    words = _normalised(message)
    return 0 < len(words) <= _LONGEST and _REFUSAL.fullmatch(words) is not None


def _normalised(message: str) -> str:
    """Lower case, one form of each letter, without spaces, signs, pictures; a question stays one."""
    letters = unicodedata.normalize("NFKC", message).casefold()
    return "".join(letter for letter in letters if letter == "?" or _is_letter(letter))


def _is_letter(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LN"
