"""Kakao's rules for the bubbles of brand messages, which every carrier enforces with codes of its own."""

import io
from collections.abc import Mapping
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

MOST_PICTURE_BYTES = 500 * 1024
_WIDTH = 500
_FORMATS = ("JPEG", "PNG")


@dataclass(frozen=True)
class Bubble:
    """How much a kind of bubble holds, and how high its picture may be for each pixel of its width."""

    characters: int
    line_breaks: int
    buttons: int
    button_name: int
    tallest: float | None = None

    def holds(self, text: str) -> bool:
        """Whether a text fits in."""
        return len(text) <= self.characters and text.count("\n") <= self.line_breaks


BUBBLES: Mapping[str, Bubble] = {
    "TEXT": Bubble(1300, 99, 5, 14),
    "IMAGE": Bubble(1300, 99, 5, 14, 1.334),
    "WIDE": Bubble(76, 1, 2, 8, 1.0),
}
"""The kinds that this simulator takes; the others are made of lists, goods and films."""


def takes_picture(content: bytes, kind: str) -> bool:
    """Whether Kakao takes a picture for this kind of bubble: JPEG or PNG, 500 pixels wide, of its shape."""
    tallest = BUBBLES[kind].tallest
    if tallest is None or not 0 < len(content) <= MOST_PICTURE_BYTES:
        return False
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
            width, height = image.size
            image.load()
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError):
        return False
    return width >= _WIDTH and 0.5 <= height / width <= tallest
