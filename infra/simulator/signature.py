"""The Authorization check of SOLAPI's API, byte for byte."""

import hashlib
import hmac
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from infra.simulator.ids import from_iso, now_ms

_WINDOW_MS = 15 * 60 * 1000
_ALGORITHMS = {"hmac-sha256": hashlib.sha256, "hmac-md5": hashlib.md5}
_PARAMETER = re.compile(r"\s*([A-Za-z]+)\s*=\s*([^,]*?)\s*$")


class Unauthorized(Exception):
    """The request is not signed as it must be; `code` is SOLAPI's errorCode (HTTP 403)."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


@dataclass
class SignatureCheck:
    """Checks headers and remembers each signature for 15 minutes, so that none works twice."""

    now: Callable[[], int] = now_ms
    _seen: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def check(self, header: str, secret_of: Callable[[str], str | None]) -> str:
        """The API key that signed the header. Raises Unauthorized.

        `secret_of` gives the secret of an API key, or None.
        """
        scheme, parameters = _parse(header)
        api_key = parameters.get("apikey", "")
        secret = secret_of(api_key)
        algorithm = _ALGORITHMS.get(scheme)
        if secret is None or algorithm is None:
            raise Unauthorized("InvalidAPIKey", "유효한 API Key가 아닙니다.")
        date, salt = parameters.get("date", ""), parameters.get("salt", "")
        self._check_time(date)
        wanted = hmac.new(secret.encode(), f"{date}{salt}".encode(), algorithm).hexdigest()
        given = parameters.get("signature", "")
        if not 12 <= len(salt.encode()) <= 64 or not _same(given, wanted):
            raise Unauthorized("SignatureDoesNotMatch", "시그니처가 일치하지 않습니다.")
        self._remember(wanted)
        return api_key

    def _check_time(self, date: str) -> None:
        at = from_iso(date)
        if at is None or abs(self.now() - at) > _WINDOW_MS:
            raise Unauthorized("RequestTimeTooSkewed", "요청 시각이 서버 시각과 15분 넘게 다릅니다.")

    def _remember(self, signature: str) -> None:
        now = self.now()
        with self._lock:
            if self._seen.get(signature, 0) > now:
                raise Unauthorized("DuplicatedSignature", "이미 사용된 시그니처입니다.")
            if len(self._seen) > 10_000:
                self._seen = {key: end for key, end in self._seen.items() if end > now}
            self._seen[signature] = now + _WINDOW_MS


def _parse(header: str) -> tuple[str, dict[str, str]]:
    scheme, _, rest = header.strip().partition(" ")
    matches = (_PARAMETER.match(part) for part in rest.split(","))
    return scheme.lower(), {m.group(1).lower(): m.group(2) for m in matches if m}


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())
