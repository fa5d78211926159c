"""NHN Cloud's brand messages of the free kind: what their bubbles hold, and pictures uploaded for them."""

import random
import secrets
import sqlite3
from collections.abc import Callable
from typing import Any

import falcon

from infra.simulator import network
from infra.simulator import nhn_wire as wire
from infra.simulator.accounts import Account
from infra.simulator.bubbles import BUBBLES, Bubble, takes_picture
from infra.simulator.ids import now_ms
from infra.simulator.nhn_wire import NhnRefusal
from infra.simulator.parts import Parts

_IMAGE_TYPES = {"IMAGE": "IMAGE", "WIDE_IMAGE": "WIDE"}
_IMAGE_KEPT_MS = 30 * 24 * 3600 * 1000


def check(connection: sqlite3.Connection, api_key: str, body: dict[str, Any]) -> None:
    """What stands in a bubble. Raises NhnRefusal."""
    content, buttons = body.get("content"), body.get("buttons") or []
    kind = str(body.get("chatBubbleType"))
    bubble = BUBBLES.get(kind)
    if bubble is None:
        raise NhnRefusal(4)  # lists, goods and films are beyond this simulator
    if not isinstance(content, str) or not content:
        raise NhnRefusal(-3303)
    if not bubble.holds(content) or not isinstance(buttons, list) or len(buttons) > bubble.buttons:
        raise NhnRefusal(-3304)
    for button in buttons:
        _check_button(button, bubble)
    if bubble.tallest is not None:
        _check_picture(connection, api_key, kind, body.get("image"))


def _check_button(button: Any, bubble: Bubble) -> None:
    if not isinstance(button, dict) or not button.get("name"):
        raise NhnRefusal(-3009)
    if len(str(button["name"])) > bubble.button_name:
        raise NhnRefusal(-3304)
    if button.get("type") == "WL" and not button.get("linkMo"):
        raise NhnRefusal(-3307)
    _check_link(button.get("linkMo"))


def _check_picture(connection: sqlite3.Connection, api_key: str, kind: str, image: Any) -> None:
    given = image if isinstance(image, dict) else {}
    if not network.has_bubble_image(connection, api_key, str(given.get("imageUrl") or ""), kind):
        raise NhnRefusal(4)
    _check_link(given.get("imageLink"))


def _check_link(link: Any) -> None:
    if link and not str(link).startswith(("http://", "https://")):
        raise NhnRefusal(-3310)


class Pictures:
    """Where pictures for bubbles are uploaded."""

    def __init__(self, parts: Parts, admit: Callable[[falcon.Request, str], Account]) -> None:
        self._store = parts.store
        self._admit = admit

    def on_post(self, req: falcon.Request, resp: falcon.Response, app_key: str) -> None:
        """A form: `image`, and `imageType` for the kind of bubble."""
        account = self._admit(req, app_key)
        try:
            form = {part.name: (part.filename, part.get_data()) for part in req.get_media()}
        except falcon.HTTPError:
            raise NhnRefusal(-9996) from None
        name, content = form.get("image", ("", b""))
        kind = _IMAGE_TYPES.get(form.get("imageType", ("", b""))[1].decode("utf-8", "replace"))
        if kind is None or not takes_picture(content, kind):
            raise NhnRefusal(4)
        number = random.randrange(10**6, 10**9)  # noqa: S311
        address = f"https://mud-kage.kakao.com/dn/{secrets.token_hex(8)}/{number}/img_l.jpg"
        ends = now_ms() + _IMAGE_KEPT_MS
        network.keep_image(self._store, account, address, str(name), content, ends, kind)
        image = {"imageSeq": number, "imageUrl": address, "imageName": name}
        resp.data = wire.encode({"image": image})
