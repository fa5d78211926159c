"""What comes back from a phone: texts, and refusals by the carrier's free 080 number."""

import secrets
import sqlite3

from infra.simulator import accounts
from infra.simulator.ids import new_id, now_ms
from infra.simulator.store import Store
from infra.simulator.webhooks import Courier

OPT_OUT_TEXT = "수신거부"
_INSERT = """
INSERT INTO messages (direction, account, message_id, phone, peer, type, text, accepted, code,
    created_at, updated_at)
VALUES ('in', ?, ?, ?, ?, 'MO', ?, 1, '4000', ?, ?)
"""
_PHONE = """
INSERT INTO phones (number, last_seq, messages) VALUES (?, ?, 1)
ON CONFLICT (number) DO UPDATE SET last_seq = excluded.last_seq, messages = phones.messages + 1
"""
_CALL = "INSERT INTO calls (account, kind, event_id, seq, code, due_at) VALUES (?, ?, ?, ?, '', ?)"


def write_back(store: Store, courier: Courier, api_key: str, number: str, peer: str, text: str) -> None:
    """A text from a phone to a sender of an account; it is owed to the account's inbound webhook."""
    with store.write() as connection:
        seq = _text(connection, api_key, number, peer, text)
        account = accounts.find(connection, api_key)
        if account is not None and account.inbound_url:
            _owe(connection, api_key, "inbound", seq)
    courier.wake()


def refuse(store: Store, courier: Courier, api_key: str, number: str, peer: str) -> None:
    """Opt a number out by the 080 number: the carrier refuses it from now on.

    The camp gets the text 수신거부 from it, and the webhook of a carrier that tells of refusals a call.
    """
    with store.write() as connection:
        connection.execute("INSERT OR IGNORE INTO opt_outs VALUES (?, ?, ?)", (api_key, number, now_ms()))
        seq = _text(connection, api_key, number, peer, OPT_OUT_TEXT)
        account = accounts.find(connection, api_key)
        if account is not None and account.inbound_url:
            _owe(connection, api_key, "inbound", seq)
        if account is not None and account.webhook_url:
            _owe(connection, api_key, "refusal", seq)
    courier.wake()


def _text(connection: sqlite3.Connection, api_key: str, number: str, peer: str, text: str) -> int:
    at = now_ms()
    values = (api_key, new_id("M4V", at), number, peer, text, at, at)
    seq = connection.execute(_INSERT, values).lastrowid or 0
    connection.execute(_PHONE, (number, seq))
    return seq


def _owe(connection: sqlite3.Connection, api_key: str, kind: str, seq: int) -> None:
    connection.execute(_CALL, (api_key, kind, secrets.token_hex(12), seq, now_ms()))
