"""The names under which the inbox seals what is personal."""

from shared.security.cipher import TenantCipher


def seal_peer(cipher: TenantCipher, peer: str) -> bytes:
    """A number in E.164, or a Kakao user's key."""
    return cipher.seal("inbox_peer", peer)


def open_peer(cipher: TenantCipher, sealed: bytes) -> str:
    return cipher.open("inbox_peer", sealed)


def seal_text(cipher: TenantCipher, text: str) -> bytes:
    """What was written."""
    return cipher.seal("inbox_text", text)


def open_text(cipher: TenantCipher, sealed: bytes) -> str:
    return cipher.open("inbox_text", sealed)
