"""Short links of our own: one per recipient and address, so that a click tells who read the text.

Carriers report delivery, never reading; the open rate is unique clicks over delivered messages.
Links are found in the body as staff wrote it, before variables are filled in: a contact's data can
neither become a link nor change where one leads.
"""

import re
import secrets
from collections.abc import Mapping

# In a body: a link to the page on which its recipient refuses further messages with one tap.
OPT_OUT_VARIABLE = "수신거부링크"
OPT_OUT_TARGET = "opt-out:"  # where such a link leads, in place of an address

TOKEN_LENGTH = 11  # base62 digits that hold 64 bits
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_TOKEN = re.compile(rf"^[0-9A-Za-z]{{{TOKEN_LENGTH}}}$")

# Korean particles follow an address without a space ("…/a를"), so only ASCII belongs to it.
_LINK = re.compile(
    r"https?://[A-Za-z0-9](?:(?!#\{)[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%])*(?:#\{)?", re.IGNORECASE
)
_TRAILING = ".,;:!?'#&="


def new_token() -> str:
    """64 random bits in base62, always 11 characters; it says nothing about the person."""
    number = secrets.randbits(64)
    digits = []
    for _ in range(TOKEN_LENGTH):
        number, digit = divmod(number, 62)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))


def token_number(token: str) -> int:
    """A token as the signed 64-bit number it is stored as. Raises ValueError for what is none."""
    if not is_token(token):
        raise ValueError(token)
    number = 0
    for digit in token:
        number = number * 62 + _DIGITS.index(digit)
    if number >= 1 << 64:
        raise ValueError(token)
    return number - (1 << 64) if number >= 1 << 63 else number


def is_token(text: str) -> bool:
    """Whether a path segment can be one of our tokens at all."""
    return _TOKEN.fullmatch(text) is not None


def short_link(public_url: str, token: str) -> str:
    """The address a citizen taps."""
    return f"{public_url.rstrip('/')}/l/{token}"


def placeholder(public_url: str) -> str:
    """An address as long as every short link; it leads nowhere."""
    return short_link(public_url, "0" * TOKEN_LENGTH)


def links_in(body: str) -> tuple[str, ...]:
    """The trackable addresses in a body, each once, in order.

    An address that contains a variable is left alone: it differs for each person.
    """
    found = (_trimmed(match.group()) for match in _LINK.finditer(body))
    return tuple(dict.fromkeys(link for link in found if link))


def with_short_links(body: str, links: Mapping[str, str]) -> str:
    """The body with every address that has a short link replaced by it; the rest stays as it is."""

    def replaced(match: re.Match[str]) -> str:
        whole = match.group()
        link = _trimmed(whole)
        return links.get(link, link) + whole[len(link) :] if link else whole

    return _LINK.sub(replaced, body)


def _trimmed(link: str) -> str:
    """An address without the punctuation of the sentence around it; nothing when it has a variable."""
    if link.endswith("#{"):
        return ""
    while link and (link[-1] in _TRAILING or _closes_outside(link)):
        link = link[:-1]
    return link if re.match(r"https?://[^/?#]*\w", link, re.IGNORECASE) else ""


def _closes_outside(link: str) -> bool:
    return (link[-1] == ")" and link.count(")") > link.count("(")) or (
        link[-1] == "]" and link.count("]") > link.count("[")
    )
