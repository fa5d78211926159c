"""Envelope encryption: a master key outside the database wraps one data key per tenant."""

import base64
import os
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.kernel.config import settings

KEY_BYTES = 32
_NONCE_BYTES = 12


class KeyUnavailable(RuntimeError):
    """The master key is missing or does not fit what it should open."""


class MasterKey:
    """The key that wraps tenants' data keys. Replaceable by a KMS with the same three methods."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise KeyUnavailable(f"the master key must be {KEY_BYTES} bytes")
        self._key = key

    def wrap(self, tenant_id: UUID, data_key: bytes) -> bytes:
        """The data key, encrypted for storage beside the tenant."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + AESGCM(self._key).encrypt(nonce, data_key, tenant_id.bytes)

    def unwrap(self, tenant_id: UUID, wrapped: bytes) -> bytes:
        """The data key of a tenant. Raises KeyUnavailable when it was wrapped by another key or moved."""
        try:
            return AESGCM(self._key).decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], tenant_id.bytes)
        except InvalidTag as error:
            raise KeyUnavailable("the master key does not open this tenant's data key") from error

    def derive(self, purpose: str) -> bytes:
        """A key of its own for one installation-wide purpose, such as the index of login addresses."""
        return derive_key(self._key, purpose)


def derive_key(key: bytes, purpose: str) -> bytes:
    """32 bytes bound to a purpose (HKDF-SHA256, RFC 5869)."""
    return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=b"hanpyo:" + purpose.encode()).derive(key)


def read_master_key(path: Path) -> MasterKey:
    """The master key from a file of 32 bytes in base64."""
    try:
        return MasterKey(base64.b64decode(path.read_text().strip(), validate=True))
    except (OSError, ValueError) as error:
        raise KeyUnavailable(f"cannot read the master key file {path.name}") from error


@lru_cache(maxsize=1)
def master_key() -> MasterKey:
    """This installation's master key, from HANPYO_MASTER_KEY_FILE."""
    path = settings().master_key_file
    if path is None:
        raise KeyUnavailable("HANPYO_MASTER_KEY_FILE is not set")
    return read_master_key(path)
