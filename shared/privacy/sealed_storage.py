"""A tenant's sealed files under a new data key."""

import shutil
from typing import BinaryIO, cast

from cryptography.exceptions import InvalidTag

from shared.kernel.storage import storage
from shared.security.cipher import TenantCipher
from shared.security.sealed_files import SealedReader, SealedWriter, TruncatedFile, key_number_of

# Where tenants' files lie: <area>/<tenant>/…; a test reads the source and misses none.
AREAS = ("exports", "images", "imports")  # in the order of the alphabet
_PIECE = 1024 * 1024


def next_stale(cipher: TenantCipher, after: str, *, resealable_only: bool = False) -> str | None:
    """The next file behind `after` that carries another key than the newest."""
    for area in AREAS:
        for stored in storage().list(f"{area}/{cipher.tenant_id}"):
            wanted = stored.key > after and _is_stale(cipher, stored.key)
            if wanted and (not resealable_only or _opens(cipher, stored.key)):
                return stored.key
    return None


def reseal(cipher: TenantCipher, key: str) -> bool:
    """Replaces a file by the same under the newest key, whole or not at all; False when it cannot be.

    A file that is sealed in another manner is left: nothing keeps files for ever, so it expires.
    """
    if not _opens(cipher, key):
        return False
    try:
        with storage().read(key) as source, storage().write(key) as target:
            sealed = SealedWriter(cipher, target, key)
            shutil.copyfileobj(SealedReader(cipher, source, key), cast(BinaryIO, sealed), _PIECE)
            sealed.close()
    except (FileNotFoundError, TruncatedFile, InvalidTag):
        return False
    return True


def _is_stale(cipher: TenantCipher, key: str) -> bool:
    try:
        with storage().read(key) as source:
            number = key_number_of(source)
    except FileNotFoundError:
        return False
    return number is not None and number != cipher.key_number


def _opens(cipher: TenantCipher, key: str) -> bool:
    try:
        with storage().read(key) as source:
            SealedReader(cipher, source, key).read(1)
    except (FileNotFoundError, TruncatedFile, InvalidTag):
        return False
    return True
