"""A strict carrier of each kind on a port, with the gateway that the hub makes for its account."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.messaging.gateways import CARRIERS, Button, DeliveryEvent, Gateway, MessageKind, OutgoingMessage
from shared.messaging.gateways.listed import ListsRequests, Sought
from tests.shared.messaging.strict.aligo import StrictAligo
from tests.shared.messaging.strict.nhn import StrictNhn
from tests.shared.messaging.strict.sens import StrictSens
from tests.shared.messaging.strict.serving import Carrier, served
from tests.shared.messaging.strict.solapi import StrictSolapi

SENDER, HOOK_SECRET, TEMPLATE = "0212345678", "test-secret", "T-0001"
BODY = "#{이름}님, 행사는 #{날짜}입니다."
CHANNELS = {"solapi": "KA01PF0123456789", "nhn": "a" * 40, "sens": "@camp", "aligo": "b" * 40}
NAMES = tuple(CHANNELS)


@dataclass
class StrictLine:
    name: str
    carrier: Any
    gateway: Gateway
    urls: dict[str, str]
    credentials: dict[str, str]
    hooks: dict[str, str] = field(default_factory=dict)

    def text(
        self, to: str, text: str = "안녕하세요", kind: MessageKind = "sms", **fields: Any
    ) -> OutgoingMessage:
        return OutgoingMessage(secrets.token_hex(16), to, SENDER, kind, text, **fields)

    def alimtalk(self, to: str, name: str = "홍길동", **fields: Any) -> OutgoingMessage:
        values = {"이름": name, "날짜": "내일"}
        words, channel = f"{name}님, 행사는 내일입니다.", CHANNELS[self.name]
        given = {"channel_id": channel, "template_id": TEMPLATE, "variables": values, **fields}
        return OutgoingMessage(secrets.token_hex(16), to, "", "alimtalk", words, **given)

    def brand(self, to: str, **fields: Any) -> OutgoingMessage:
        button = Button("자세히", "WL", link_mobile="https://x.example/")
        given = {"channel_id": CHANNELS[self.name], "buttons": (button,), **fields}
        return OutgoingMessage(secrets.token_hex(16), to, "", "brand", "(광고) 소식", **given)

    def sent(self, *messages: OutgoingMessage) -> list[str]:
        """Hands messages over as the hub does; the carrier's ids, every one of them accepted."""
        answers = {a.reference: a for group in self.gateway.split(messages) for a in self.gateway.send(group)}
        assert all(answer.accepted for answer in answers.values()), answers
        assert self.carrier.complaints == []
        return [str(answers[message.reference].carrier_message_id) for message in messages]

    def results(self, ids: list[str]) -> dict[str, tuple[str, str | None]]:
        return {e.carrier_message_id: (e.outcome, e.reason) for e in self.gateway.look_up_ids(ids)}

    def found(self, message: OutgoingMessage) -> list[DeliveryEvent]:
        """What the carrier is known to have of a message whose answer was lost."""
        now = datetime.now(UTC)
        if not isinstance(self.gateway, ListsRequests):
            return self.gateway.look_up([message.reference], since=now, until=now)
        channels = frozenset({message.channel_id} if message.channel_id else ())
        listed = self.gateway.listed(
            Sought(frozenset({message.kind}), now - timedelta(minutes=1), now, channels)
        )
        return [
            each.event
            for request in listed
            for each in request.messages
            if each.number.replace("-", "") == message.to and request.kind == message.kind
        ]


def _carrier(name: str) -> Carrier:
    templates = {TEMPLATE: BODY}
    carriers: dict[str, Carrier] = {
        "solapi": StrictSolapi(templates=templates),
        "nhn": StrictNhn(templates=templates),
        "sens": StrictSens(templates=templates),
        "aligo": StrictAligo(templates=templates),
    }
    return carriers[name]


def _credentials(carrier: Any) -> dict[str, str]:
    own = {"webhook_secret": HOOK_SECRET}
    if isinstance(carrier, StrictSolapi):
        return own | {"api_key": carrier.key, "api_secret": carrier.secret}
    if isinstance(carrier, StrictNhn):
        keys = {"api_key": carrier.keys[0], "kakao_key": carrier.keys[1]}
        return own | keys | {"api_secret": carrier.secrets[0], "kakao_secret": carrier.secrets[1]}
    if isinstance(carrier, StrictSens):
        services = {"sms_service": carrier.services[0], "kakao_service": carrier.services[1]}
        return own | services | {"api_key": carrier.access, "api_secret": carrier.secret}
    return own | {"api_key": carrier.key, "user_id": carrier.user, "kakao_sender": SENDER}


@contextmanager
def line_to(name: str, path: str = "", seconds: float = 10.0) -> Iterator[StrictLine]:
    """A line to a carrier; `path` is one of its own before those of the document."""
    carrier = _carrier(name)
    with served(carrier) as url:
        known, credentials = CARRIERS[name], _credentials(carrier)
        urls = dict.fromkeys(known.settings, url + path)
        gateway = known.make(list(urls.values()), credentials, seconds)
        yield StrictLine(name, carrier, gateway, urls, credentials)
