"""Aligo's checks of a text request: refused as a whole, or each receiver taken or counted as an error."""

import random
import re
import secrets
from dataclasses import dataclass

from infra.simulator import network, seoul
from infra.simulator.accounts import Account
from infra.simulator.aligo_errors import Refusal
from infra.simulator.ids import now_ms
from infra.simulator.network import Parcel

_NUMBER = re.compile(r"01[016789]\d{7,8}")
_PRICES = {"SMS": 8, "LMS": 25, "MMS": 60}
_MOST_BYTES = {"SMS": 90, "LMS": 2000, "MMS": 2000}
_TITLE_BYTES = 44
_EARLIEST_MS = 10 * 60 * 1000
MOST_RECEIVERS, MOST_MASS = 1000, 500


def new_mid(at_ms: int) -> str:
    """A request's id: digits only."""
    return f"{at_ms}{random.randrange(100, 999)}"  # noqa: S311


@dataclass(frozen=True, slots=True)
class Order:
    """A text request after its checks; `failed` receivers were not taken, and nobody says which."""

    kind: str
    parcels: list[Parcel]
    failed: int


def one_text(
    account: Account, fields: dict[str, str], picture: str | None, opted_out: frozenset[str]
) -> Order:
    """`/send/`: one text to up to 1,000. Raises Refusal."""
    receivers = [each.strip().replace("-", "") for each in fields.get("receiver", "").split(",")]
    if not 1 <= len(receivers) <= MOST_RECEIVERS:
        raise Refusal(-102)
    names = dict(each.split("|", 1) for each in fields.get("destination", "").split(",") if "|" in each)
    pairs = [(to, fields.get("msg", "").replace("%고객명%", names.get(to, ""))) for to in receivers]
    return _order(account, fields, pairs, picture, opted_out)


def many_texts(
    account: Account, fields: dict[str, str], picture: str | None, opted_out: frozenset[str]
) -> Order:
    """`/send_mass/`: up to 500, each with a text of its own. Raises Refusal."""
    count = fields.get("cnt", "")
    if not count.isdecimal() or not 1 <= int(count) <= MOST_MASS or not fields.get("msg_type"):
        raise Refusal(-102)
    numbered = range(1, int(count) + 1)
    if not all(f"rec_{index}" in fields and f"msg_{index}" in fields for index in numbered):
        raise Refusal(-102)
    pairs = [(fields[f"rec_{index}"].replace("-", ""), fields[f"msg_{index}"]) for index in numbered]
    return _order(account, fields, pairs, picture, opted_out)


def _order(
    account: Account,
    fields: dict[str, str],
    pairs: list[tuple[str, str]],
    picture: str | None,
    opted_out: frozenset[str],
) -> Order:
    if fields.get("sender", "").replace("-", "") not in account.senders:
        raise Refusal(-103)
    sizes = [len(text.encode("cp949", "replace")) for _, text in pairs]
    kind = fields.get("msg_type") or _detected(max(sizes), picture)
    if kind not in _MOST_BYTES or (kind == "MMS") != (picture is not None):
        raise Refusal(-102)
    if not 0 < min(sizes) <= max(sizes) <= _MOST_BYTES[kind]:
        raise Refusal(-102)
    title = fields.get("title", "")
    if title and (kind == "SMS" or len(title.encode("cp949", "replace")) > _TITLE_BYTES):
        raise Refusal(-102)
    send_at = _send_at(fields)
    taken = [
        _parcel(fields, kind, to, text, title, picture, send_at)
        for to, text in pairs
        if _NUMBER.fullmatch(to) and not network.refuses(to, opted_out)
    ]
    return Order(kind, taken, len(pairs) - len(taken))


def _parcel(
    fields: dict[str, str],
    kind: str,
    to: str,
    text: str,
    title: str,
    picture: str | None,
    send_at: int | None,
) -> Parcel:
    # Aligo turns what EUC-KR does not have into question marks.
    shown = text.encode("cp949", "replace").decode("cp949")
    sender = fields["sender"].replace("-", "")
    price = _PRICES[kind]
    return Parcel(
        secrets.token_hex(12),
        to,
        sender,
        kind,
        shown,
        subject=title or None,
        image_id=picture,
        price=price,
        send_at=send_at,
    )


def _detected(size: int, picture: str | None) -> str:
    if picture is not None:
        return "MMS"
    return "SMS" if size <= _MOST_BYTES["SMS"] else "LMS"


def _send_at(fields: dict[str, str]) -> int | None:
    stamp = fields.get("rdate", "") + fields.get("rtime", "")
    if not stamp:
        return None
    at = seoul.read(stamp, "%Y%m%d%H%M")
    if at is None or at < now_ms() + _EARLIEST_MS - 60_000:
        raise Refusal(-105)
    return at


def affordable(balance: int) -> dict[str, int]:
    """How many texts of each kind an amount in won pays for, as `/remain/` tells it."""
    return {f"{kind}_CNT": balance // price for kind, price in _PRICES.items()}
