"""Checks of single messages on reception, with the status codes SOLAPI gives for each fault."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from infra.simulator.accounts import Account
from infra.simulator.bubbles import BUBBLES
from infra.simulator.kakao import KakaoRefused, check_buttons_of, resolve
from infra.simulator.network import refuses
from infra.simulator.outcomes import is_kakao

_TEXTS = frozenset({"SMS", "LMS", "MMS"})
_KAKAO = frozenset({"ATA", "CTA", "CTI", "BMS_TEXT", "BMS_IMAGE", "BMS_WIDE", "BMS_FREE"})
# Real types that this simulator has no network for.
_NO_ROUTE = re.compile(r"RCS_\w+|NSA|FAX|VOICE|BMS_\w+")
_NUMBER = re.compile(r"\d{8,12}")
_FOREIGN = re.compile(r"\d{5,15}")
_IMAGE = re.compile(r"ST01FP\w+")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MAX_BYTES = {"SMS": 90, "LMS": 2000, "MMS": 2000}
_MAX_CHARACTERS = {"ATA": 1000, "CTA": 1000, "CTI": 400}
_PRICES = {"SMS": 18, "LMS": 45, "MMS": 110, "ATA": 13}
_KAKAO_PRICE = 30


@dataclass(slots=True)
class Checked:
    """One message to one recipient after the checks; `code` is "2000" when it is accepted."""

    to: str
    sender: str
    kind: str
    text: str
    code: str
    subject: str | None = None
    image_id: str | None = None
    country: str = "82"
    kakao: dict[str, Any] | None = None
    custom: dict[str, str] = field(default_factory=dict)
    price: int = 0
    message_id: str = ""

    @property
    def accepted(self) -> bool:
        """Whether it goes on to delivery."""
        return self.code == "2000"


class Refused(Exception):
    """One message fails its checks; `code` is its status code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class Checker:
    """Checks the messages of one request against an account."""

    account: Account
    opted_out: frozenset[str]
    balance: int
    allow_duplicates: bool
    has_image: Callable[[str], bool] = lambda image_id: True
    has_bubble_image: Callable[[str, str], bool] = lambda image_id, bubble: True
    _seen: set[str] = field(default_factory=set)

    def check(self, item: dict[str, Any]) -> list[Checked]:
        """One result per recipient: `to` may be a number or a list of numbers."""
        to = item.get("to")
        return [self._check_one(item, each) for each in (to if isinstance(to, list) else [to])]

    def _check_one(self, item: dict[str, Any], to: Any) -> Checked:
        checked = Checked(
            to=to if isinstance(to, str) else "",
            sender=_text_or_empty(item.get("from")),
            kind=_text_or_empty(item.get("type")),
            text=_text_or_empty(item.get("text")),
            code="2000",
            subject=_text_or_empty(item.get("subject")) or None,
            image_id=_text_or_empty(item.get("imageId")) or None,
            country=str(item.get("country") or "82"),
        )
        try:
            self._run(checked, item)
        except (Refused, KakaoRefused) as refusal:
            checked.code = refusal.code
        return checked

    def _run(self, checked: Checked, item: dict[str, Any]) -> None:
        checked.custom = _custom_fields(item.get("customFields"))
        checked.kind = _kind(checked, item)
        _check_recipient(checked)
        self._check_sender(checked)
        self._check_content(checked, item)
        self._check_recipient_rights(checked)
        self._charge(checked)

    def _check_sender(self, checked: Checked) -> None:
        if not checked.sender:
            if is_kakao(checked.kind):
                return
            raise Refused("1010")
        if not _NUMBER.fullmatch(checked.sender):
            raise Refused("1011")
        if checked.sender not in self.account.senders:
            raise Refused("1062")

    def _check_content(self, checked: Checked, item: dict[str, Any]) -> None:
        options = item.get("kakaoOptions")
        if is_kakao(checked.kind):
            if not isinstance(options, dict):
                raise Refused("1010")
            text = checked.text or None
            checked.text, checked.kakao = resolve(self.account, checked.kind, text, options)
            _check_kakao_text(checked)
            if checked.kind == "BMS_FREE":
                checked.image_id = self._bubble_image(options.get("bms"), checked.text)
        elif options:
            raise Refused("1033")
        else:
            _check_text(checked)
            if checked.kind == "MMS" and not self.has_image(checked.image_id or ""):
                raise Refused("1023")

    def _bubble_image(self, bms: Any, text: str) -> str | None:
        """The picture of a brand message, None in a bubble of text only."""
        given = bms if isinstance(bms, dict) else {}
        kind = given.get("chatBubbleType", "TEXT")
        bubble = BUBBLES.get(kind)
        if bubble is None:
            raise Refused("1058")  # the bubbles this simulator has no network for
        if not bubble.holds(text):
            raise Refused("1031")
        check_buttons_of(bubble, given)
        image_id = _text_or_empty(given.get("imageId"))
        if bubble.tallest is None:
            return None
        if not image_id:
            raise Refused("1034")
        if not self.has_bubble_image(image_id, kind):
            raise Refused("1051")
        return image_id

    def _check_recipient_rights(self, checked: Checked) -> None:
        if refuses(checked.to, self.opted_out):
            raise Refused("1061")
        if not self.allow_duplicates and checked.to in self._seen:
            raise Refused("1026")
        self._seen.add(checked.to)

    def _charge(self, checked: Checked) -> None:
        price = _PRICES.get(checked.kind, _KAKAO_PRICE)
        if price > self.balance:
            raise Refused("1030")
        self.balance -= price
        checked.price = price


def _text_or_empty(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _custom_fields(value: Any) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Refused("1032")
    for name, each in value.items():
        if not isinstance(each, str) or len(name) > 30 or len(each) > 100:
            raise Refused("1032")
    return value


def _kind(checked: Checked, item: dict[str, Any]) -> str:
    kind = checked.kind
    if not kind:
        if item.get("autoTypeDetect") is False:
            raise Refused("1010")
        return _detected(checked, item)
    if kind in _TEXTS or kind in _KAKAO:
        return kind
    raise Refused("1058" if _NO_ROUTE.fullmatch(kind) else "1025")


def _detected(checked: Checked, item: dict[str, Any]) -> str:
    options = item.get("kakaoOptions")
    if isinstance(options, dict) and options.get("pfId"):
        return "ATA" if options.get("templateId") else "CTA"
    if checked.image_id:
        return "MMS"
    short = len(checked.text.encode("cp949", "replace")) <= _MAX_BYTES["SMS"]
    return "SMS" if short and not checked.subject else "LMS"


def _check_recipient(checked: Checked) -> None:
    if not checked.to:
        raise Refused("1010")
    shape = _NUMBER if checked.country == "82" else _FOREIGN
    if not shape.fullmatch(checked.to):
        raise Refused("1011")


def _check_text(checked: Checked) -> None:
    if not checked.text:
        raise Refused("1010")
    if checked.kind == "SMS" and checked.subject:
        raise Refused("1013")
    if checked.kind == "MMS":
        _check_image(checked.image_id)
    if checked.subject and _euc_kr_bytes(checked.subject) > 40:
        raise Refused("1014")
    if _euc_kr_bytes(checked.text) > _MAX_BYTES[checked.kind]:
        raise Refused("1031")


def _check_image(image_id: str | None) -> None:
    if not image_id:
        raise Refused("1034")
    if not _IMAGE.fullmatch(image_id):
        raise Refused("1023")


def _euc_kr_bytes(text: str) -> int:
    if _UNPRINTABLE.search(text):
        raise Refused("1028")
    try:
        return len(text.encode("cp949"))
    except UnicodeEncodeError:
        raise Refused("1029") from None


def _check_kakao_text(checked: Checked) -> None:
    if _UNPRINTABLE.search(checked.text):
        raise Refused("1028")
    if len(checked.text) > _MAX_CHARACTERS.get(checked.kind, 1300):
        raise Refused("1031")
