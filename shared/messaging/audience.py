"""Who a campaign goes to."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from shared import segments
from shared.compliance import CONSENT_HOLDS
from shared.contacts.sensitive_fields import nothing_hidden
from shared.kernel.clock import utc_now
from shared.kernel.database import Connection
from shared.messaging import store_audience as store
from shared.messaging.models import Audience
from shared.messaging.rendering import Channel
from shared.messaging.store_campaigns import Twin
from shared.security.cipher import TenantCipher


def condition_of(
    connection: Connection, cipher: TenantCipher, audience: Mapping[str, Any]
) -> store.Condition:
    """A stored audience as a condition on contacts. Who may ask it is decided before: `sensitive_campaigns`.

    Raises NotFound for a segment that is gone, ValidationFailed for a filter that makes no sense.
    """
    wanted = Audience.model_validate(audience)
    if wanted.segment_id is not None:
        return segments.condition_of(connection, cipher, wanted.segment_id, nothing_hidden)
    if wanted.filter is not None:
        return segments.compile_filter(wanted.filter, cipher, nothing_hidden)
    if wanted.contact_ids is not None:
        return store.of_contacts(wanted.contact_ids)
    return store.everybody()


def resolved(connection: Connection, audience: Mapping[str, Any]) -> dict[str, Any]:
    """The audience as it is now: a segment may be changed or deleted before the recipients are frozen.

    Raises NotFound for a segment that is gone.
    """
    wanted = Audience.model_validate(audience)
    if wanted.segment_id is None:
        return dict(audience)
    return {"filter": segments.stored_filter(connection, wanted.segment_id)}


def families(steps: Sequence[Mapping[str, Any]]) -> list[str]:
    """The kinds of channels (sms, kakao) of a campaign's steps, the first one first."""
    return list(dict.fromkeys(Channel(step["channel"]).family for step in steps)) or list(store.TEXTS)


def channels_at(steps: Sequence[Mapping[str, Any]], position: int) -> dict[str, Any]:
    """The family of a step, and the next step of another one: for people who refuse this family only."""
    family = next(Channel(s["channel"]).family for s in steps if s["position"] == position)
    onward = next(
        (s for s in steps if s["position"] > position and Channel(s["channel"]).family != family), None
    )
    return {
        "family": family,
        "onward": onward["position"] if onward else None,
        "onward_family": Channel(onward["channel"]).family if onward else None,
    }


def consented(
    condition: store.Condition, consents: Sequence[str], families: Sequence[str], now: datetime
) -> store.Condition:
    """A condition, and the consents that advertising needs; with none needed the condition itself."""
    if not consents:
        return condition
    return store.consented(condition, consents, families, now - CONSENT_HOLDS)


def count(
    connection: Connection,
    cipher: TenantCipher,
    audience: Mapping[str, Any],
    families: Sequence[str],
    consents: Sequence[str] = (),
) -> int:
    """How many people would receive a campaign over these kinds of channels now."""
    condition = consented(condition_of(connection, cipher, audience), consents, families, utc_now())
    return store.count_reachable(connection, condition, families)


def without_consent(
    connection: Connection,
    cipher: TenantCipher,
    audience: Mapping[str, Any],
    families: Sequence[str],
    consents: Sequence[str],
) -> int:
    """How many people of an audience that may be written to lack one of these consents."""
    condition = condition_of(connection, cipher, audience)
    agreed = store.count_sources(connection, consented(condition, consents, families, utc_now()))
    return store.count_sources(connection, condition)["reached"] - agreed["reached"]


def refused(connection: Connection, cipher: TenantCipher, audience: Mapping[str, Any]) -> int:
    """How many people of an audience have refused messages, of one kind or of all."""
    return store.count_refused(connection, condition_of(connection, cipher, audience))


def repeated(
    connection: Connection, cipher: TenantCipher, audience: Mapping[str, Any], twins: Sequence[Twin]
) -> int:
    """How many of an audience got or will get one of these texts."""
    return store.count_recipients_of(connection, condition_of(connection, cipher, audience), twins)


def sources(connection: Connection, cipher: TenantCipher, audience: Mapping[str, Any]) -> dict[str, int]:
    """{unsourced, reached}: how many of an audience have neither source nor legal basis, how many do."""
    return store.count_sources(connection, condition_of(connection, cipher, audience))


def nth(connection: Connection, cipher: TenantCipher, audience: Mapping[str, Any], row: int) -> UUID | None:
    """The n-th contact of the audience, from 1, the newest first."""
    return store.nth_reachable(connection, condition_of(connection, cipher, audience), row)


def example(connection: Connection, cipher: TenantCipher, audience: Mapping[str, Any]) -> UUID | None:
    """One contact of the audience."""
    return store.first_reachable(connection, condition_of(connection, cipher, audience))
