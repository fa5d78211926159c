"""Shows the simulator what a camp has registered, as its staff would in a real carrier's web console."""

from dataclasses import dataclass
from functools import lru_cache

from shared.kernel.config import settings
from shared.kernel.database import Connection
from shared.messaging import accounts, senders, templates
from shared.messaging.gateways import Button
from shared.messaging.gateways.simulator import SimulatorConsole, VirtualTemplate
from shared.security.cipher import TenantCipher


@dataclass(frozen=True)
class Registered:
    """A camp's senders, channels and templates."""

    senders: tuple[str, ...]
    channels: tuple[str, ...]
    templates: tuple[VirtualTemplate, ...]


def read(connection: Connection, cipher: TenantCipher) -> Registered:
    """What is registered now."""
    known = senders.list_all(connection, cipher)
    return Registered(
        senders=tuple(senders.wire_value(sender) for sender in known if sender.kind == "phone"),
        channels=tuple(senders.wire_value(sender) for sender in known if sender.kind == "kakao_channel"),
        templates=tuple(
            VirtualTemplate(
                template_id=template.carrier_template_id or "",
                channel="",
                content=template.body,
                buttons=tuple(Button(**button) for button in template.buttons),
                name=template.name,
            )
            for template in templates.at_carrier(connection)
        ),
    )


def write(account: accounts.Account, registered: Registered) -> None:
    """Hand it over; no database connection is held. Raises gateways.simulator.ConsoleError."""
    hooks = accounts.hooks(account.carrier, account.account_key)
    _console(settings().simulator_url).sync(
        account.credentials.api_key,
        api_secret=account.credentials.api_secret,
        webhook_url=hooks.reports,
        webhook_secret=account.credentials.webhook_secret,
        inbound_url=hooks.inbound,
        senders=registered.senders,
        channels=registered.channels,
        templates=registered.templates,
    )


@lru_cache(maxsize=4)
def _console(base_url: str) -> SimulatorConsole:
    return SimulatorConsole(base_url)
