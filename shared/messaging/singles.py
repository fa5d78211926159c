"""One text to one number, outside any campaign: through the same ledger and the same carrier."""

import time
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from shared.kernel.clock import seoul_month
from shared.kernel.database import Connection, tenant_transaction
from shared.messaging import accounts, pace, quotas, sending, simulator_mirror, tracing
from shared.messaging.composing import Content, compose_one
from shared.messaging.delivering import Batch
from shared.messaging.models import SenderView
from shared.messaging.rendering import Channel
from shared.security.cipher import TenantCipher, tenant_cipher

# A single text needs one token, a batch more: whoever asks often gets it before they do.
TURN_SECONDS, PAUSE_SECONDS = 2.0, 0.02


def account_of(tenant_id: UUID) -> accounts.Account:
    """The account that sends for a camp, ready to. Raises Conflict in production without one,
    gateways.simulator.ConsoleError without the simulator."""
    with tenant_transaction(tenant_id) as connection:
        cipher = tenant_cipher(connection, tenant_id)
        account = accounts.for_sending(connection, cipher)
        registered = simulator_mirror.read(connection, cipher) if account.simulated else None
    if registered is not None:
        simulator_mirror.write(account, registered)
    return account


def take_turn(account: accounts.Account, seconds: float = TURN_SECONDS) -> bool:
    """Take a token of the account's pace, waiting a little for it; False when campaigns use it all, or the
    carrier asked for a pause."""
    ends = time.monotonic() + seconds
    while not pace.take(account.id, rate=account.messages_per_second, wanted=1):
        if time.monotonic() >= ends:
            return False
        time.sleep(PAUSE_SECONDS)
    return True


def write(
    connection: Connection,
    cipher: TenantCipher,
    account: accounts.Account,
    sender: SenderView,
    phone: str,
    text: str,
    contact_id: UUID | None,
    now: datetime,
) -> Batch:
    """Reserve the quota and write the attempt; the caller commits, then `delivering.deliver`s the batch.

    `phone` is E.164, `text` ready to send; an SMS becomes an LMS by its length. Raises QuotaExceeded.
    """
    quotas.reserve(connection, seoul_month(now), 1)
    made = compose_one(cipher, Content(Channel.SMS, "", text, sender), phone, {})
    composed = replace(made, ledger={**made.ledger, "contact_id": contact_id})
    step = {"sender_id": sender.id, "position": 1, "channel": Channel.SMS.value}
    place = {"id": None, "ledger_month": seoul_month(now), "account_id": account.id}
    sending.write_attempts(connection, step, place, [composed], now)
    tracing.remember(connection, cipher, account, [composed], now)
    return Batch(cipher.tenant_id, None, account, (composed,), now)
