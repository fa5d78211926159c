"""NHN Cloud's Kakao channels and templates with their review."""

from dataclasses import replace
from typing import Any

import falcon

from infra.simulator import accounts
from infra.simulator import nhn_wire as wire
from infra.simulator.accounts import Account, Template, wire_button
from infra.simulator.nhn_kakao import Kakao
from infra.simulator.nhn_wire import NhnRefusal
from infra.simulator.parts import Parts

_STATUS = {"PENDING": "TSC01", "INSPECTING": "TSC02", "APPROVED": "TSC03", "REJECTED": "TSC04"}
_CODE, _NAME, _CONTENT, _BUTTONS, _VARIABLES = 20, 150, 1300, 5, 40


class Catalogue:
    """Channels (senders) and templates of every account."""

    def __init__(self, parts: Parts, kakao: Kakao) -> None:
        self._store = parts.store
        self._kakao = kakao

    def on_get_senders(self, req: falcon.Request, resp: falcon.Response, app_key: str) -> None:
        """Kakao channels."""
        account = self._kakao.admit(req, app_key)
        senders = [
            {"senderKey": each, "plusFriendId": f"@{each[:10]}", "status": "YSC03", "kakaoStatus": "A"}
            for each in account.channels
        ]
        resp.data = wire.encode({"senders": senders, "totalCount": len(senders)})

    def on_get_templates(
        self, req: falcon.Request, resp: falcon.Response, app_key: str, sender_key: str
    ) -> None:
        """The templates of a channel."""
        account = self._account(req, app_key, sender_key)
        shown = [_shown(each) for each in account.templates.values() if each.channel in ("", sender_key)]
        page = {"templates": shown, "totalCount": len(shown)}
        resp.data = wire.encode({"templateListResponse": page})

    def on_post_templates(
        self, req: falcon.Request, resp: falcon.Response, app_key: str, sender_key: str
    ) -> None:
        """Register a template: it goes to the reviewers at once."""
        account = self._account(req, app_key, sender_key)
        template = _new(account, sender_key, wire.json_body(req))
        with self._store.write() as connection:
            accounts.put_template(connection, account, template)
        resp.data = wire.encode({})

    def on_post_comments(
        self, req: falcon.Request, resp: falcon.Response, app_key: str, sender_key: str, code: str
    ) -> None:
        """Ask about a refused template, which has it looked at again."""
        account = self._account(req, app_key, sender_key)
        template = account.templates.get(code)
        if template is None:
            raise NhnRefusal(-3003)
        if template.status != "REJECTED":
            raise NhnRefusal(-3100)
        with self._store.write() as connection:
            accounts.put_template(connection, account, replace(template, status="INSPECTING"))
        resp.data = wire.encode({})

    def _account(self, req: falcon.Request, app_key: str, sender_key: str) -> Account:
        account = self._kakao.admit(req, app_key)
        if sender_key not in account.channels:
            raise NhnRefusal(-2017)
        return account


def _new(account: Account, sender_key: str, body: dict[str, Any]) -> Template:
    code, name, content = (
        _text(body, "templateCode", _CODE),
        _text(body, "templateName", _NAME),
        _text(body, "templateContent", _CONTENT),
    )
    names = {template.name for template in account.templates.values()}
    if code in account.templates or name in names:
        raise NhnRefusal(-3001)
    buttons = body.get("buttons") or []
    if not isinstance(buttons, list) or len(buttons) > _BUTTONS or content.count("#{") > _VARIABLES:
        raise NhnRefusal(-2018)
    for button in buttons:
        _check_button(button)
    return Template(code, sender_key, content, tuple(map(wire_button, buttons)), name, "INSPECTING")


def _check_button(button: Any) -> None:
    if not isinstance(button, dict) or type(button.get("ordering")) is not int:
        raise NhnRefusal(-2018)
    name = button.get("name")
    if not name:
        raise NhnRefusal(-3009)
    if "#{" in str(name):
        raise NhnRefusal(-3008)
    if len(str(name)) > 14:
        raise NhnRefusal(-2000)
    if button.get("type") == "WL" and not button.get("linkMo"):
        raise NhnRefusal(-3000)


def _text(body: dict[str, Any], field: str, longest: int) -> str:
    value = body.get(field)
    if not isinstance(value, str) or not value:
        raise NhnRefusal(-2001)
    if len(value) > longest:
        raise NhnRefusal(-2000)
    return value


def _shown(template: Template) -> dict[str, Any]:
    return {
        "senderKey": template.channel,
        "templateCode": template.template_id,
        "templateName": template.name,
        "templateContent": template.content,
        "templateMessageType": "BA",
        "templateEmphasizeType": "NONE",
        "status": _STATUS.get(template.status, "TSC05"),
        "comments": [{"id": 1, "content": template.comment, "status": "REP"}] if template.comment else [],
        "buttons": [_shown_button(place, each) for place, each in enumerate(template.buttons, 1)],
    }


def _shown_button(place: int, button: dict[str, str]) -> dict[str, Any]:
    names = {
        "buttonName": "name",
        "buttonType": "type",
        "linkAnd": "schemeAndroid",
        "linkIos": "schemeIos",
    }
    return {"ordering": place} | {names.get(name, name): value for name, value in button.items()}


def add_routes(app: "falcon.App[falcon.Request, falcon.Response]", parts: Parts, kakao: Kakao) -> None:
    """The catalogue's paths."""
    catalogue, base = Catalogue(parts, kakao), "/alimtalk/v2.3/appkeys/{app_key}/senders"
    app.add_route(base, catalogue, suffix="senders")
    app.add_route(f"{base}/{{sender_key}}/templates", catalogue, suffix="templates")
    app.add_route(f"{base}/{{sender_key}}/templates/{{code}}/comments", catalogue, suffix="comments")
