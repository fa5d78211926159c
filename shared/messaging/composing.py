"""From claimed recipients to messages for the gateway: everything personal is opened here, in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag

from shared.compliance import says_any
from shared.contacts.identifiers import holds_resident_number
from shared.kernel.config import settings
from shared.kernel.ids import new_id
from shared.messaging import people, senders
from shared.messaging.facts import tracks_links
from shared.messaging.gateways import Bubble, Button, OutgoingMessage
from shared.messaging.links import (
    OPT_OUT_TARGET,
    OPT_OUT_VARIABLE,
    links_in,
    new_token,
    placeholder,
    short_link,
    token_number,
    with_short_links,
)
from shared.messaging.models import SenderView, TemplateView
from shared.messaging.rendering import Channel, fill, variables_in, written
from shared.security.cipher import TenantCipher


@dataclass(frozen=True)
class Content:
    """What a step sends, ready to be made personal."""

    channel: Channel
    subject: str
    body: str
    sender: SenderView
    template: TemplateView | None = None
    image_id: str | None = None  # the carrier's
    image: bytes | None = None  # the picture itself, where the carrier keeps none
    variant: str | None = None  # which of the step's two texts this is
    version: int = 1  # of the step's text, counted up by replacements
    advertising: bool = False  # 정보통신망법 제50조: some carriers take it on a path of its own
    bubble: Bubble = "text"  # of a brand message
    image_link: str | None = None
    buttons: tuple[Button, ...] = ()  # of a brand message without a template
    number: str = ""  # beside a Kakao channel, where the carrier wants one
    unjudged: tuple[str, ...] = ()  # words that no variable may bring in: `law.unjudged_words`

    @cached_property
    def links(self) -> tuple[str, ...]:
        """The addresses whose opening is counted, of the text, of the picture and of the buttons."""
        if not tracks_links(self.channel, self.template is not None):
            return ()
        buttons = [link for button in self.buttons for link in (button.link_mobile, button.link_pc)]
        whole = [link for link in (self.image_link, *buttons) if link and links_in(link) == (link,)]
        return tuple(dict.fromkeys((*links_in(self.body), *whole)))

    def shortened(self, short: Mapping[str, str]) -> "Content":
        """The same with short links in the places of the addresses."""
        if not short:
            return self
        buttons = tuple(
            replace(
                button,
                link_mobile=short.get(button.link_mobile or "", button.link_mobile),
                link_pc=short.get(button.link_pc or "", button.link_pc),
            )
            for button in self.buttons
        )
        body, image_link = with_short_links(self.body, short), self.image_link
        return replace(self, body=body, buttons=buttons, image_link=short.get(image_link or "", image_link))

    def in_words(self, step: Mapping[str, Any]) -> "Content":
        """The same in the words of a variant of its step."""
        return replace(self, subject=step["subject"] or "", body=step["body"], variant=step.get("variant"))

    @cached_property
    def is_personal(self) -> bool:
        """Whether it says something else to each."""
        return bool(variables_in(self.subject + self.body))

    @cached_property
    def has_own_fields(self) -> bool:
        """Whether it tells something that a camp keeps in fields of its own."""
        return not self.variables <= {*people.BUILT_IN, OPT_OUT_VARIABLE}

    @cached_property
    def offers_opt_out(self) -> bool:
        """Whether the text holds a link of one's own by which its recipient refuses further messages."""
        return OPT_OUT_VARIABLE in variables_in(self.subject + self.body)

    @cached_property
    def variables(self) -> frozenset[str]:
        """The names of all that is filled in for a person."""
        links = [link for button in self.buttons for link in _links_of(button).values()]
        names = variables_in("\n".join([self.subject, self.body, self.image_link or "", *links]))
        return frozenset({*names, *self.template_variables})

    @cached_property
    def template_variables(self) -> tuple[str, ...]:
        """The names in a registered template: in its text and in the links of its buttons."""
        if self.template is None:
            return ()
        links = [link for button in self.template.buttons for link in _links_of(Button(**button)).values()]
        return tuple(variables_in("\n".join([self.template.body, *links])))

    @cached_property
    def wire_sender(self) -> str:
        """Who it comes from, as carriers take it."""
        return senders.wire_value(self.sender)


def bubble_of(picture: Mapping[str, Any]) -> Bubble:
    """How a brand message shows the picture that a stored step or template has, or has not."""
    if picture["image_id"] is None:
        return "text"
    return "wide" if picture["image_wide"] else "image"


def buttons_of(step: Mapping[str, Any]) -> tuple[Button, ...]:
    """The buttons a stored step has of its own."""
    return tuple(Button(**button) for button in step["buttons"])


@dataclass(frozen=True)
class Composed:
    """One message, its ledger row and its links; `attempt` counts the recipient's attempts."""

    outgoing: OutgoingMessage
    ledger: dict[str, Any]
    links: tuple[tuple[int, UUID, str], ...]

    @property
    def id(self) -> UUID:
        message_id: UUID = self.ledger["id"]
        return message_id

    @property
    def text(self) -> str:
        """All that is read."""
        return f"{self.outgoing.subject or ''}\n{self.outgoing.text}"


def compose_all(
    cipher: TenantCipher, content: Content, rows: Sequence[Mapping[str, Any]]
) -> tuple[list[Composed], dict[UUID, str]]:
    """Messages for claimed recipients, and of the others why there is none.

    `content`: their data do not open. What a variable says of them brings into the text `resident_number`
    (제24조의2), `wording` that a rule looks for: the launch has seen the text of one person only.
    """
    composed: list[Composed] = []
    left_out: dict[UUID, str] = {}
    for row in rows:
        try:
            one = _compose(cipher, content, row)
        except (InvalidTag, ValueError):
            left_out[row["id"]] = "content"
            continue
        if content.is_personal and holds_resident_number(one.text):
            left_out[row["id"]] = "resident_number"
        elif content.unjudged and says_any(content.unjudged, one.text):
            left_out[row["id"]] = "wording"
        else:
            composed.append(one)
    return composed, left_out


def compose_one(cipher: TenantCipher, content: Content, phone: str, values: Mapping[str, str]) -> Composed:
    """A message to one's own number: no recipient, no tracked links, an opt-out link that leads nowhere."""
    shown = {**values, OPT_OUT_VARIABLE: placeholder(settings().public_url)}
    return _composed(cipher, content, phone, shown, None, ())


def _compose(cipher: TenantCipher, content: Content, row: Mapping[str, Any]) -> Composed:
    phone = cipher.open(people.PHONE, row["phone_sealed"])
    values = people.open_values(cipher, row, phone, content.variables)
    tokens = {link: new_token() for link in content.links}
    short = {link: short_link(settings().public_url, token) for link, token in tokens.items()}
    if content.offers_opt_out:
        tokens[OPT_OUT_TARGET] = new_token()
        values[OPT_OUT_VARIABLE] = short_link(settings().public_url, tokens[OPT_OUT_TARGET])
    links = tuple((token_number(token), row["id"], link) for link, token in tokens.items())
    return _composed(cipher, content.shortened(short), phone, values, row, links)


def _composed(
    cipher: TenantCipher,
    content: Content,
    phone: str,
    values: Mapping[str, str],
    row: Mapping[str, Any] | None,
    links: tuple[tuple[int, UUID, str], ...],
) -> Composed:
    words, message_id = written(content.channel, content.body, content.subject, values), new_id()
    outgoing = OutgoingMessage(
        reference=str(message_id),
        to=people.local_digits(phone),
        kind=words.kind.value,
        text=words.text,
        subject=words.subject or None,
        image_id=content.image_id,
        image=content.image,
        advertising=content.advertising,
        **_addressed(content, values),
    )
    ledger = {
        "id": message_id,
        "recipient_id": row["id"] if row else None,
        "contact_id": row["contact_id"] if row else None,
        "attempt": row["attempt"] if row else 1,
        "kind": words.kind.value,
        "body_hash": cipher.field_hash("message_body", words.subject + "\n" + words.text),
        "variant": content.variant,
        "content_version": content.version,
    }
    return Composed(outgoing, ledger, links)


def _addressed(content: Content, values: Mapping[str, str]) -> dict[str, Any]:
    """Who it comes from: a number, or a Kakao channel with its template."""
    if content.channel.is_text:
        return {"sender": content.wire_sender}
    channel = {"channel_id": content.wire_sender, "bubble": content.bubble}
    addressed: dict[str, Any] = {"sender": content.number, **channel}
    if content.image_link:
        addressed["image_link"] = fill(content.image_link, values).text
    if content.template is None:
        addressed["buttons"] = tuple(_filled(button, values) for button in content.buttons)
    else:
        names = content.template_variables
        addressed["template_id"] = content.template.carrier_template_id
        addressed["variables"] = {name: fill(f"#{{{name}}}", values).text for name in names}
        addressed["buttons"] = tuple(Button(**button) for button in content.template.buttons)
    return addressed


def _filled(button: Button, values: Mapping[str, str]) -> Button:
    return replace(button, **{name: fill(link, values).text for name, link in _links_of(button).items()})


def _links_of(button: Button) -> dict[str, str]:
    names = ("link_mobile", "link_pc", "link_android", "link_ios")
    return {name: link for name in names if (link := getattr(button, name))}
