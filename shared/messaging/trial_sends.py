"""A test send: one message to one's own number, through the same ledger and the same carrier."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from shared.accounts.identity import Identity
from shared.contacts.phones import parse_phones
from shared.kernel.clock import Clock, seoul_month, utc_now
from shared.kernel.database import Connection, tenant_transaction
from shared.kernel.errors import (
    ComplianceBlocked,
    Conflict,
    Detail,
    RateLimited,
    Unavailable,
    ValidationFailed,
)
from shared.kernel.i18n import text
from shared.messaging import (
    accounts,
    campaigns,
    delivering,
    images,
    launching,
    law,
    opt_outs,
    quotas,
    sending,
    sensitive_campaigns,
    simulator_mirror,
    singles,
    splits,
    store_messages,
    tracing,
)
from shared.messaging import store_campaigns as store
from shared.messaging.composing import compose_one
from shared.messaging.delivering import Batch
from shared.messaging.gateways import GatewayError
from shared.messaging.gateways.simulator import ConsoleError
from shared.messaging.models import StrictModel
from shared.messaging.preview import values_of_example
from shared.messaging.rendering import Channel
from shared.messaging.split_models import Variant
from shared.privacy import sensitive
from shared.security import audit
from shared.security.cipher import TenantCipher, tenant_cipher
from shared.security.rate_limits import check_different

# To more than twenty it is an automatic send (제59조 제2호), whoever picks them.
MOST_NUMBERS, DAY = 20, 24 * 3600


class TestSend(StrictModel):
    """Where to; `step` counts from 1, `variant` is which text of a first step with two."""

    __test__ = False  # pytest takes the name for a test

    to: str
    step: int = 1
    variant: Variant = "a"


class TestSendAnswer(BaseModel):
    """What became of it: `accepted`, `failed`, or `unknown` when the carrier's answer was lost."""

    __test__ = False

    id: UUID
    state: str
    reason: str | None
    code: str | None


def send(
    tenant_id: UUID, campaign_id: UUID, wanted: TestSend, member: Identity, clock: Clock = utc_now
) -> TestSendAnswer:
    """Send one step of a campaign to a number, with the values of one of its audience.

    Sensitive fields that the member may not see are covered. Counts one message of the quota when it leaves.
    Raises NotFound, Forbidden for an audience that asks about such a field, ValidationFailed for no mobile
    number, Conflict for somebody who refused and without a carrier account in production, ComplianceBlocked,
    RateLimited beyond MOST_NUMBERS a day, QuotaExceeded, Unavailable without the simulator, and while
    campaigns use all of the account's pace.
    """
    phone = _mobile(wanted.to)
    account, registered = _prepare(tenant_id, campaign_id, member)
    if registered is not None:
        try:
            simulator_mirror.write(account, registered)
        except ConsoleError as error:
            raise Unavailable("account.simulator") from error
    if not singles.take_turn(account):
        raise Unavailable("account.busy")
    try:
        batch = _write(tenant_id, campaign_id, wanted, phone, account, member, clock())
    except images.NotUploaded as missing:
        _upload(tenant_id, missing, clock)
        batch = _write(tenant_id, campaign_id, wanted, phone, account, member, clock())
    delivering.deliver(batch, clock)
    with tenant_transaction(tenant_id) as connection:
        return TestSendAnswer.model_validate(store_messages.fate(connection, batch.messages[0].id))


def _upload(tenant_id: UUID, missing: images.NotUploaded, clock: Clock) -> None:
    try:
        images.ensure_uploaded(tenant_id, missing, clock)
    except GatewayError as error:
        raise Unavailable("image.not_uploaded") from error


def _mobile(number: str) -> str:
    phones = parse_phones(number).phones
    if len(phones) != 1 or not phones[0].textable:
        raise ValidationFailed(details=[Detail(text("campaign.number"), field="to")])
    return phones[0].e164


def _prepare(
    tenant_id: UUID, campaign_id: UUID, member: Identity
) -> tuple[accounts.Account, simulator_mirror.Registered | None]:
    with tenant_transaction(tenant_id) as connection:
        campaign = campaigns.require(store.lock(connection, campaign_id))
        cipher = tenant_cipher(connection, tenant_id)
        is_hidden = sensitive.hidden_from(connection, cipher, member)
        sensitive_campaigns.check_readers(connection, cipher, campaign_id, is_hidden)
        account = accounts.for_sending(connection, cipher)
        launching.ensure_templates(connection, campaign, store.steps_of(connection, [campaign_id]))
        return account, simulator_mirror.read(connection, cipher) if account.simulated else None


def _write(
    tenant_id: UUID,
    campaign_id: UUID,
    wanted: TestSend,
    phone: str,
    account: accounts.Account,
    member: Identity,
    now: datetime,
) -> Batch:
    with tenant_transaction(tenant_id) as connection:
        cipher = tenant_cipher(connection, tenant_id)
        is_hidden = sensitive.hidden_from(connection, cipher, member)
        campaign = campaigns.require(store.get(connection, campaign_id))
        step = splits.in_words(
            _step(connection, campaign_id, wanted.step), splits.of(connection, campaign), wanted.variant
        )
        if opt_outs.bars(connection, cipher, phone, Channel(step["channel"]).family):
            raise Conflict("opt_out.barred")
        _, values = values_of_example(connection, cipher, campaign["audience"], None, is_hidden)
        store.lock_launches(connection)  # a freeze that is being ordered ends first, one after this waits
        step = _lawful(connection, cipher, campaign, step, values, now)
        _check_numbers(cipher, phone)
        quotas.reserve(connection, seoul_month(now), 1)
        content = sending.content_of(connection, cipher, step, account.id, now)
        content = replace(content, advertising=law.is_advertising(connection, campaign, now))
        composed = compose_one(cipher, content, phone, values)
        place = {"id": None, "ledger_month": seoul_month(now), "account_id": account.id}
        sending.write_attempts(connection, step, place, [composed], now)
        tracing.remember(connection, cipher, account, [composed], now)
        audit.record(
            connection,
            "campaign.test_sent",
            member_id=member.member_id,
            target=str(campaign_id),
            step=wanted.step,
        )
        return Batch(tenant_id, None, account, (composed,), now)


def _lawful(
    connection: Connection,
    cipher: TenantCipher,
    campaign: dict[str, Any],
    step: dict[str, Any],
    values: dict[str, str],
    now: datetime,
) -> dict[str, Any]:
    """The step with the words that its launch would put in. What may not be launched may not be tried either.

    But a single text by hand is no automatic send: their number (E02) does not matter.
    """
    asked = law.Question(campaign, [step], values, now, None, people=False)
    judged = law.judge(connection, cipher, asked)
    details = law.details_of([verdict for verdict in judged.verdicts if verdict.rule != "E02"])
    if details:
        raise ComplianceBlocked(details=details)
    return judged.steps[0]


def _check_numbers(cipher: TenantCipher, phone: str) -> None:
    """Tests go to a camp's own people: beyond so many they were texts to voters that no rule has counted."""
    try:
        check_different(
            MOST_NUMBERS, DAY, f"tests:{cipher.tenant_id}", cipher.field_hash("test", phone).hex()
        )
    except RateLimited as limited:
        told = text("campaign.test_numbers", limit=MOST_NUMBERS)
        raise RateLimited(told, retry_after=limited.retry_after) from limited


def _step(connection: Connection, campaign_id: UUID, position: int) -> dict[str, Any]:
    steps = store.steps_of(connection, [campaign_id])
    if not 1 <= position <= len(steps):
        raise ValidationFailed(details=[Detail(text("campaign.no_step"), field="step")])
    return steps[position - 1]
