"""Pictures for MMS, made to fit every carrier.

JPEG of at most 200 kB and 1000×1000 pixels: SOLAPI takes 200 kB at its upload, NHN 300 kB and 1000×1000, SENS
300 kB and 1500×1440, Aligo JPEG, PNG and GIF.
"""

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

MOST_BYTES, MOST_PIXELS_A_SIDE = 200_000, 1000
UPLOAD_BYTES = 20 * 1024 * 1024
# A picture of a good camera has 50 million; a file of a few kilobytes may claim billions (a bomb).
MOST_PIXELS = 100_000_000
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP")
_QUALITIES = (90, 82, 74, 66, 58, 50)


class NotAPicture(ValueError):
    """No picture that we can read; `reason` is the key of a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Picture:
    """A JPEG within the limits."""

    jpeg: bytes
    width: int
    height: int


def normalised(content: bytes) -> Picture:
    """A picture as carriers take it: upright, on white, without where and when it was taken.

    Raises NotAPicture for what is none, is broken, or claims more pixels than any camera makes.
    """
    image = _opened(content)
    image.thumbnail((MOST_PIXELS_A_SIDE, MOST_PIXELS_A_SIDE), Image.Resampling.LANCZOS)
    while True:
        for quality in _QUALITIES:
            jpeg = _encoded(image, quality)
            if len(jpeg) <= MOST_BYTES:
                return Picture(jpeg, image.width, image.height)
        image.thumbnail((image.width * 3 // 4, image.height * 3 // 4), Image.Resampling.LANCZOS)


def _opened(content: bytes) -> Image.Image:
    """The first frame, upright, without transparency. Size is looked at before a pixel is unpacked."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=_FORMATS)
            if image.width * image.height > MOST_PIXELS:
                raise NotAPicture("image.too_many_pixels")
            image.draft("RGB", (MOST_PIXELS_A_SIDE * 2, MOST_PIXELS_A_SIDE * 2))
            image.load()
            return _on_white(ImageOps.exif_transpose(image))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotAPicture("image.too_many_pixels") from error
    except UnidentifiedImageError as error:
        raise NotAPicture("image.no_picture") from error
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, MemoryError) as error:
        if isinstance(error, NotAPicture):
            raise
        raise NotAPicture("image.broken") from error  # what a decoder says of a file that is cut or crafted


def _on_white(image: Image.Image) -> Image.Image:
    """A JPEG has no transparency: what shines through is white, not black."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    layered = image.convert("RGBA")
    ground = Image.new("RGBA", layered.size, "white")
    return Image.alpha_composite(ground, layered).convert("RGB")


def _encoded(image: Image.Image, quality: int) -> bytes:
    target = io.BytesIO()
    image.save(target, "JPEG", quality=quality, optimize=True)
    return target.getvalue()
