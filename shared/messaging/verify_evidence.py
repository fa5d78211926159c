"""`./hub verify-evidence FILE`: whether an evidence file is whole and sealed by this hub.

Only the last question needs this hub: whoever has the file and the public key of its seal can check the
chain and the signature by the words of `shared/messaging/evidence.py`.
"""

import hashlib
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from shared.messaging.evidence import FIRST, canonical, signed_words
from shared.security.evidence_key import signing_key


class Forged(ValueError):
    """What is wrong, and at which line (from 1)."""


@dataclass(frozen=True)
class Seal:
    """What a whole file's seal says: lines before it, and whose key made it (hex)."""

    lines: int
    public_key: str


def verify(lines: Iterable[bytes]) -> Seal:
    """Walks the chain and checks the signature; flat in memory. Raises Forged."""
    last, seal = FIRST, None
    for number, raw in enumerate(lines, start=1):
        if seal is not None:
            raise Forged(f"line {number}: there is something after the seal")
        line = _read(raw, number)
        last_before, last = last, _hash_of(line, number, last)
        if line["kind"] == "seal":
            seal = _checked_seal(line["body"], number - 1, last_before)
    if seal is None:
        raise Forged("the seal is missing: the end of the file was cut off")
    return seal


def main(arguments: Sequence[str]) -> int:
    """0: whole and ours; 1: not; 2: asked wrongly."""
    if len(arguments) != 1:
        _say("usage: ./hub verify-evidence FILE")
        return 2
    try:
        with Path(arguments[0]).open("rb") as file:
            seal = verify(file)
    except (Forged, OSError) as error:
        _say(f"변조되었거나 읽을 수 없습니다. / NOT VALID: {error}")
        return 1
    if seal.public_key != signing_key().public_key().public_bytes_raw().hex():
        _say("이 서버가 봉인한 파일이 아닙니다. / NOT VALID: sealed by another key than this hub's.")
        return 1
    _say(f"온전합니다. / VALID: {seal.lines} lines, sealed by this hub.")
    return 0


def _read(raw: bytes, number: int) -> dict[str, Any]:
    try:
        line: dict[str, Any] = json.loads(raw)
        same = canonical(line) == raw.rstrip(b"\n")
    except ValueError as error:
        raise Forged(f"line {number}: not JSON") from error
    if not isinstance(line, dict) or not same or set(line) != {"n", "previous", "kind", "body", "hash"}:
        raise Forged(f"line {number}: not written by the hub")
    return line


def _hash_of(line: dict[str, Any], number: int, previous: str) -> str:
    content = {key: value for key, value in line.items() if key != "hash"}
    if line["n"] != number or line["previous"] != previous:
        raise Forged(f"line {number}: a line was removed, added or moved before it")
    if hashlib.sha256(canonical(content)).hexdigest() != line["hash"]:
        raise Forged(f"line {number}: its content was changed")
    return str(line["hash"])


def _checked_seal(body: dict[str, Any], lines: int, last: str) -> Seal:
    try:
        if (body["lines"], body["last"]) != (lines, last):
            raise Forged("the seal belongs to other lines")
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(body["public_key"]))
        key.verify(bytes.fromhex(body["signature"]), signed_words(lines, last))
    except (KeyError, TypeError, ValueError, InvalidSignature) as error:
        raise Forged(f"the seal is not genuine: {error}") from error
    return Seal(lines, body["public_key"])


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
