"""Envelope encryption: a master key outside the database wraps the keys inside it.

A wrapped key names its master key (four bytes), so that a new master key can take over while everything runs:
both are known until nothing names the old one any more.
"""

import base64
import os
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.kernel.config import settings

KEY_BYTES = 32
ID_BYTES = 4
_NONCE_BYTES = 12
_TAG_BYTES = 16
_NAMED = b"\x02"  # of a wrapped key that names its master key
_UNNAMED_BYTES = _NONCE_BYTES + KEY_BYTES + _TAG_BYTES  # how the first version wrapped a data key


class KeyUnavailable(RuntimeError):
    """A key is missing or does not fit what it should open."""


class MasterKey:
    """The key that wraps the keys in the database. Replaceable by a KMS with the same methods."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise KeyUnavailable(f"the master key must be {KEY_BYTES} bytes")
        self._key = key
        self.id = derive_key(key, "id")[:ID_BYTES]

    def wrap(self, context: bytes, key: bytes) -> bytes:
        """A key, encrypted for storage; opens only in the same context."""
        nonce = os.urandom(_NONCE_BYTES)
        return _NAMED + self.id + nonce + AESGCM(self._key).encrypt(nonce, key, context)

    def unwrap(self, context: bytes, wrapped: bytes) -> bytes:
        """The key again. Raises KeyUnavailable when another key wrapped it or it was moved."""
        sealed = wrapped[1 + ID_BYTES :]
        return self._decrypt(sealed, context)

    def unwrap_unnamed(self, tenant_id: UUID, wrapped: bytes) -> bytes:
        """A data key as the first version of this program wrapped it."""
        return self._decrypt(wrapped, tenant_id.bytes)

    def derive(self, purpose: str) -> bytes:
        """A key of its own for one installation-wide purpose, until `installation_keys` holds one."""
        return derive_key(self._key, purpose)

    def _decrypt(self, sealed: bytes, context: bytes) -> bytes:
        try:
            return AESGCM(self._key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], context)
        except InvalidTag as error:
            raise KeyUnavailable("the master key does not open this key") from error


class MasterKeys:
    """The master keys this installation knows: one, and two while one takes over from the other."""

    def __init__(self, read: Callable[[], Iterable[MasterKey]]) -> None:
        self._read = read
        self._keys: dict[bytes, MasterKey] = {}

    @property
    def first(self) -> MasterKey:
        """The key of HANPYO_MASTER_KEY_FILE itself."""
        return next(iter((self._keys or self._load()).values()))

    def by_id(self, master_id: bytes) -> MasterKey:
        """The key of this id; files that came since are read. Raises KeyUnavailable."""
        key = self._keys.get(master_id) or self._load().get(master_id)
        if key is None:
            raise KeyUnavailable(
                f"no master key file beside HANPYO_MASTER_KEY_FILE holds the key {master_id.hex()}"
            )
        return key

    def unwrap(self, context: bytes, wrapped: bytes, tenant_id: UUID | None = None) -> bytes:
        """The key inside, whichever of our master keys wrapped it. Raises KeyUnavailable."""
        if len(wrapped) != _UNNAMED_BYTES:
            return self.by_id(master_id(wrapped)).unwrap(context, wrapped)
        for key in (self._keys or self._load()).values():
            try:
                return key.unwrap_unnamed(tenant_id or UUID(int=0), wrapped)
            except KeyUnavailable:
                continue
        raise KeyUnavailable("no master key opens this tenant's data key")

    def _load(self) -> dict[bytes, MasterKey]:
        self._keys = {key.id: key for key in self._read()}
        return self._keys


def master_id(wrapped: bytes) -> bytes:
    """The id of the master key that wrapped a key; empty for one that names none."""
    return b"" if len(wrapped) == _UNNAMED_BYTES else bytes(wrapped[1 : 1 + ID_BYTES])


def derive_key(key: bytes, purpose: str) -> bytes:
    """32 bytes bound to a purpose (HKDF-SHA256, RFC 5869)."""
    return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=b"hanpyo:" + purpose.encode()).derive(key)


def read_master_key(path: Path) -> MasterKey:
    """The master key from a file of 32 bytes in base64."""
    try:
        return MasterKey(base64.b64decode(path.read_text().strip(), validate=True))
    except (OSError, ValueError) as error:
        raise KeyUnavailable(f"cannot read the master key file {path.name}") from error


def next_key_file(path: Path) -> Path:
    """Where the master key lies that is to take over."""
    return path.with_name(path.name + ".new")


def old_key_file(path: Path, key: MasterKey) -> Path:
    """Where a master key lies that another one has taken over from; it may be removed."""
    return path.with_name(f"{path.name}.old-{key.id.hex()}")


def read_master_keys(path: Path) -> list[MasterKey]:
    """The key of a file, first, and those beside it that take over or were taken over from."""
    beside = [next_key_file(path), *sorted(path.parent.glob(f"{path.name}.old-*"))]
    return [read_master_key(path), *(read_master_key(other) for other in beside if other.is_file())]


def master_key_file() -> Path:
    """HANPYO_MASTER_KEY_FILE. Raises KeyUnavailable when it is not set."""
    path = settings().master_key_file
    if path is None:
        raise KeyUnavailable("HANPYO_MASTER_KEY_FILE is not set")
    return path


@lru_cache(maxsize=1)
def master_keys() -> MasterKeys:
    """This installation's master keys."""
    return MasterKeys(lambda: read_master_keys(master_key_file()))
