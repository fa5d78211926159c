"""The hub's side of the simulator's console: what a person would click at a real carrier's."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote

import httpx

from shared.messaging.gateways.gateway import Button

_TIMEOUT = httpx.Timeout(5.0, connect=2.0)


class ConsoleError(Exception):
    """The simulator's console did not take the settings; nothing was changed there."""


@dataclass(frozen=True, slots=True)
class VirtualTemplate:
    """A Kakao template as its reviewers approved it, with `#{variables}`."""

    template_id: str
    channel: str
    content: str
    buttons: tuple[Button, ...] = ()
    name: str = ""


class SimulatorConsole:
    """Mirrors a tenant's senders, channels, templates and webhooks into the simulator."""

    def __init__(self, base_url: str, *, client: httpx.Client | None = None) -> None:
        self._base_url = base_url.rstrip("/")
        self._client = client or httpx.Client(timeout=_TIMEOUT, trust_env=False)

    def sync(
        self,
        api_key: str,
        *,
        api_secret: str,
        webhook_url: str,
        webhook_secret: str,
        inbound_url: str | None = None,
        senders: Sequence[str] = (),
        channels: Sequence[str] = (),
        templates: Sequence[VirtualTemplate] = (),
        messages_per_second: int | None = None,
        label: str | None = None,
    ) -> None:
        """Create the account or replace what it had. Idempotent. Raises ConsoleError."""
        settings = {
            "api_secret": api_secret,
            "webhook_url": webhook_url,
            "webhook_secret": webhook_secret,
            "inbound_url": inbound_url,
            "senders": list(senders),
            "channels": list(channels),
            "templates": [asdict(template) for template in templates],
            "messages_per_second": messages_per_second,
        }
        if label is not None:
            settings["label"] = label
        self._put(f"/simulator/console/accounts/{quote(api_key, safe='')}", settings)

    def _put(self, path: str, settings: Mapping[str, Any]) -> None:
        try:
            response = self._client.put(self._base_url + path, json=settings)
        except httpx.HTTPError as error:
            raise ConsoleError(type(error).__name__) from error
        if not response.is_success:
            raise ConsoleError(f"HTTP_{response.status_code}")
