"""PostgreSQL's binary COPY format: arrays and rows as ready-made bytes.

Building them value by value in the chunk's turn costs more than everything else that is done to a row.
"""

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


COPY_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
COPY_END = b"\xff\xff"
_NULL = b"\xff\xff\xff\xff"
_LENGTHS = [struct.pack(">i", length) for length in range(2_048)]
_COUNTS = [struct.pack(">h", count) for count in range(64)]


def packed_row(*fields: bytes | None) -> bytes:
    """One row of a binary COPY; its fields are in PostgreSQL's binary form already."""
    parts = [_COUNTS[len(fields)]]
    for value in fields:
        if value is None:
            parts.append(_NULL)
        else:
            length = len(value)
            parts.append(_LENGTHS[length] if length < 2_048 else struct.pack(">i", length))
            parts.append(value)
    return b"".join(parts)


packed_int2 = struct.Struct(">h").pack
packed_int4 = struct.Struct(">i").pack


def packed_bool(value: bool) -> bytes:
    return b"\1" if value else b"\0"


@lru_cache(maxsize=10_000)
def text_array(values: tuple[str, ...]) -> bytes:
    """text[] of the values in their order."""
    encoded = [value.encode() for value in values]
    return _array(_TEXT, len(values), b"".join(struct.pack(">i", len(v)) + v for v in encoded))


def _array(element_type: int, length: int, elements: bytes) -> bytes:
    if not length:
        return _EMPTY.pack(0, 0, element_type)
    return _HEAD.pack(1, 0, element_type, length, 1) + elements
