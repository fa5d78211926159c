"""Files sealed as they stream: frames of up to 1 MiB, each bound to its place, memory constant."""

import io
import struct
from typing import BinaryIO

from shared.security.cipher import TenantCipher

FRAME_BYTES = 1024 * 1024
_LENGTH = struct.Struct(">I")


class TruncatedFile(ValueError):
    """A sealed file ends before its last frame."""


class SealedWriter(io.RawIOBase):
    """Writes plain bytes, stores sealed frames. The last frame says that it is last; `close` writes it."""

    def __init__(self, cipher: TenantCipher, target: BinaryIO, name: str) -> None:
        self._cipher, self._target, self._name = cipher, target, name
        self._buffer = bytearray()
        self._frames = 0

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:  # type: ignore[no-untyped-def]  # the buffer protocol has no name in 3.11
        self._buffer += data
        while len(self._buffer) > FRAME_BYTES:
            self._put(bytes(self._buffer[:FRAME_BYTES]), last=False)
            del self._buffer[:FRAME_BYTES]
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._put(bytes(self._buffer), last=True)
            super().close()

    def _put(self, plain: bytes, *, last: bool) -> None:
        frame = self._cipher.seal_bytes(_frame_name(self._name, self._frames, last), plain)
        self._target.write(_LENGTH.pack(len(frame) * 2 + last) + frame)
        self._frames += 1


class SealedReader(io.RawIOBase):
    """Reads back what SealedWriter stored. Raises TruncatedFile for a file cut off half way."""

    def __init__(self, cipher: TenantCipher, source: BinaryIO, name: str) -> None:
        self._cipher, self._source, self._name = cipher, source, name
        self._plain = memoryview(b"")
        self._frames = 0
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]  # as above
        while not self._plain and not self._ended:
            self._next_frame()
        count = min(len(buffer), len(self._plain))
        buffer[:count] = self._plain[:count]
        self._plain = self._plain[count:]
        return count

    def _next_frame(self) -> None:
        head = self._source.read(_LENGTH.size)
        if len(head) < _LENGTH.size:
            raise TruncatedFile(self._name)
        length, last = divmod(_LENGTH.unpack(head)[0], 2)
        self._ended = bool(last)
        frame = self._source.read(length)
        if len(frame) < length:
            raise TruncatedFile(self._name)
        field = _frame_name(self._name, self._frames, self._ended)
        self._plain = memoryview(self._cipher.open_bytes(field, frame))
        self._frames += 1


def key_number_of(source: BinaryIO) -> int | None:
    """The number of the data key that a sealed file begins with; None for an empty one."""
    head = source.read(_LENGTH.size + 1)
    return head[_LENGTH.size] if len(head) > _LENGTH.size else None


def _frame_name(name: str, number: int, last: bool) -> str:
    return f"file:{name}:{number}:{'last' if last else 'more'}"
