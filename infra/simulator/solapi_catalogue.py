"""SOLAPI's channels, templates with their review, pictures, refusals and reservations."""

import base64
import binascii
import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import falcon

from infra.simulator import accounts, bubbles, carrier, network
from infra.simulator.accounts import Account, Template, wire_button
from infra.simulator.ids import account_number, iso, now_ms
from infra.simulator.parts import Parts
from infra.simulator.solapi_errors import Refusal

Admit = Callable[[falcon.Request], Account]
ReadBody = Callable[[falcon.Request], dict[str, Any]]

_BUBBLES = {"BMS": "IMAGE", "BMS_WIDE": "WIDE"}
_MAX_FILE = {
    "MMS": 200 * 1024,
    "KAKAO": 500 * 1024,
    "DOCUMENT": 2 * 1024 * 1024,
    **dict.fromkeys(_BUBBLES, bubbles.MOST_PICTURE_BYTES),
}
_JPEG = b"\xff\xd8\xff"


class Catalogue:
    """What an account registered, under /kakao, /storage and /iam."""

    def __init__(self, parts: Parts, admit: Admit, body: ReadBody) -> None:
        self._store = parts.store
        self._admit = admit
        self._body = body

    def on_get_channels(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Kakao channels."""
        channels = [{"channelId": each, "searchId": each} for each in self._admit(req).channels]
        resp.media = {"limit": 20, "channelList": channels, "startKey": None, "nextKey": None}

    def on_get_templates(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Kakao templates, by `channelId` when it is given."""
        account, channel = self._admit(req), req.get_param("channelId")
        templates = [_shown(each) for each in account.templates.values() if channel in (None, each.channel)]
        resp.media = {"limit": 20, "templateList": templates, "startKey": None, "nextKey": None}

    def on_post_templates(self, req: falcon.Request, resp: falcon.Response) -> None:
        """A new template, PENDING until its review is asked for."""
        account, body = self._admit(req), self._body(req)
        template = _new_template(account, body)
        with self._store.write() as connection:
            accounts.put_template(connection, account, template)
        resp.media = _shown(template)

    def on_get_template(self, req: falcon.Request, resp: falcon.Response, template_id: str) -> None:
        """One template."""
        resp.media = _shown(_template(self._admit(req), template_id))

    def on_put_inspection(self, req: falcon.Request, resp: falcon.Response, template_id: str) -> None:
        """Hand a template to the reviewers."""
        account = self._admit(req)
        template = _template(account, template_id)
        if template.status not in ("PENDING", "REJECTED"):
            raise Refusal(400, "InvalidStatus", "검수를 요청할 수 없는 상태입니다.")
        template = replace(template, status="INSPECTING")
        with self._store.write() as connection:
            accounts.put_template(connection, account, template)
        resp.media = _shown(template)

    def on_post_files(self, req: falcon.Request, resp: falcon.Response) -> None:
        """A picture or document in base64."""
        account, body = self._admit(req), self._body(req)
        kind, content = _file(body)
        file_id = f"ST01FP{secrets.token_hex(13)}"
        name = str(body.get("name") or file_id)
        network.keep_image(self._store, account, file_id, name, content, None, _BUBBLES.get(kind))
        resp.media = {
            "fileId": file_id,
            "type": kind,
            "name": name,
            "originalName": name,
            "link": None,
            "url": None,
            "accountId": account_number(account.api_key),
            "references": [],
            "dateCreated": iso(now_ms()),
            "dateUpdated": iso(now_ms()),
        }

    def on_get_opt_outs(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Recipients who opted out by the carrier's free number."""
        account = self._admit(req)
        rows = network.refusals_since(self._store.read(), account.api_key)
        resp.media = {
            "blackList": [
                {
                    "type": "DENIAL",
                    "senderNumber": None,
                    "recipientNumber": row["phone"],
                    "dateCreated": iso(row["at"]),
                }
                for row in rows
            ]
        }

    def on_get_blocked(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Numbers that the account's own staff blocked: the simulator has none."""
        self._admit(req)
        resp.media = {"blockNumbers": [], "startKey": None, "nextKey": None}

    def on_delete_schedule(self, req: falcon.Request, resp: falcon.Response, group_id: str) -> None:
        """Cancel a reserved group as a whole."""
        account = self._admit(req)
        if carrier.load_group(self._store.read(), account.api_key, group_id) is None:
            raise Refusal(404, "ResourceNotFound", "그룹이 없습니다.")
        if not carrier.cancel_schedule(self._store, account, group_id):
            raise Refusal(400, "InvalidStatus", "예약된 그룹이 아닙니다.")
        resp.media = carrier.load_group(self._store.read(), account.api_key, group_id)


def _template(account: Account, template_id: str) -> Template:
    template = account.templates.get(template_id)
    if template is None:
        raise Refusal(404, "TemplateNotFound", "템플릿이 없습니다.")
    return template


def _new_template(account: Account, body: dict[str, Any]) -> Template:
    channel, name, content = (body.get(key) for key in ("channelId", "name", "content"))
    if channel not in account.channels:
        raise Refusal(400, "ChannelNotFound", "카카오 채널이 없습니다.")
    if not isinstance(name, str) or not name or not isinstance(content, str) or not content:
        raise Refusal(400, "ValidationError", "name과 content가 필요합니다.")
    if len(content) > 1000 or body.get("messageType") not in ("BA", "EX", "AD", "MI"):
        raise Refusal(400, "ValidationError", "템플릿 내용이 올바르지 않습니다.")
    buttons = body.get("buttons") or []
    if not isinstance(buttons, list) or len(buttons) > 5:
        raise Refusal(400, "ValidationError", "버튼은 5개까지 등록할 수 있습니다.")
    template_id = f"KA01TP{secrets.token_hex(13)}"
    return Template(template_id, str(channel), content, tuple(map(wire_button, buttons)), name, "PENDING")


def _file(body: dict[str, Any]) -> tuple[str, bytes]:
    kind = str(body.get("type") or "")
    if kind not in _MAX_FILE:
        raise Refusal(400, "ValidationError", "type이 올바르지 않습니다.")
    try:
        content = base64.b64decode(str(body.get("file") or ""), validate=True)
    except (binascii.Error, ValueError):
        raise Refusal(400, "ValidationError", "file은 base64여야 합니다.") from None
    if not content or len(content) > _MAX_FILE[kind]:
        raise Refusal(400, "FileSizeExceeded", "파일 크기가 허용 범위를 벗어났습니다.")
    if kind == "MMS" and not content.startswith(_JPEG):
        raise Refusal(400, "InvalidFileType", "MMS는 JPG 파일만 가능합니다.")
    if kind in _BUBBLES and not bubbles.takes_picture(content, _BUBBLES[kind]):
        raise Refusal(400, "InvalidImage", "이미지의 형식이나 크기, 비율이 올바르지 않습니다.")
    return kind, content


def _shown(template: Template) -> dict[str, Any]:
    return {
        "templateId": template.template_id,
        "channelId": template.channel,
        "name": template.name,
        "content": template.content,
        "buttons": list(template.buttons),
        "status": template.status,
        "comments": [{"content": template.comment}] if template.comment else [],
    }


def add_routes(
    app: "falcon.App[falcon.Request, falcon.Response]", parts: Parts, admit: Admit, body: ReadBody
) -> None:
    """The catalogue's paths."""
    catalogue = Catalogue(parts, admit, body)
    for path, suffix in _PATHS.items():
        app.add_route(path, catalogue, suffix=suffix)


_PATHS = {
    "/kakao/v2/channels": "channels",
    "/kakao/v2/templates": "templates",
    "/kakao/v2/templates/{template_id}": "template",
    "/kakao/v1/templates/{template_id}/inspection": "inspection",
    "/storage/v1/files": "files",
    "/iam/v1/black": "opt_outs",
    "/iam/v1/block/numbers": "blocked",
    "/messages/v4/groups/{group_id}/schedule": "schedule",
}
