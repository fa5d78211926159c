"""The network behind all carriers: takes messages, plans their delivery, keeps pictures and refusals.

A carrier's module checks a request by its own rules and hands over parcels; their fate is told in the
neutral codes of `outcomes.py` (SOLAPI's numbers), which the module translates into its own.
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import to_json

from infra.simulator import accounts
from infra.simulator.accounts import Account
from infra.simulator.ids import now_ms
from infra.simulator.outcomes import ACCEPTED, CANCELLED, OPTED_OUT_SUFFIX, PLANS, plan_for
from infra.simulator.store import Store

_INSERT = """
INSERT INTO messages (direction, account, message_id, group_id, phone, peer, type, country,
    subject, text, image_id, kakao, custom, reference, accepted, code, price, created_at,
    updated_at, plan, next_at, send_at)
VALUES ('out', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
# The unary plus keeps SQLite from walking messages_phone whole: only what came after the last one is read.
_TOUCH_PHONES = """
INSERT INTO phones (number, last_seq, messages)
SELECT phone, max(seq), count(*) FROM messages
WHERE seq > ? AND +phone GLOB '[0-9][0-9][0-9]*' GROUP BY +phone
ON CONFLICT (number) DO UPDATE
SET last_seq = excluded.last_seq, messages = phones.messages + excluded.messages
"""
_CANCEL = """
UPDATE messages SET code = ?, next_at = NULL, settled_at = ?, updated_at = ?
WHERE account = ? AND send_at > ? AND step = 0 AND code = '2000'
    AND message_id IN (SELECT value FROM json_each(?))
RETURNING message_id, price
"""


@dataclass(slots=True)
class Parcel:
    """One message to one recipient as a carrier took it in.

    `kind` is SMS, LMS, MMS, ATA or BMS_…, `peer` the sender number or the Kakao channel, `kakao` what a
    phone shows of a Kakao message (`buttons` in the Alimtalk shape of the wire), `send_at` milliseconds,
    `plan` its fate where the carrier's rules decide it (None: the number's).
    `message_id` is unique over all carriers. What the carrier echoes later is kept in `custom`.
    """

    message_id: str
    to: str
    peer: str
    kind: str
    text: str
    code: str = ACCEPTED
    subject: str | None = None
    image_id: str | None = None
    country: str = "82"
    kakao: dict[str, Any] | None = None
    custom: dict[str, Any] = field(default_factory=dict)
    reference: str | None = None
    price: int = 0
    send_at: int | None = None
    plan: str | None = None

    @property
    def accepted(self) -> bool:
        """Whether it goes on to delivery."""
        return self.code == ACCEPTED


def take(
    connection: sqlite3.Connection, account: Account, group_id: str, at: int, parcels: Sequence[Parcel]
) -> None:
    """Store the parcels and charge the accepted ones, which are due for delivery from now on."""
    rows = [_row(account, group_id, at, index, parcel) for index, parcel in enumerate(parcels)]
    last = connection.execute("SELECT coalesce(max(seq), 0) FROM messages").fetchone()[0]
    connection.executemany(_INSERT, rows)
    connection.execute(_TOUCH_PHONES, (last,))
    price = sum(parcel.price for parcel in parcels if parcel.accepted)
    accounts.add_to_balance(connection, account.api_key, -price)


def _row(account: Account, group_id: str, at: int, index: int, parcel: Parcel) -> tuple[Any, ...]:
    plan = (parcel.plan or plan_for(parcel.to, parcel.kind)) if parcel.accepted else None
    begins = max(at, parcel.send_at or at)
    return (
        account.api_key,
        parcel.message_id,
        group_id,
        parcel.to,
        parcel.peer,
        parcel.kind,
        parcel.country,
        parcel.subject,
        parcel.text,
        parcel.image_id,
        None if parcel.kakao is None else json.dumps(parcel.kakao, ensure_ascii=False),
        to_json(parcel.custom).decode() if parcel.custom else "{}",
        parcel.reference,
        parcel.accepted,
        parcel.code,
        parcel.price,
        at,
        at,
        plan,
        begins + _first_wait(account, plan, index) if plan else None,
        parcel.send_at,
    )


def _first_wait(account: Account, plan: str, index: int) -> int:
    # Phones do not ring in chorus: spread a batch over ten moments, each a bulk update.
    return int(account.latency_ms * PLANS[plan][0].latency * (0.8 + index % 10 / 25))


def cancel(store: Store, account: Account, message_ids: Sequence[str]) -> list[str]:
    """Cancel those of the messages whose reserved time has not come; the ids of them. Money comes back."""
    now = now_ms()
    with store.write() as connection:
        values = (CANCELLED, now, now, account.api_key, now, json.dumps(list(message_ids)))
        rows = connection.execute(_CANCEL, values).fetchall()
        accounts.add_to_balance(connection, account.api_key, sum(row["price"] for row in rows))
    return [row["message_id"] for row in rows]


def opted_out(connection: sqlite3.Connection, api_key: str) -> frozenset[str]:
    """Numbers that refused at this account's carrier."""
    rows = connection.execute("SELECT phone FROM opt_outs WHERE account = ?", (api_key,))
    return frozenset(row["phone"] for row in rows)


def refuses(number: str, opted_out: frozenset[str]) -> bool:
    """Whether the carrier turns messages to this number away: it opted out, or is a magic number."""
    return number.endswith(OPTED_OUT_SUFFIX) or number in opted_out


def refusals_since(connection: sqlite3.Connection, api_key: str, since: int = 0) -> list[sqlite3.Row]:
    """(phone, at) of an account's refusals, newest first."""
    return connection.execute(
        "SELECT phone, at FROM opt_outs WHERE account = ? AND at >= ? ORDER BY at DESC", (api_key, since)
    ).fetchall()


def keep_image(
    store: Store,
    account: Account,
    image_id: str,
    name: str,
    jpeg: bytes,
    expires_at: int | None,
    bubble: str | None = None,
) -> None:
    """Keep an uploaded picture under the id the carrier gave it; `bubble`: for this kind of brand message."""
    with store.write() as connection:
        if bubble is not None:
            connection.execute(
                "INSERT INTO bubble_images VALUES (?, ?, ?)", (account.api_key, image_id, bubble)
            )
        connection.execute(
            "INSERT INTO images VALUES (?, ?, ?, ?, ?, ?)",
            (account.api_key, image_id, name, jpeg, now_ms(), expires_at),
        )


def has_image(connection: sqlite3.Connection, api_key: str, image_id: str) -> bool:
    """Whether the account uploaded this picture for texts and it is still kept."""
    kept = _kept_for(connection, api_key, image_id)
    return kept is not None and kept["bubble"] is None


def has_bubble_image(connection: sqlite3.Connection, api_key: str, image_id: str, bubble: str) -> bool:
    """Whether the account uploaded this picture for this kind of brand message and it is still kept."""
    kept = _kept_for(connection, api_key, image_id)
    return kept is not None and kept["bubble"] == bubble


def _kept_for(connection: sqlite3.Connection, api_key: str, image_id: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = connection.execute(
        """SELECT bubble FROM images LEFT JOIN bubble_images USING (account, image_id)
            WHERE account = ? AND image_id = ? AND (expires_at IS NULL OR expires_at >= ?)""",
        (api_key, image_id, now_ms()),
    ).fetchone()
    return row
