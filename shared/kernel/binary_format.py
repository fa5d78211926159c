"""PostgreSQL's binary format, ready-made: arrays as parameters, rows and their fields for COPY.

Building them value by value in the chunk's turn costs more than everything else that is done to a row. A
*field* here is a value behind its length, as a row holds it.
"""

import struct
from collections.abc import Iterable, Sequence
from functools import lru_cache
from uuid import UUID

import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format

# Object ids of pg_type.dat, which never change.
_INT4, _TEXT, _BYTEA, _UUID = 23, 25, 17, 2950
_TEXT_ARRAY, _BYTEA_ARRAY, _UUID_ARRAY = 1009, 1001, 2951
_EMPTY = struct.Struct(">iiI")
_HEAD = struct.Struct(">iiIii")
_ELEMENT = struct.Struct(">ii")

COPY_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
COPY_END = b"\xff\xff"
NULL = b"\xff\xff\xff\xff"
_KEPT_LENGTHS = 2_048
LENGTHS = [struct.pack(">i", length) for length in range(_KEPT_LENGTHS)]
UUID_LENGTH = HASH_LENGTH = LENGTHS[16]
TRUE, FALSE = LENGTHS[1] + b"\1", LENGTHS[1] + b"\0"
packed_int4 = struct.Struct(">i").pack


def row_head(fields: int) -> bytes:
    """The beginning of a row of so many fields."""
    return struct.pack(">h", fields)


def field(value: bytes) -> bytes:
    """A value behind its length."""
    length = len(value)
    return (LENGTHS[length] if length < _KEPT_LENGTHS else struct.pack(">i", length)) + value


@lru_cache(maxsize=1_000)
def int2_field(value: int) -> bytes:
    return struct.pack(">ih", 2, value)


def element(value: int) -> bytes:
    """One int4 as an array holds it."""
    return _ELEMENT.pack(4, value)


def int_array(elements: bytes) -> bytes:
    """int4[] of ready-made elements, one after the other."""
    return _array(_INT4, len(elements) // _ELEMENT.size, elements)


@lru_cache(maxsize=10_000)
def text_array(values: tuple[str, ...]) -> bytes:
    """text[] of the values in their order."""
    return _array(_TEXT, len(values), b"".join(field(value.encode()) for value in values))


class TextArray(bytes):
    """A parameter text[]."""


class BytesArray(bytes):
    """A parameter bytea[]."""


class UuidArray(bytes):
    """A parameter uuid[]."""


def text_parameter(fields: Sequence[bytes]) -> TextArray:
    """text[] of ready-made fields."""
    return TextArray(_array(_TEXT, len(fields), b"".join(fields)))


def hash_parameter(hashes: Sequence[bytes]) -> BytesArray:
    """bytea[] of hashes of 16 bytes."""
    return BytesArray(_array(_BYTEA, len(hashes), _of_sixteen(hashes)))


def uuid_parameter(ids: Sequence[bytes]) -> UuidArray:
    """uuid[] of ids of 16 bytes."""
    return UuidArray(_array(_UUID, len(ids), _of_sixteen(ids)))


def ids_parameter(ids: Iterable[UUID]) -> UuidArray:
    """uuid[] of ids."""
    return uuid_parameter([one.bytes for one in ids])


def texts_parameter(texts: Iterable[str | None]) -> TextArray:
    """text[] of texts, or of none where there is none."""
    fields = [NULL if one is None else field(one.encode()) for one in texts]
    return TextArray(_array(_TEXT, len(fields), b"".join(fields), has_null=NULL in fields))


def bytes_parameter(values: Iterable[bytes | None]) -> BytesArray:
    """bytea[] of values, or of none where there is none."""
    fields = [NULL if one is None else field(one) for one in values]
    return BytesArray(_array(_BYTEA, len(fields), b"".join(fields), has_null=NULL in fields))


def _of_sixteen(values: Iterable[bytes]) -> bytes:
    joined = UUID_LENGTH.join(values)
    return UUID_LENGTH + joined if joined else b""


def _array(element_type: int, length: int, elements: bytes, *, has_null: bool = False) -> bytes:
    if not length:
        return _EMPTY.pack(0, 0, element_type)
    return _HEAD.pack(1, has_null, element_type, length, 1) + elements


class _Ready(Dumper):
    """Passes on what is in the binary format already."""

    format = Format.BINARY

    def dump(self, obj: bytes) -> bytes:
        return obj


for _class, _oid in ((TextArray, _TEXT_ARRAY), (BytesArray, _BYTEA_ARRAY), (UuidArray, _UUID_ARRAY)):
    psycopg.adapters.register_dumper(_class, type(f"{_class.__name__}Dumper", (_Ready,), {"oid": _oid}))
