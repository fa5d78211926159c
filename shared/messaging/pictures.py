"""Pictures for MMS and for Kakao's brand messages, made to fit every carrier.

JPEG of at most 200 kB and 1000×1000 pixels: SOLAPI takes 200 kB at its upload, NHN 300 kB and 1000×1000, SENS
300 kB and 1500×1440, Aligo JPEG, PNG and GIF. Kakao wants 500 pixels of width, and a height of half the width
to 1.333 times it, in a wide bubble at most as much; of bytes it takes more than that (SOLAPI 500 kB).
"""

import io
import math
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

MOST_BYTES, MOST_PIXELS_A_SIDE = 200_000, 1000
UPLOAD_BYTES = 20 * 1024 * 1024
# A picture of a good camera has 50 million; a file of a few kilobytes may claim billions (a bomb).
MOST_PIXELS = 100_000_000
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP")
_QUALITIES = (90, 82, 74, 66, 58, 50)


BRAND_WIDTH = 500
_FLATTEST, _TALLEST, _TALLEST_WIDE = 0.5, 1.333, 1.0


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
    return _small_enough(image)


def _small_enough(image: Image.Image) -> Picture:
    """With as much of its quality as the bytes allow, then of its size."""
    while True:
        for quality in _QUALITIES:
            jpeg = _encoded(image, quality)
            if len(jpeg) <= MOST_BYTES:
                return Picture(jpeg, image.width, image.height)
        image.thumbnail((image.width * 3 // 4, image.height * 3 // 4), Image.Resampling.LANCZOS)


def brand_size(width: int, height: int, *, wide: bool) -> tuple[int, int]:
    """The size of a picture in a brand message: with room beside or below it where Kakao wants another shape.

    Nothing is cut off: what a poster says may stand at its edge.
    """
    tallest = _TALLEST_WIDE if wide else _TALLEST
    return max(width, math.ceil(height / tallest)), max(height, math.ceil(width * _FLATTEST))


def fits_brand(width: int, height: int) -> bool:
    """Whether a picture is large enough for Kakao; a small one would have to be blown up."""
    return brand_size(width, height, wide=False)[0] >= BRAND_WIDTH


def for_brand(jpeg: bytes, *, wide: bool) -> bytes:
    """A picture that `normalised` made, in the shape that Kakao wants of it, on white."""
    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as image:
        size = brand_size(image.width, image.height, wide=wide)
        if size == image.size:
            return jpeg
        ground = Image.new("RGB", size, "white")
        ground.paste(image, ((size[0] - image.width) // 2, (size[1] - image.height) // 2))
    return _small_enough(ground).jpeg


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
