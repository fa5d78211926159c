"""Whether an account works: its carrier is asked for the money left and the senders.

Nothing is sent or changed, and no connection is held while the carrier is asked.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Literal, TypeVar
from uuid import UUID

from pydantic import BaseModel

from shared.kernel.clock import Clock, utc_now
from shared.kernel.database import tenant_transaction
from shared.kernel.errors import NotFound
from shared.kernel.i18n import text
from shared.messaging import accounts, senders
from shared.messaging.gateways import (
    AligoGateway,
    CarrierSender,
    Gateway,
    GatewayError,
    LookUpFailed,
    NotOffered,
)
from shared.messaging.gateways.listed import ListsRequests, Sought
from shared.messaging.models import SenderView
from shared.security.cipher import tenant_cipher

_LOOKED_BACK = timedelta(minutes=1)
_KAKAO = frozenset({"alimtalk", "brand"})

T = TypeVar("T")


class CheckedSender(BaseModel):
    """A sender of the camp at the carrier: `missing` there, or `active`, `pending`, `blocked`, `expired`."""

    value: str
    status: Literal["active", "pending", "blocked", "expired", "missing"]


class AccountCheck(BaseModel):
    """What a carrier answered. `works`: it knows the account; else `problem` says why not.

    `code`: that in the carrier's words. `balance_krw`: won left; `remaining`: where the carrier tells how
    many messages of each kind are paid for instead. `senders`: the camp's own, as far as the carrier lists
    such ones. None: not told.
    """

    works: bool
    problem: str | None = None
    code: str | None = None
    balance_krw: int | None = None
    remaining: dict[str, int] | None = None
    senders: list[CheckedSender] | None = None


def check(tenant_id: UUID, account_id: UUID, language: str, clock: Clock = utc_now) -> AccountCheck:
    """Asks the carrier of an account. Raises NotFound, also for one that is not used any more."""
    with tenant_transaction(tenant_id) as connection:
        cipher = tenant_cipher(connection, tenant_id)
        account = accounts.open_account(connection, cipher, account_id)
        ours = senders.list_all(connection, cipher)
    if account.disabled:
        raise NotFound
    gateway = accounts.gateway_for(account)
    try:
        kinds = _listed_kinds(account, gateway)
        balance, listed = _offered(gateway.balance), _offered(gateway.senders) if kinds else None
        remaining = gateway.remaining() if isinstance(gateway, AligoGateway) else None
        if balance is None and listed is None and isinstance(gateway, ListsRequests):
            now = clock()  # nothing else tells whether the keys are right
            since = now - _LOOKED_BACK
            gateway.listed(Sought(frozenset({"sms"}), since, now, about=lambda _: False))
    except GatewayError as error:
        return _broken(error, language)
    return AccountCheck(
        works=True,
        balance_krw=balance,
        remaining=None if remaining is None else {str(kind): count for kind, count in remaining.items()},
        senders=_compared(ours, listed, kinds),
    )


def _offered(ask: Callable[[], T]) -> T | None:
    """An answer, or None where the carrier has no such thing."""
    try:
        return ask()
    except NotOffered:
        return None


def _broken(error: GatewayError, language: str) -> AccountCheck:
    code = error.code if isinstance(error, LookUpFailed) else type(error).__name__
    unanswered = isinstance(error, LookUpFailed) and error.retryable
    said = text("account.unanswered" if unanswered else "account.refused").in_language(language)
    return AccountCheck(works=False, problem=said, code=code)


def _listed_kinds(account: accounts.Account, gateway: Gateway) -> set[str]:
    """Of which senders the carrier keeps a list: SENS and Aligo show numbers in their consoles only."""
    phones = set() if account.simulated or isinstance(gateway, ListsRequests) else {"phone"}
    channels = {"kakao_channel"} if gateway.kinds & _KAKAO and not account.simulated else set()
    return phones | channels


def _compared(
    ours: Sequence[SenderView], listed: Sequence[CarrierSender] | None, kinds: set[str]
) -> list[CheckedSender] | None:
    """The camp's senders of the kinds that are listed; None where that would say nothing."""
    if listed is None or not (kinds & {"phone"} or any(one.kind in kinds for one in ours)):
        return None
    known = {each.value: each.status for each in listed}
    return [
        CheckedSender(value=one.value, status=known.get(senders.wire_value(one), "missing"))
        for one in ours
        if one.kind in kinds
    ]
