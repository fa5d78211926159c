"""The key that seals evidence files: Ed25519, from an installation key that the master key wraps."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.security.key_store import cached_installation_key

NAME = "evidence"


def signing_key() -> Ed25519PrivateKey:
    """This installation's key; the same before and after a change of the master key."""
    return Ed25519PrivateKey.from_private_bytes(cached_installation_key(NAME))
