"""Fixtures of the inbox: messaging's desk, with the hook and the sending of answers at hand."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any
from urllib.parse import quote

import pytest

from shared.inbox import outbox
from shared.messaging import accounts
from shared.messaging.gateways import solapi_wire
from tests.infra.simulator.running import simulator
from tests.shared.messaging.conftest import desk, hub_url, new_desk
from tests.shared.messaging.desk import Desk

__all__ = ["desk", "hub_url", "new_desk", "simulator"]

_ids = count(1)


@dataclass
class Inbox:
    """A camp that people write to."""

    desk: Desk

    @property
    def ok(self) -> Any:
        return self.desk.ok

    def refused(self, method: str, path: str, body: Any, status: int) -> None:
        """A call of a member that must not succeed."""
        answer = self.desk.camp.api.call(method, path, body)
        assert answer.status_code == status, (path, answer.status_code, answer.text)

    def call(self, body: Any, secret: str | None = None) -> int:
        """A call of the inbound hook as it comes; the status of its answer."""
        with self.desk.camp.transaction() as connection:
            account = accounts.for_sending(connection, self.desk.camp.cipher)
        key = account.credentials.webhook_secret if secret is None else secret
        url = accounts.hooks(account.carrier, account.account_key).inbound
        path = "/hooks/" + url.split("/hooks/")[1]
        content = body if isinstance(body, (str, bytes)) else json.dumps(body)
        headers = {"X-Solapi-Secret": solapi_wire.webhook_digest(key)}
        return (
            self.desk.camp.api.with_token(None).call("POST", "/" + path, content, headers=headers).status_code
        )

    def writes(self, number: str, text: str, **more: Any) -> dict[str, Any]:
        """Somebody writes, and it is applied; what the hook was told."""
        item = {
            "from": number.replace("-", ""),
            "to": "0212345678",
            "text": text,
            "received_at": datetime.now(UTC).isoformat(),
            "provider_msg_id": f"MO{next(_ids)}",
            **more,
        }
        assert self.call(item) == 200
        self.desk.apply_inbound()
        return item

    def conversations(self, filter: str = "open", q: str = "") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ok("GET", f"/conversations?filter={filter}&q={quote(q)}")
        return found

    def one(self) -> dict[str, Any]:
        [found] = self.conversations("all")
        return found

    def thread(self, conversation: dict[str, Any], query: str = "") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ok("GET", f"/conversations/{conversation['id']}/messages{query}")
        return found

    def send_waiting(self) -> int:
        """What the actor does with every answer that is due; how many."""
        ids = [
            row["id"]
            for row in self.desk.camp.rows(
                """SELECT id FROM conversation_messages
                    WHERE state IN ('waiting', 'handed') AND next_at <= %s ORDER BY id""",
                self.desk.now(),
            )
        ]
        for message_id in ids:
            outbox.advance(self.desk.camp.tenant_id, message_id, self.desk.now)
        return len(ids)

    def reply(self, conversation: dict[str, Any], text: str, key: str = "", status: int = 201) -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        path = f"/conversations/{conversation['id']}/replies"
        answer = self.desk.camp.api.post(path, {"text": text}, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json.get("data") or answer.json["error"]

    def at_phone(self, number: str) -> list[str]:
        """The texts of ours that a virtual phone got."""
        return [item["text"] for item in self.desk.texts() if item["to"] == number.replace("-", "")]


@pytest.fixture
def inbox(desk: Desk) -> Inbox:
    desk.sender()
    return Inbox(desk)
