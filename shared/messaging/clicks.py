"""Clicks on tracked links: who read a text, as far as that can be known."""

import re
from datetime import datetime
from typing import Any

import redis

from shared.compliance import freezes
from shared.kernel.database import Connection, system_transaction, tenant_transaction
from shared.kernel.errors import NotFound, RateLimited
from shared.messaging import store_campaigns, store_links
from shared.messaging.links import OPT_OUT_TARGET, token_number
from shared.security.rate_limits import check_rate

RATE = "20/minute"

# Programs that fetch an address to draw a preview of it, or to check it, before any person taps it.
_ROBOT = re.compile(
    r"bot|crawl|spider|preview|scrap|facebookexternalhit|whatsapp|telegram|slack|discord|skypeuripreview"
    r"|kakaotalk-scrap|yeti|daum(?:oa)?/|google-pagerenderer|headless|curl|wget|python|okhttp|java/|go-http"
    r"|httpclient|monitor|scan",
    re.IGNORECASE,
)


def looks_human(user_agent: str | None, purpose: str | None) -> bool:
    """Whether a GET comes from a browser in someone's hand; `purpose` is the (Sec-)Purpose header."""
    if not user_agent or not user_agent.startswith("Mozilla/"):
        return False
    return _ROBOT.search(user_agent) is None and "prefetch" not in (purpose or "").lower()


def follow(token: str, *, counts: bool, now: datetime) -> str:
    """The address behind a short link; `counts` records the click. Raises NotFound, also while its campaign
    is frozen, except for the link by which its recipient refuses.

    No address of the visitor is kept: where and on what somebody reads is none of a camp's business.
    """
    try:
        number = token_number(token)
    except ValueError as error:
        raise NotFound from error
    with system_transaction() as connection:
        tenant_id = store_links.tenant_of(connection, number)
    if tenant_id is None:
        raise NotFound
    with tenant_transaction(tenant_id) as connection:
        link = store_links.get(connection, number)
        if link is None:
            raise NotFound
        if link["url"] == OPT_OUT_TARGET:  # of what is frozen too: nobody may be kept from refusing
            return f"{token}/opt-out"  # beside the short link, wherever that is served
        if freezes.closes_links(connection, link["campaign_id"]):
            raise NotFound
        if counts:
            _count(connection, number, link, now)
        return str(link["url"])


def within_rate(token: str, address: str) -> bool:
    """Whether a click may count; beyond it somebody plays, or a program follows. The way stays open.

    By link and address together: a whole mobile network may share one address.
    """
    try:
        check_rate(RATE, "click", token, address)
    except RateLimited:
        return False
    except redis.RedisError:  # a link must lead on without it
        return True
    return True


def _count(connection: Connection, number: int, link: dict[str, Any], now: datetime) -> None:
    """Only a link's first click may be its recipient's first; only that one is counted at the campaign."""
    if link["clicked_at"] is None:
        store_campaigns.share(connection, [link["campaign_id"]])
        if store_links.mark_recipient(connection, link["campaign_id"], link["recipient_id"], now):
            store_links.add_clicked(connection, link["campaign_id"])
    store_links.count_click(connection, number, now)
