"""What a person will receive: variables filled in, characters a phone can show, size, kind and price.

Sizes are counted as the carriers count them: bytes in CP949 for texts, characters for Kakao.
Limits: SOLAPI message-status codes 1014 and 1031 (SMS 90, LMS/MMS 2,000 bytes, subject 40 bytes,
Alimtalk 1,000 characters); Kakao brand message TEXT and IMAGE 1,300 characters, WIDE 76.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Channel(StrEnum):
    """The way a step reaches a person, as staff choose it."""

    SMS = "sms"
    LMS = "lms"
    MMS = "mms"
    ALIMTALK = "kakao_alimtalk"
    BRAND = "kakao_brand"

    @property
    def family(self) -> str:
        """What an opt-out bars at once: sms (all texts to a handset) or kakao."""
        return "sms" if self.is_text else "kakao"

    @property
    def is_text(self) -> bool:
        """True for messages that go to a handset over the mobile network."""
        return self in (Channel.SMS, Channel.LMS, Channel.MMS)


class Kind(StrEnum):
    """What the carrier will bill and how it limits the size."""

    SMS = "sms"
    LMS = "lms"
    MMS = "mms"
    ALIMTALK = "alimtalk"
    BRAND = "brand"


# What a channel's messages become; of an SMS its length decides.
_KINDS: Mapping[Channel, Kind] = {
    Channel.LMS: Kind.LMS,
    Channel.MMS: Kind.MMS,
    Channel.ALIMTALK: Kind.ALIMTALK,
    Channel.BRAND: Kind.BRAND,
}

SUBJECT_LIMIT = 40
LIMITS: Mapping[Kind, int] = {
    Kind.SMS: 90,
    Kind.LMS: 2000,
    Kind.MMS: 2000,
    Kind.ALIMTALK: 1000,
    Kind.BRAND: 1300,
}
WIDE_LIMIT = 76
BRAND_LINE_BREAKS, WIDE_LINE_BREAKS = 99, 1

# An assumption for the estimate on screen: KRW per message, VAT excluded, near the public list
# prices of the Korean resellers. What is really paid is agreed between the camp and its carrier.
COSTS_KRW: Mapping[Kind, int] = {
    Kind.SMS: 18,
    Kind.LMS: 45,
    Kind.MMS: 110,
    Kind.ALIMTALK: 13,
    Kind.BRAND: 25,
}

_VARIABLE = re.compile(r"#\{([^{}\n]{1,40})\}")

# Lookalikes that people paste and that CP949 cannot hold, with what a Korean phone can show.
_REPLACED = str.maketrans(
    {
        "\u00a0": " ",  # no-break space
        "\u2007": " ",
        "\u202f": " ",
        "\u200b": None,  # zero-width space
        "\u200c": None,
        "\u200d": None,
        "\u2060": None,  # word joiner
        "\ufe0f": None,  # variation selector 16
        "\ufeff": None,  # byte order mark
        "\u2022": "·",
        "\u2013": "-",
        "\u2014": "-",
        "\u2212": "-",
        "\u20a9": "￦",
        "\r": None,
    }
)


@dataclass(frozen=True)
class Rendered:
    """A text with its variables filled in, and the names that had no value."""

    text: str
    unfilled: tuple[str, ...]


class Written(NamedTuple):
    """The words of one message; `size` is CP949 bytes of a text, characters of a Kakao message."""

    kind: Kind
    subject: str
    text: str
    size: int
    unfilled: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """One rendered message as the carrier will count it; `size` and `limit` are bytes or characters."""

    kind: Kind
    subject: str
    text: str
    size: int
    limit: int
    parts: int
    unfilled: tuple[str, ...]
    unsendable: tuple[str, ...]
    cost_krw: int

    @property
    def fits(self) -> bool:
        return self.size <= self.limit and text_bytes(self.subject) <= SUBJECT_LIMIT


def prices(chosen: Mapping[str, int] | None) -> dict[str, int]:
    """Won for a message of each kind (VAT excluded): what an account says, else the list price."""
    return {kind.value: (chosen or {}).get(kind.value, price) for kind, price in COSTS_KRW.items()}


def variables_in(text: str) -> tuple[str, ...]:
    """The variable names in a text, each once, in order of appearance."""
    return tuple(dict.fromkeys(name.strip() for name in _VARIABLE.findall(text)))


def fill(text: str, values: Mapping[str, str]) -> Rendered:
    """Put the values in place of `#{name}`.

    One pass: what a value contains is never expanded again. A variable without a value, or with an
    empty one, becomes nothing and is reported, so that no citizen reads `#{이름}`.
    """
    if "#{" not in text:
        return Rendered(text, ())
    unfilled: dict[str, None] = {}

    def value(match: re.Match[str]) -> str:
        name = match.group(1).strip()
        found = values.get(name, "")
        if not found:
            unfilled[name] = None
        return found

    return Rendered(_VARIABLE.sub(value, text), tuple(unfilled))


def sanitize(text: str) -> str:
    """Replace what CP949 cannot hold but has an equal for; file names and pastes from a Mac are NFD."""
    composed = unicodedata.normalize("NFC", text)
    return composed if _needs_nothing(composed) else composed.translate(_REPLACED)


def unsendable_characters(text: str) -> tuple[str, ...]:
    """Characters a Korean carrier refuses (not in CP949, or control characters), each once."""
    if _plainly_sendable(text):
        return ()
    return tuple(dict.fromkeys(character for character in text if not _sendable(character)))


def text_bytes(text: str) -> int:
    """Length in CP949 bytes; a character it cannot hold counts 2, as the `?` or its repair would."""
    try:
        return len(text.encode("cp949"))
    except UnicodeEncodeError:
        return sum(_character_bytes(character) for character in text)


def message_kind(channel: Channel, text: str, subject: str = "") -> Kind:
    """The kind a rendered text becomes: an SMS with a subject or over 90 bytes goes as LMS."""
    return _kind(channel, text_bytes(text) if channel is Channel.SMS else 0, subject)


def written(channel: Channel, body: str, subject: str, values: Mapping[str, str]) -> Written:
    """The words a person receives: variables filled in, characters replaced that a phone cannot show."""
    filled, title = fill(body, values), fill(subject, values)
    # Kakao compares an Alimtalk with its template to the last character, and shows all of Unicode.
    clean = sanitize if channel.is_text else str
    text, heading = clean(filled.text), clean(title.text)
    size = text_bytes(text) if channel.is_text else len(text)
    unfilled = tuple(dict.fromkeys(filled.unfilled + title.unfilled))
    return Written(_kind(channel, size, heading), heading, text, size, unfilled)


def preview(
    channel: Channel, body: str, subject: str, values: Mapping[str, str], *, wide: bool = False
) -> Preview:
    """Everything the screen and the rules need to know about one rendered message. `wide`: in a wide bubble.

    `parts` is how many messages of that kind the text would need; carriers do not split a text, so
    more than one means it cannot be sent.
    """
    kind, heading, text, size, unfilled = written(channel, body, subject, values)
    limit = WIDE_LIMIT if wide else LIMITS[kind]
    return Preview(
        kind=kind,
        subject=heading,
        text=text,
        size=size,
        limit=limit,
        parts=max(1, -(-size // limit)),
        unfilled=unfilled,
        unsendable=_unsendable_for(kind, heading + text),
        cost_krw=COSTS_KRW[kind],
    )


def _unsendable_for(kind: Kind, text: str) -> tuple[str, ...]:
    """Kakao takes the whole of Unicode, emoji included; only texts are bound to CP949."""
    if kind in (Kind.ALIMTALK, Kind.BRAND):
        return ()
    return unsendable_characters(text)


def _kind(channel: Channel, size: int, subject: str) -> Kind:
    if channel is not Channel.SMS:
        return _KINDS[channel]
    return Kind.LMS if subject or size > LIMITS[Kind.SMS] else Kind.SMS


def _needs_nothing(text: str) -> bool:
    """Nearly every text, told in two calls: of what is replaced, CP949 holds the carriage return alone."""
    return "\r" not in text and _in_cp949(text)


def _plainly_sendable(text: str) -> bool:
    """Nearly every text, told in two calls; looking at each character took a third of composing."""
    return _in_cp949(text) and text.replace("\n", "").isprintable()


def _in_cp949(text: str) -> bool:
    try:
        text.encode("cp949")
    except UnicodeEncodeError:
        return False
    return True


def _sendable(character: str) -> bool:
    if character != "\n" and unicodedata.category(character) in ("Cc", "Cf", "Cs"):
        return False
    return _in_cp949(character)


def _character_bytes(character: str) -> int:
    try:
        return len(character.encode("cp949"))
    except UnicodeEncodeError:
        return 2
