"""PostgreSQL arrays in binary, for COPY: ready-made bytes, because building them value by value costs more
than everything else that is done to a row."""

import struct
from functools import lru_cache

_INT4, _TEXT = 23, 25  # object ids of the element types, fixed in pg_type.dat
_EMPTY = struct.Struct(">iiI")
_HEAD = struct.Struct(">iiIii")
_ELEMENT = struct.Struct(">ii")


def element(value: int) -> bytes:
    """One int4 as an array holds it."""
    return _ELEMENT.pack(4, value)


def int_array(elements: bytes) -> bytes:
    """int4[] of ready-made elements, one after the other."""
    return _array(_INT4, len(elements) // _ELEMENT.size, elements)


@lru_cache(maxsize=10_000)
def text_array(values: tuple[str, ...]) -> bytes:
    """text[] of the values in their order."""
    encoded = [value.encode() for value in values]
    return _array(_TEXT, len(values), b"".join(struct.pack(">i", len(v)) + v for v in encoded))


def _array(element_type: int, length: int, elements: bytes) -> bytes:
    if not length:
        return _EMPTY.pack(0, 0, element_type)
    return _HEAD.pack(1, 0, element_type, length, 1) + elements
