"""From a draft to recipients: launch, freeze, release.

A launch is one short transaction: the status, the law, the quota. Freezing the audience is an actor's
work; it runs again harmlessly, and `recover_launches` starts it again when it was lost.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.contacts.sensitive_fields import nothing_hidden
from shared.kernel.clock import seoul_month
from shared.kernel.database import Connection, system_transaction, tenant_transaction
from shared.kernel.errors import Conflict
from shared.messaging import (
    accounts,
    audience,
    campaigns,
    costs,
    law,
    quotas,
    simulator_mirror,
    splits,
    store_audience,
    store_quotas,
    store_recipients,
    store_splits,
    templates,
    verdicts,
)
from shared.messaging import store_campaigns as store
from shared.messaging.models import Status
from shared.messaging.preview import values_of_example
from shared.messaging.rendering import Channel
from shared.messaging.states import CampaignStatus
from shared.security import audit
from shared.security.cipher import TenantCipher, tenant_cipher

# A launch that has not been frozen by then was lost with its worker. Freezing 100,000 takes about 6 s.
LAUNCH_LOST_AFTER = timedelta(seconds=30)
# Of a campaign that the planner takes for one row, every batch reads all recipients; fewer do not matter.
_WORTH_STATISTICS = 1_000
Ids = tuple[UUID, UUID]


def launch(
    connection: Connection,
    cipher: TenantCipher,
    campaign_id: UUID,
    member_id: UUID,
    now: datetime,
    balance: int | None = None,
) -> Status:
    """Accept a campaign for sending; the caller starts the freezing after the commit.

    `balance`: won at the carrier, None where it does not tell; it must carry the first step. Raises NotFound;
    Conflict for a second click, an empty audience, a time that has passed, or no carrier account in
    production; ComplianceBlocked with one detail per broken rule; QuotaExceeded.
    """
    campaign = campaigns.require(store.lock(connection, campaign_id))
    _check_launchable(campaign, now)
    store.lock_launches(connection)
    account = accounts.for_sending(connection, cipher)
    steps = store.steps_of(connection, [campaign_id])
    asked = _question(connection, cipher, campaign, steps, member_id, now)
    judged = law.admit(connection, cipher, _with_money(connection, cipher, asked, balance), now)
    steps = judged.steps
    wanted = audience.resolved(connection, campaign["audience"])
    count = audience.count(connection, cipher, wanted, audience.families(steps), judged.consents)
    if count == 0:
        raise Conflict("campaign.nobody")
    month = seoul_month(now)
    quotas.reserve(connection, month, count)
    ensure_templates(connection, campaign, steps)
    store.move(connection, campaign_id, CampaignStatus.LAUNCHING, now)
    launched = {
        "account_id": account.id,
        "ledger_month": month,
        "launched_at": now,
        "launched_audience": wanted,
        "prices": costs.prices_of(connection, account.id),
    }
    store.set_launched(connection, campaign_id, launched)
    store.add_reserved(connection, campaign_id, count)
    audit.record(
        connection, "campaign.launched", member_id=member_id, target=str(campaign_id), recipients=count
    )
    return Status(id=campaign_id, status=CampaignStatus.LAUNCHING)


def freeze(tenant_id: UUID, campaign_id: UUID, now: datetime) -> None:
    """Turn the audience of a launched campaign into recipients, once, and let sending begin.

    Idempotent: a campaign that has its recipients is left alone. One that was paused before it had them
    gets them and stays paused.
    """
    _mirror_to_simulator(tenant_id, campaign_id)
    short = costs.shortfall(tenant_id, campaign_id)
    with tenant_transaction(tenant_id) as connection:
        campaign = store.lock(connection, campaign_id)
        if campaign is None or not _awaits_freezing(connection, campaign):
            return
        cipher = tenant_cipher(connection, tenant_id)
        wanted = campaign["launched_audience"] or campaign["audience"]  # launched by an earlier version: none
        start = campaign["scheduled_at"] or now
        families = audience.families(store.steps_of(connection, [campaign_id]))
        condition = audience.consented(
            audience.condition_of(connection, cipher, wanted), campaign["consents_needed"], families, now
        )
        split = splits.of(connection, campaign)
        due = max(start, now) if split is None else store_splits.NOT_YET
        store_audience.freeze(connection, campaign_id, condition, due, families)
        _adjust_reservation(connection, campaign)
        people = campaigns.counts_of(connection, [campaign_id])[campaign_id].queued
        if split is not None:
            splits.begin(connection, campaign_id, split, people, max(start, now))
        if people >= _WORTH_STATISTICS:
            store_recipients.refresh_statistics(connection)
        if campaign["status"] == CampaignStatus.LAUNCHING:
            target = CampaignStatus.SCHEDULED if start > now else CampaignStatus.SENDING
            store.move(connection, campaign_id, target, now)
            if target is CampaignStatus.SENDING:
                _stop_if_short(connection, cipher, campaign, short, now)


def _stop_if_short(
    connection: Connection,
    cipher: TenantCipher,
    campaign: dict[str, Any],
    short: costs.Shortfall | None,
    now: datetime,
) -> None:
    """Nothing is sent that the money at the carrier ends in the middle of; resuming it is a member's word.

    The verdict (V04) stays with the campaign.
    """
    if short is not None and store.move(connection, campaign["id"], CampaignStatus.STOPPED, now):
        store.set_stop_reason(connection, campaign["id"], costs.BALANCE_SHORT)
        verdicts.keep_short(connection, cipher, campaign, short, now)


def is_frozen(connection: Connection, campaign: dict[str, Any]) -> bool:
    """Whether a launched campaign has its recipients (an audience that became empty counts as frozen)."""
    counts = campaigns.counts_of(connection, [campaign["id"]])[campaign["id"]]
    return counts.recipients > 0 or campaign["reserved"] == 0


def release(tenant_id: UUID, campaign_id: UUID, now: datetime) -> None:
    """Let a scheduled campaign send once its time has come, if the carrier has the money for it."""
    short = costs.shortfall(tenant_id, campaign_id)
    with tenant_transaction(tenant_id) as connection:
        campaign = store.lock(connection, campaign_id)
        if campaign is None or campaign["status"] != CampaignStatus.SCHEDULED:
            return
        if campaign["scheduled_at"] is None or campaign["scheduled_at"] <= now:
            store.move(connection, campaign_id, CampaignStatus.SENDING, now)
            _stop_if_short(connection, tenant_cipher(connection, tenant_id), campaign, short, now)


def due_for_release(now: datetime) -> list[Ids]:
    """(tenant, campaign) of scheduled campaigns whose time has come."""
    with system_transaction() as connection:
        return [(row["tenant_id"], row["campaign_id"]) for row in store.to_release(connection, now)]


def lost_launches(now: datetime) -> list[Ids]:
    """(tenant, campaign) of launches whose freezing was lost."""
    with system_transaction() as connection:
        rows = store.idle(connection, CampaignStatus.LAUNCHING, now - LAUNCH_LOST_AFTER)
        return [(row["tenant_id"], row["campaign_id"]) for row in rows]


def ensure_templates(connection: Connection, campaign: dict[str, Any], steps: list[dict[str, Any]]) -> None:
    """Give each Alimtalk step that has only a body a template of its own; `steps` is updated too."""
    for step in steps:
        if step["channel"] == Channel.ALIMTALK and step["template_id"] is None:
            name = f"{campaign['name'][:180]} {step['position']}"
            template = templates.implicit(connection, name, step["body"])
            store.set_template(connection, campaign["id"], step["position"], template.id)
            step.update(template_id=template.id, template_version=template.version)


def _awaits_freezing(connection: Connection, campaign: dict[str, Any]) -> bool:
    if campaign["status"] == CampaignStatus.PAUSED:
        return not is_frozen(connection, campaign)
    return bool(campaign["status"] == CampaignStatus.LAUNCHING)


def _check_launchable(campaign: dict[str, Any], now: datetime) -> None:
    if campaign["status"] != CampaignStatus.DRAFT:
        raise Conflict("campaign.already_launched")
    scheduled_at = campaign["scheduled_at"]
    if scheduled_at is not None and scheduled_at < now - timedelta(hours=1):
        raise Conflict("campaign.in_the_past")


def _question(
    connection: Connection,
    cipher: TenantCipher,
    campaign: dict[str, Any],
    steps: list[dict[str, Any]],
    member_id: UUID,
    now: datetime,
) -> law.Question:
    # The law is asked of the text as it leaves, and nobody is shown it here.
    _, values = values_of_example(connection, cipher, campaign["audience"], None, nothing_hidden)
    send_at = max(campaign["scheduled_at"] or now, now)
    return law.Question(campaign, steps, values, send_at, member_id)


def _with_money(
    connection: Connection, cipher: TenantCipher, asked: law.Question, balance: int | None
) -> law.Question:
    """Beside the question what the carrier has and what the first step costs at least (V04)."""
    if balance is None:
        return asked
    declared = law.declarations_of(connection, asked.campaign["id"])
    told = law.sensitive_in(connection, cipher, asked.steps)
    consents = law.consents_for(asked.campaign, asked.send_at, declared, told)
    wanted, families = asked.campaign["audience"], audience.families(asked.steps)
    people = audience.count(connection, cipher, wanted, families, consents)
    cost = costs.at_least(asked.steps, costs.prices_now(connection)) * people
    return replace(asked, money=(balance, cost))


def _adjust_reservation(connection: Connection, campaign: dict[str, Any]) -> None:
    """Make the reservation equal to the true number of recipients.

    People who became reachable since the launch need quota too; whoever has none left is suppressed.
    """
    counts = campaigns.counts_of(connection, [campaign["id"]])[campaign["id"]]
    month, change = campaign["ledger_month"], counts.queued - campaign["reserved"]
    if change < 0:
        store_quotas.settle(connection, month, used=0, released=-change)
    elif change > 0:
        granted = store_quotas.reserve_up_to(connection, month, change)
        store_recipients.suppress_newest_waiting(connection, campaign["id"], "quota", change - granted)
        change = granted
    store.add_reserved(connection, campaign["id"], change)


def _mirror_to_simulator(tenant_id: UUID, campaign_id: UUID) -> None:
    with tenant_transaction(tenant_id) as connection:
        campaign = store.get(connection, campaign_id)
        if campaign is None or campaign["account_id"] is None:
            return
        cipher = tenant_cipher(connection, tenant_id)
        account = accounts.open_account(connection, cipher, campaign["account_id"])
        settings = simulator_mirror.read(connection, cipher) if account.simulated else None
    if settings is not None:
        simulator_mirror.write(account, settings)
