"""A camp's accounts at carriers, and the gateway that speaks for each."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Final
from uuid import UUID

from cachetools import TTLCache

from shared.kernel.clock import seoul_month
from shared.kernel.config import settings
from shared.kernel.database import Connection
from shared.kernel.errors import Conflict, Detail, NotFound, ValidationFailed
from shared.kernel.i18n import Text, has_text, text
from shared.kernel.ids import new_id
from shared.messaging import breaker
from shared.messaging import store_accounts as store
from shared.messaging.account_models import (
    AccountChange,
    AccountDraft,
    AccountView,
    CarrierView,
    Credentials,
    CredentialView,
    Hooks,
)
from shared.messaging.gateways import CARRIERS, Gateway, MessageKind
from shared.messaging.rendering import prices
from shared.security import audit
from shared.security.cipher import TenantCipher

SIMULATOR: Final = "simulator"
SIMULATOR_PER_SECOND = 5000
# A carrier that brings reports by itself brings the first within seconds. One phone may be off for days, so
# a few messages say nothing; the hub asks for what it was not told, so nobody waits for it either.
WATCHED: Final = timedelta(days=1)
SILENT_FOR: Final = timedelta(minutes=15)
FEWEST_UNHEARD: Final = 10
_FIELD = "carrier_credentials"
_KEY_RANDOM_BYTES = 16
_KEY = re.compile(rf"[0-9a-f]{{{32 + 2 * _KEY_RANDOM_BYTES}}}")


@dataclass(frozen=True)
class Account:
    """An account with its opened credentials. Its repr tells no secret."""

    id: UUID
    tenant_id: UUID
    carrier: str
    account_key: str
    messages_per_second: int
    credentials: Credentials
    disabled: bool

    @property
    def simulated(self) -> bool:
        return self.carrier == SIMULATOR

    def __repr__(self) -> str:
        return f"Account(id={self.id}, carrier={self.carrier!r})"


def list_all(connection: Connection, cipher: TenantCipher, now: datetime) -> list[AccountView]:
    """Accounts in use; secrets are never shown."""
    rows = store.live(connection)
    unheard = _unheard(connection, cipher, rows, now)
    return [_view(row, unheard.get(row["id"], 0)) for row in rows]


def create(
    connection: Connection, cipher: TenantCipher, draft: AccountDraft, member_id: UUID | None = None
) -> AccountView:
    """Register an account; from now on it carries what is launched."""
    account_id, key = new_id(), cipher.tenant_id.hex + secrets.token_hex(_KEY_RANDOM_BYTES)
    sealed = cipher.seal(_FIELD, draft.credentials.model_dump_json())
    store.insert(connection, account_id, draft.carrier, key, sealed, draft.messages_per_second)
    audit.record(
        connection,
        "carrier_account.created",
        member_id=member_id,
        target=str(account_id),
        carrier=draft.carrier,
    )
    return _view(_row(connection, account_id))


def change(
    connection: Connection, cipher: TenantCipher, account_id: UUID, wanted: AccountChange, member_id: UUID
) -> AccountView:
    """Change the pace or the secrets. Raises NotFound, and Conflict for another account's key.

    With it, messages under way would be looked up where nobody knows them and be sent again.
    """
    if wanted.credentials is not None:
        _check_same(open_account(connection, cipher, account_id), wanted.credentials)
    sealed = cipher.seal(_FIELD, wanted.credentials.model_dump_json()) if wanted.credentials else None
    if not store.update(connection, account_id, sealed, wanted.messages_per_second, wanted.weight):
        raise NotFound
    if wanted.prices is not None:
        store.set_prices(connection, account_id, wanted.prices)
    audit.record(connection, "carrier_account.changed", member_id=member_id, target=str(account_id))
    return _view(_row(connection, account_id))


def remove(connection: Connection, account_id: UUID, member_id: UUID) -> None:
    """Stop using an account: campaigns that send from it stop, reports about what it carried are still taken.

    Raises NotFound.
    """
    if not store.disable(connection, account_id):
        raise NotFound
    audit.record(connection, "carrier_account.removed", member_id=member_id, target=str(account_id))


def for_sending(connection: Connection, cipher: TenantCipher) -> Account:
    """The account that carries a launch: the newest at a real carrier, else the simulator.

    Raises Conflict in production when there is no real account: there, nothing is simulated.
    """
    for row in store.live(connection):
        if row["carrier"] != SIMULATOR or not settings().production:
            return opened(row, cipher)
    if settings().production:
        raise Conflict("account.missing")
    return _make_simulator(connection, cipher)


def has_real_account(connection: Connection) -> bool:
    """Whether messages leave for a real carrier."""
    return any(row["carrier"] != SIMULATOR for row in store.live(connection))


def kinds_offered(connection: Connection, cipher: TenantCipher) -> frozenset[MessageKind] | None:
    """What the accounts in use can send; None when there is none yet."""
    rows = store.live(connection)
    real = [row for row in rows if row["carrier"] != SIMULATOR] or rows
    kinds = [gateway_for(opened(row, cipher)).kinds for row in real]
    return frozenset().union(*kinds) if kinds else None


def open_account(connection: Connection, cipher: TenantCipher, account_id: UUID) -> Account:
    """An account by id. Raises NotFound."""
    return opened(_row(connection, account_id), cipher)


def open_by_key(connection: Connection, cipher: TenantCipher, carrier: str, key: str) -> Account:
    """The account a hook address names. Raises NotFound."""
    row = store.by_key(connection, key)
    if row is None or row["carrier"] != carrier:
        raise NotFound
    return opened(row, cipher)


def tenant_of_key(account_key: str) -> UUID:
    """The tenant an account key begins with. Raises NotFound for what cannot be a key of ours."""
    if not _KEY.fullmatch(account_key):
        raise NotFound
    return UUID(hex=account_key[:32])


_gateways: TTLCache[Account, Gateway] = TTLCache(maxsize=256, ttl=3600)
_gateways_lock = Lock()


def gateway_for(account: Account) -> Gateway:
    """The gateway of an account; kept per process so that connections to the carrier are reused."""
    key = replace(account, messages_per_second=0)
    with _gateways_lock:
        gateway = _gateways.get(key)
        if gateway is None:
            gateway = _gateways[key] = _make_gateway(account)
        return gateway


def hooks(carrier: str, account_key: str) -> Hooks:
    """The addresses that the carrier calls."""
    base = f"{settings().public_url.rstrip('/')}/hooks/{carrier}/{account_key}"
    return Hooks(reports=f"{base}/reports", inbound=f"{base}/inbound")


def _make_gateway(account: Account) -> Gateway:
    carrier, chosen = CARRIERS[account.carrier], settings()
    addresses = [str(getattr(chosen, name)) for name in carrier.settings]
    return carrier.make(addresses, account.credentials.model_dump(), chosen.send_call_seconds)


def carriers(language: str) -> list[CarrierView]:
    """The real carriers, with what the form to register an account there asks for."""
    return [_carrier_view(name, language) for name in CARRIERS if name != SIMULATOR]


def _carrier_view(name: str, language: str) -> CarrierView:
    fields = [
        CredentialView(
            name=field.name,
            label=_label(name, field.name).in_language(language),
            secret=field.secret,
            required=field.required,
        )
        for field in CARRIERS[name].fields
    ]
    return CarrierView(carrier=name, name=text(f"carrier.{name}").in_language(language), fields=fields)


def _label(carrier: str, field: str) -> Text:
    own = f"carrier.field.{carrier}.{field}"
    return text(own if has_text(own) else f"carrier.field.{field}")


def _make_simulator(connection: Connection, cipher: TenantCipher) -> Account:
    store.lock_accounts(connection)
    for row in store.live(connection):  # somebody else may have made it while we waited
        if row["carrier"] == SIMULATOR:
            return opened(row, cipher)
    draft = AccountDraft(
        carrier=SIMULATOR,
        credentials=Credentials(
            api_key="SIM" + secrets.token_hex(8).upper(),
            api_secret=secrets.token_hex(16),
            webhook_secret=secrets.token_hex(16),
        ),
        messages_per_second=SIMULATOR_PER_SECOND,
    )
    return open_account(connection, cipher, create(connection, cipher, draft).id)


def _check_same(account: Account, wanted: Credentials) -> None:
    """Raises Conflict for another account's credentials, ValidationFailed for missing ones."""
    carrier = CARRIERS[account.carrier]
    if not carrier.same_account(account.credentials.model_dump(), wanted.model_dump()):
        raise Conflict("account.other_key")
    if not carrier.takes(wanted.model_dump()):
        raise ValidationFailed(details=[Detail(text("account.credentials"), field="credentials")])


def _row(connection: Connection, account_id: UUID) -> dict[str, Any]:
    row = store.get(connection, account_id)
    if row is None:
        raise NotFound
    return row


def opened(row: dict[str, Any], cipher: TenantCipher) -> Account:
    """A stored account with its credentials."""
    credentials = Credentials.model_validate_json(cipher.open(_FIELD, row["credentials_sealed"]))
    return Account(
        row["id"],
        row["tenant_id"],
        row["carrier"],
        row["account_key"],
        row["messages_per_second"],
        credentials,
        row["disabled_at"] is not None,
    )


def _unheard(
    connection: Connection, cipher: TenantCipher, rows: Sequence[dict[str, Any]], now: datetime
) -> dict[UUID, int]:
    """Messages that carriers took and told nothing of, where they bring reports and these are too many."""
    telling = {row["id"] for row in rows if gateway_for(opened(row, cipher)).pushes_reports}
    if not telling:
        return {}
    months = [seoul_month(now), seoul_month(now - WATCHED)]
    counted = store.unheard_of(connection, months, now - WATCHED, now - SILENT_FOR)
    return {key: count for key, count in counted.items() if key in telling and count >= FEWEST_UNHEARD}


def _view(row: dict[str, Any], unheard: int = 0) -> AccountView:
    health = breaker.health(row["id"])
    return AccountView(
        id=row["id"],
        carrier=row["carrier"],
        account_key=row["account_key"],
        messages_per_second=row["messages_per_second"],
        prices=prices(row["prices"]),
        state=health.state,
        errors_last_minute=health.errors_last_minute,
        weight=row["weight"],
        points=max(0, row["weight"] - row["lost"]),
        points_lost_by=row["lost_reason"],
        points_moved_at=row["lost_moved_at"],
        hooks=hooks(row["carrier"], row["account_key"]),
        unheard=unheard,
        created_at=row["created_at"],
    )
