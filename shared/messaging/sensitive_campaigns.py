"""Campaigns and sensitive information (개인정보 보호법 제23조): who is found, or told, by a sensitive field.

Whoever makes, previews, tries or launches a campaign, or reads whom it went to, learns who its audience is;
what a text says of a field can be read in the text. Both pass here.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from shared import segments
from shared.contacts.sensitive_fields import IsHidden
from shared.kernel.database import Connection
from shared.kernel.errors import Forbidden, NotFound
from shared.messaging import campaigns
from shared.messaging import store_campaigns as store
from shared.messaging.models import Audience, CampaignView
from shared.messaging.rendering import variables_in
from shared.security.cipher import TenantCipher

# What is told of an audience that somebody may not know of.
RESTRICTED = {"restricted": True}


def check_audience(
    connection: Connection, cipher: TenantCipher, audience: Audience, is_hidden: IsHidden
) -> None:
    """Raises Forbidden for an audience that asks about a hidden field."""
    if not _is_open(connection, cipher, audience.as_json(), is_hidden):
        raise Forbidden("segment.sensitive")


def check_readers(
    connection: Connection, cipher: TenantCipher, campaign_id: UUID, is_hidden: IsHidden
) -> None:
    """Raises NotFound, and Forbidden when the campaign's audience (of its launch, if it was) is hidden."""
    row = campaigns.require(store.get(connection, campaign_id))
    if not _is_open(connection, cipher, row["launched_audience"] or row["audience"], is_hidden):
        raise Forbidden("segment.sensitive")


def check_launch(
    connection: Connection, cipher: TenantCipher, campaign_id: UUID, is_hidden: IsHidden
) -> None:
    """Raises as `check_readers`, and Forbidden for a text that tells a hidden field."""
    check_readers(connection, cipher, campaign_id, is_hidden)
    for step in store.steps_of(connection, [campaign_id]):
        if any(map(is_hidden, variables_in(f"{step['subject'] or ''}\n{step['body'] or ''}"))):
            raise Forbidden("campaign.sensitive_text")


def shown(
    connection: Connection, cipher: TenantCipher, view: CampaignView, is_hidden: IsHidden
) -> CampaignView:
    """The campaign; of an audience that asks about a hidden field only that it does."""
    if _is_open(connection, cipher, view.audience, is_hidden):
        return view
    return view.model_copy(update={"audience": RESTRICTED})


def _is_open(
    connection: Connection, cipher: TenantCipher, audience: Mapping[str, Any], is_hidden: IsHidden
) -> bool:
    wanted = Audience.model_validate(audience)
    if wanted.segment_id is None:
        return wanted.filter is None or segments.is_readable(wanted.filter, cipher, is_hidden)
    try:
        node = segments.stored_filter(connection, wanted.segment_id)
    except NotFound:
        return True  # nobody is found by a segment that is gone
    return segments.is_readable(node, cipher, is_hidden)
