"""What to write instead of characters that a Korean phone cannot be sent: offered, and put in with one click.

Carriers take CP949 (SOLAPI 1029: other text; NHN -2023: emoji; SENS: such messages fail).
"""

import unicodedata
from collections import Counter
from dataclasses import dataclass

from shared.messaging.rendering import sanitize, unsendable_characters

# Signs with a near relative in CP949. What is not here is taken apart by Unicode (é → e, ➀ → 1), or left out.
_NEAR = {
    "✅": "√", "✔": "√", "☑": "√", "❤": "♥", "💙": "♥", "💚": "♥", "💛": "♥", "💜": "♥", "🧡": "♥",
    "🖤": "♥", "⭐": "★", "🌟": "★", "✨": "★", "☆": "☆", "📞": "☎", "📱": "☎", "☎": "☎", "➡": "→",
    "⬅": "←", "⬆": "↑", "⬇": "↓", "👉": "☞", "👈": "☜", "▪": "■", "◾": "■", "🔴": "●", "🔵": "●",
    "⚫": "●", "⚪": "○", "‣": "▶", "⁃": "-", "‐": "-", "‑": "-", "―": "-", "„": '"', "‟": '"',
    "‹": "<", "›": ">", "❗": "!", "❓": "?", "❌": "×", "©": "(c)", "➕": "+", "➖": "-", "✖": "×",
    "™": "™", "😀": "^^", "😊": "^^", "🙂": "^^", "😄": "^^", "髙": "高", "﨑": "崎",
}  # fmt: skip
# Circled digits that CP949 has are written ①; these are their lookalikes.
_DINGBATS = {chr(0x2780 + i): chr(0x2460 + i) for i in range(10)} | {
    chr(0x2776 + i): chr(0x2460 + i) for i in range(10)
}


@dataclass(frozen=True)
class Offer:
    """One character that cannot be sent: how often it stands there, what to write instead ("": leave it out),
    and its name in Unicode."""

    character: str
    count: int
    replacement: str
    name: str


def offers(text: str) -> list[Offer]:
    """The characters of a text that no phone can show, in their order, each with its offer."""
    counts = Counter(text)
    return [
        Offer(character, counts[character], replacement(character), unicodedata.name(character, "?"))
        for character in unsendable_characters(sanitize(text))
    ]


def fixed(text: str) -> str:
    """The text with every offer taken: nothing is left that a phone cannot show."""
    clean = sanitize(text)
    cures = {ord(character): replacement(character) for character in unsendable_characters(clean)}
    return clean.translate(cures)


def replacement(character: str) -> str:
    """The nearest that can be sent, "" for nothing."""
    near = _NEAR.get(character) or _DINGBATS.get(character)
    if near is not None:
        return near
    for form in (unicodedata.normalize("NFKC", character), unicodedata.normalize("NFKD", character)):
        left = "".join(part for part in form if not unicodedata.combining(part))
        if left and left != character and not unsendable_characters(left):
            return left
    return ""
