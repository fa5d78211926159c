"""Values that lists spread over several columns: 성 and 이름; 우편번호, 시도, 시군구 of an address."""

import re
from collections.abc import Iterable

from shared.contacts.addresses import names_province, without_postal_code
from shared.contacts.vocabulary import DOUBLE_SURNAMES

_LEAST_REPEATED = 5  # letters of a part of an address that is left out when it is there already


def one_name(columns: Iterable[str]) -> tuple[str, str]:
    """The name that columns make together, and what is none of it (a second name), joined by commas."""
    whole, others = "", []
    for part in filter(None, columns):
        joined = _joined_name(whole, part)
        if joined is None:
            others.append(part)
        else:
            whole = joined
    return whole, ", ".join(others)


def _joined_name(whole: str, part: str) -> str | None:
    """성 and 이름 in either order, or the one that holds the other; None for two names."""
    if part in whole or whole in part:
        return max(whole, part, key=len)
    if whole.isascii() and part.isascii():
        return f"{whole} {part}"
    for surname, given in ((whole, part), (part, whole)):
        if re.fullmatch("[가-힣]", surname) or surname in DOUBLE_SURNAMES:
            return surname + given
    return None


def one_address(columns: Iterable[str]) -> str:
    """The parts of an address in their order, nothing twice; a second way to write it (지번 beside 도로명) in
    brackets."""
    whole = ""
    for part in filter(None, columns):
        bare = without_postal_code(whole)
        if not whole or f"{part} ".startswith(f"{bare} "):
            whole = whole.removesuffix(bare) + part
        elif len(part) < _LEAST_REPEATED or not whole.endswith(part):
            again = names_province(part) and names_province(whole)
            whole = f"{whole} ({part})" if again else f"{whole} {part}"
    return whole
