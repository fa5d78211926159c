"""What the rule engine is told about the steps of a campaign."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from shared.compliance import SenderFacts, StepFacts
from shared.contacts import custom_fields
from shared.kernel.config import settings
from shared.kernel.database import Connection
from shared.messaging import accounts, senders, templates
from shared.messaging.gateways import MessageKind
from shared.messaging.links import OPT_OUT_VARIABLE, links_in, placeholder, with_short_links
from shared.messaging.models import SenderView, TemplateView
from shared.messaging.rendering import (
    BRAND_LINE_BREAKS,
    SUBJECT_LIMIT,
    WIDE_LINE_BREAKS,
    Channel,
    Preview,
    preview,
    text_bytes,
    variables_in,
)
from shared.security.cipher import TenantCipher

StepRow = Mapping[str, Any]
KINDS: Mapping[Channel, MessageKind] = {
    Channel.SMS: "sms",
    Channel.LMS: "lms",
    Channel.MMS: "mms",
    Channel.ALIMTALK: "alimtalk",
    Channel.BRAND: "brand",
}


def of_steps(
    connection: Connection, cipher: TenantCipher, steps: Sequence[StepRow], values: Mapping[str, str]
) -> tuple[StepFacts, ...]:
    """The steps as a person with these values would get them."""
    known_senders = senders.by_ids(connection, cipher, [step["sender_id"] for step in steps])
    known = templates.of_steps(connection, steps)
    reviewed = accounts.has_real_account(connection)
    kinds = accounts.kinds_offered(connection, cipher)
    found = [_step_facts(step, values, known_senders.get(step["sender_id"])) for step in steps]
    nameless = _nameless(connection, cipher, found, values)
    return tuple(
        replace(
            one,
            template_approved=not reviewed or _approved(step, known),
            unknown_variables=tuple(name for name in one.variables if name in nameless),
            offered=kinds is None or KINDS[Channel(one.channel)] in kinds,
        )
        for step, one in zip(steps, found, strict=True)
    )


def of_senders(connection: Connection, cipher: TenantCipher) -> tuple[SenderFacts, ...]:
    """Every number that was reported to the election commission."""
    found = (sender_facts(one) for one in senders.list_all(connection, cipher) if one.kind == "phone")
    return tuple(one for one in found if one is not None and one.reported_on is not None)


def render_step(step: StepRow, values: Mapping[str, str]) -> Preview:
    """A step as one person would get it; tracked links stand as long as they will be."""
    channel, body = Channel(step["channel"]), step["body"]
    if tracks_links(channel, step["template_id"] is not None):
        body = with_short_links(body, dict.fromkeys(links_in(body), placeholder(settings().public_url)))
    shown = {**values, OPT_OUT_VARIABLE: placeholder(settings().public_url)}
    return preview(channel, body, step["subject"] or "", shown, wide=_is_wide(step))


def _is_wide(step: StepRow) -> bool:
    """In a wide bubble; of a registered template Kakao has measured the text."""
    return bool(step.get("image_wide")) and step["template_id"] is None


def _line_breaks(step: StepRow) -> int | None:
    if step["channel"] != Channel.BRAND:
        return None
    return WIDE_LINE_BREAKS if _is_wide(step) else BRAND_LINE_BREAKS


def tracks_links(channel: Channel, has_template: bool) -> bool:
    """Whether links are replaced: not in a Kakao message that must equal its reviewed template."""
    return channel.is_text or (channel is Channel.BRAND and not has_template)


def _nameless(
    connection: Connection, cipher: TenantCipher, steps: Sequence[StepFacts], values: Mapping[str, str]
) -> set[str]:
    """Variables that are neither built in, nor a custom field of the camp, nor known of the person shown."""
    asked = {name for step in steps for name in step.variables} - {*values, OPT_OUT_VARIABLE}
    if asked:
        asked -= {field.label for field in custom_fields.all_of(connection, cipher)}
    return asked


def _approved(step: StepRow, known: Mapping[UUID, TemplateView]) -> bool:
    """Only an Alimtalk needs a template that Kakao has reviewed."""
    template = known.get(step["template_id"]) if step["template_id"] else None
    return step["channel"] != Channel.ALIMTALK or (template is not None and template.status == "approved")


def _step_facts(step: StepRow, values: Mapping[str, str], sender: SenderView | None) -> StepFacts:
    shown, names = render_step(step, values), variables_of(step)
    # In one pass: a variable that becomes itself stays.
    common = render_step(step, {name: f"#{{{name}}}" for name in names}).text if names else None
    return StepFacts(
        position=step["position"],
        channel=step["channel"],
        text=shown.text,
        subject=shown.subject,
        size=shown.size,
        limit=shown.limit,
        subject_size=text_bytes(shown.subject),
        subject_limit=SUBJECT_LIMIT,
        unsendable=shown.unsendable,
        sender=sender_facts(sender),
        variables=names,
        common=common,
        buttons=tuple(button["name"] for button in step.get("buttons") or ()),
        reviewed=not Channel(step["channel"]).is_text and step["template_id"] is not None,
        line_breaks=_line_breaks(step),
    )


def variables_of(step: StepRow) -> tuple[str, ...]:
    """The names in a step's text and in the links of its picture and its buttons."""
    return variables_in((step["subject"] or "") + step["body"] + _links_of(step))


def _links_of(step: StepRow) -> str:
    of_buttons = [value for button in step.get("buttons") or () for value in button.values() if value]
    return " ".join([step.get("image_link") or "", *of_buttons])


def sender_facts(sender: SenderView | None) -> SenderFacts | None:
    """A sender as the rules see it."""
    if sender is None:
        return None
    return SenderFacts(senders.wire_value(sender), sender.registered_on, sender.reported_on)


def bare_step(step: StepRow) -> StepFacts:
    """A step as far as a batch asks: its channel and its words as they were written, judged at the launch."""
    return StepFacts(
        position=step["position"],
        channel=step["channel"],
        text=step["body"],
        subject=step["subject"] or "",
        size=0,
        limit=0,
        subject_size=0,
        subject_limit=0,
        unsendable=(),
        sender=None,
        buttons=tuple(button["name"] for button in step["buttons"]),
    )
