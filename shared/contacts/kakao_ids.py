"""KakaoTalk ids as people write them."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from shared.contacts.phones import parse_phones
from shared.contacts.vocabulary import PLACEHOLDERS, UNSEEN


class KakaoIdCell(NamedTuple):
    """What a cell held: a lower-case id, or none; and the reason codes of what could not be read."""

    kakao_id: str | None
    repaired: bool
    problems: tuple[str, ...]


_ID = re.compile(r"[a-z0-9][a-z0-9._-]{2,19}")  # Kakao: up to 20 letters, digits, dot, underscore, hyphen
_NOTE = re.compile(r"\s*[(\[][^()\[\]]*[)\]]$")
_LABEL = re.compile(r"^(?:카카오톡|카톡|카카오|kakaotalk|kakao|katalk)?\s*(?:아이디|id)?\s*[:=]\s*")


@lru_cache(maxsize=20_000)
def parse_kakao_id(cell: str) -> KakaoIdCell:
    """The Kakao id of a cell. A telephone number is no id; an empty cell and a placeholder give nothing."""
    text = unicodedata.normalize("NFKC", UNSEEN.sub("", cell)).strip().strip("'\"").lower()
    if not text or text in PLACEHOLDERS:
        return KakaoIdCell(None, False, ())
    bare = "".join(_NOTE.sub("", _LABEL.sub("", text)).removeprefix("@").split())
    if parse_phones(bare).phones:
        return KakaoIdCell(None, False, ("kakao_is_phone",))
    if re.search(r"[^\x00-\x7f]", bare):
        return KakaoIdCell(None, False, ("kakao_letters",))
    if not _ID.fullmatch(bare):
        return KakaoIdCell(None, False, ("kakao_invalid",))
    return KakaoIdCell(bare, bare != cell.strip().lower(), ())
