"""The review of Alimtalk templates by Kakao: handed in at the carrier, asked about until there is a word.

No connection is held during a call to the carrier.
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from uuid import UUID

from shared.kernel.clock import Clock, utc_now
from shared.kernel.database import Connection, system_transaction, tenant_transaction
from shared.kernel.errors import Conflict, Detail, Unavailable, ValidationFailed
from shared.kernel.i18n import text
from shared.kernel.logging import get_logger
from shared.messaging import accounts, senders, templates
from shared.messaging import store_templates as store
from shared.messaging.gateways import (
    Button,
    CarrierRefused,
    CarrierTemplate,
    GatewayError,
    LookUpFailed,
    NewTemplate,
    NotOffered,
)
from shared.messaging.models import TemplateView
from shared.messaging.rendering import Channel
from shared.security import audit
from shared.security.cipher import tenant_cipher

log = get_logger(__name__)

# What a carrier says of a template, as ours: a draft there is nothing that Kakao has seen.
_STATUS = {
    "draft": "pending",
    "inspecting": "inspecting",
    "approved": "approved",
    "rejected": "rejected",
    "stopped": "stopped",
}


def hand_in(
    tenant_id: UUID, template_id: UUID, sender_id: UUID, member_id: UUID, clock: Clock = utc_now
) -> TemplateView:
    """Register a template's newest version at the carrier under a Kakao channel and ask for its review.

    Raises NotFound, ValidationFailed for what is no Kakao channel, Conflict for a text that needs no review,
    one that is under review or approved, and when the carrier refuses it or offers no reviews, Unavailable
    when the carrier does not answer.
    """
    with tenant_transaction(tenant_id) as connection:
        template = _reviewable(connection, template_id)
        cipher = tenant_cipher(connection, tenant_id)
        channel = senders.by_ids(connection, cipher, [sender_id]).get(sender_id)
        if channel is None or channel.kind != "kakao_channel":
            raise ValidationFailed(details=[Detail(text("campaign.sender"), field="sender_id")])
        gateway = accounts.gateway_for(accounts.for_sending(connection, cipher))
    wanted = NewTemplate(
        channel_id=senders.wire_value(channel),
        name=f"{template.name[:140]} v{template.version}",
        body=template.body,
        code=f"h{template.id.hex[-12:]}v{template.version}",
        buttons=tuple(Button(**button) for button in template.buttons),
    )
    try:
        made = gateway.create_template(wanted)
        if made.status == "draft":
            gateway.request_inspection(wanted.channel_id, made.code)
    except NotOffered as error:
        raise Conflict("template.no_review") from error
    except CarrierRefused as error:
        raise Conflict("template.refused", code=error.code) from error
    except LookUpFailed as error:
        raise Unavailable from error
    status = "inspecting" if made.status == "draft" else _STATUS[made.status]
    with tenant_transaction(tenant_id) as connection:
        review = {"status": status, "comment": made.comment, "at": clock(), "sender_id": sender_id}
        store.set_review(
            connection, template_id, template.version, {**review, "carrier_template_id": made.code}
        )
        audit.record(connection, "template.handed_in", member_id=member_id, target=str(template_id))
        return templates.get(connection, template_id)


def tenants_waiting() -> list[UUID]:
    """Who waits for a review."""
    with system_transaction() as connection:
        return store.tenants_inspecting(connection)


def ask(tenant_id: UUID, now: datetime) -> int:
    """Ask the carrier about every version under review; returns how many have their word now."""
    with tenant_transaction(tenant_id) as connection:
        cipher = tenant_cipher(connection, tenant_id)
        gateway = accounts.gateway_for(accounts.for_sending(connection, cipher))
        waiting = store.inspecting(connection)
        channels = senders.by_ids(connection, cipher, [row["sender_id"] for row in waiting], deleted=True)
    decided = 0
    for sender_id, rows in groupby(waiting, key=lambda row: row["sender_id"]):
        try:
            known = gateway.templates(senders.wire_value(channels[sender_id]))
        except GatewayError as error:
            log.warning("templates_not_told", error=type(error).__name__)
            continue
        decided += _store_words(tenant_id, list(rows), known, now)
    return decided


def _store_words(
    tenant_id: UUID, rows: list[store.Row], known: Iterable[CarrierTemplate], now: datetime
) -> int:
    by_code = {template.code: template for template in known}
    decided = 0
    with tenant_transaction(tenant_id) as connection:
        for row in rows:
            said = by_code.get(row["carrier_template_id"])
            if said is None or _STATUS[said.status] in ("pending", "inspecting"):
                continue
            review = {"status": _STATUS[said.status], "comment": said.comment, "at": now}
            unchanged = {"carrier_template_id": None, "sender_id": None}
            store.set_review(connection, row["id"], row["version"], {**review, **unchanged})
            decided += 1
    return decided


def _reviewable(connection: Connection, template_id: UUID) -> TemplateView:
    template = templates.get(connection, template_id)
    if template.channel != Channel.ALIMTALK:
        raise Conflict("template.needs_no_review")
    if template.status in ("inspecting", "approved"):
        raise Conflict("template.in_review")
    return template
