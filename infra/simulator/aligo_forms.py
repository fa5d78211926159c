"""Aligo's requests: forms, with or without pictures, and who sends them."""

from typing import Any
from urllib.parse import parse_qsl

import falcon

from infra.simulator import accounts
from infra.simulator.accounts import Account
from infra.simulator.aligo_errors import Refusal
from infra.simulator.parts import Parts

PICTURES = ("image", "image1", "image2", "image3")
_MOST_PICTURE_BYTES = 300 * 1024


def read(req: falcon.Request) -> tuple[dict[str, str], list[bytes]]:
    """The fields and the pictures of a form. Raises Refusal."""
    if (req.content_type or "").startswith("multipart/form-data"):
        return _multipart(req)
    try:
        text = req.bounded_stream.read().decode()
    except UnicodeDecodeError:
        raise Refusal(-102) from None
    return dict(parse_qsl(text, keep_blank_values=True)), []


def _multipart(req: falcon.Request) -> tuple[dict[str, str], list[bytes]]:
    fields: dict[str, str] = {}
    pictures: list[bytes] = []
    try:
        for part in req.get_media():
            if part.name in PICTURES:
                pictures.append(part.get_data())
            else:
                fields[part.name] = part.get_data().decode()
    except (falcon.HTTPError, UnicodeDecodeError):
        raise Refusal(-102) from None
    if any(not each.startswith(b"\xff\xd8") or len(each) > _MOST_PICTURE_BYTES for each in pictures):
        raise Refusal(-102)
    return fields, pictures


def account_of(parts: Parts, req: falcon.Request, key: str, user: str, refused: Refusal) -> Account:
    """The account of a key, asked from a registered address. Raises what is given as `refused`."""
    account = accounts.find(parts.store.read(), key)
    if account is None or account.carrier != "aligo" or account.credentials.get("user_id") != user:
        raise refused
    allowed = account.credentials.get("allowed_ips", "")
    if allowed and req.remote_addr not in allowed.split(","):
        raise refused
    return account


def number(fields: dict[str, Any], name: str, default: int, least: int, most: int) -> int:
    """A number of a form within its bounds. Raises Refusal."""
    text = str(fields.get(name) or default)
    if not text.isdecimal() or not least <= int(text) <= most:
        raise Refusal(-102)
    return int(text)
