"""Handing a batch to its carrier: requests side by side where a carrier takes one text a request.

What a request's answer means for the ledger is the sender's business (`sending`); here is only who is called
when, and what became of each call. Nothing is repeated.
"""

import functools
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from threading import Lock
from uuid import UUID

from cachetools import TTLCache

from shared.kernel.logging import get_logger
from shared.kernel.metrics import CARRIER_CALLS
from shared.messaging import breaker
from shared.messaging.accounts import Account
from shared.messaging.composing import Composed
from shared.messaging.gateways import Acceptance, CarrierRefused, Gateway, OutcomeUnknown

log = get_logger(__name__)

# A carrier answers in 50 ms: so many at once are some 300 messages a second and process, and within what
# one client keeps open.
AT_ONCE = 16
# Of a carrier that takes one text a request, a job claims no more: at half a second each they are under way
# within the time in which a call may begin, and none is claimed in vain.
SINGLY = 128
# Answers are written down for so many requests together: a transaction for each costs more than the call.
ROUND = 64

Messages = tuple[Composed, ...]


@dataclass(frozen=True, eq=False)
class Outcome:
    """What became of one request. All of it empty: it came too late to begin, and nothing was sent."""

    messages: Messages
    answers: Sequence[Acceptance] = ()
    refusal: CarrierRefused | None = None
    unknown: OutcomeUnknown | None = None

    @property
    def is_late(self) -> bool:
        """Whether it did not begin."""
        return not self.answers and self.refusal is None and self.unknown is None


def requests(gateway: Gateway, messages: Sequence[Composed]) -> list[Messages]:
    """The messages as the carrier takes them, a request each."""
    composed = {message.outgoing.reference: message for message in messages}
    groups = gateway.split([message.outgoing for message in messages])
    return [tuple(composed[outgoing.reference] for outgoing in group) for group in groups]


_singly: TTLCache[UUID, bool] = TTLCache(maxsize=1024, ttl=60)
_singly_lock = Lock()


def most(account_id: UUID, wanted: int) -> int:
    """How many of so many messages to claim for an account, by how its last batch went."""
    with _singly_lock:
        return min(wanted, SINGLY) if _singly.get(account_id) else wanted


def remember(account_id: UUID, parts: Sequence[Messages]) -> None:
    """Note whether an account's carrier took each text in a request of its own."""
    if len(parts) > 1 or len(parts[0]) > 1:
        with _singly_lock:
            _singly[account_id] = all(len(part) == 1 for part in parts)


def rounds(
    gateway: Gateway, parts: Sequence[Messages], is_late: Callable[[], bool]
) -> Iterator[list[Outcome]]:
    """Hands the requests over, some of them at once; yields what became of every few, in their order.

    `is_late` is asked before each request. No more are handed over once the caller stops asking.
    """
    left = iter(parts)
    while some := list(islice(left, ROUND)):
        call = functools.partial(_hand_over, gateway, is_late)
        yield [call(some[0])] if len(some) == 1 else list(_callers().map(call, some))


def count(account: Account, outcomes: Sequence[Outcome]) -> None:
    """Tell the metrics and the breaker how the calls went.

    An answer that refuses for good is an answer: the carrier is well, its customer is not.
    """
    results = [_result(one) for one in outcomes]
    for result in results:
        CARRIER_CALLS.labels(account.carrier, result).inc()
    failures = sum(_failed(one) for one in outcomes)
    late = results.count("too_late")
    if late:
        breaker.untried(account.id)
    if failures + late < len(outcomes):
        breaker.succeeded(account.id, account.carrier)
    for _ in range(failures):
        if breaker.failed(account.id, account.carrier):
            log.error("breaker_opened", carrier=account.carrier, account=str(account.id))


def _result(outcome: Outcome) -> str:
    if outcome.is_late:
        return "too_late"
    if outcome.refusal:
        return "refused"
    return "unknown" if outcome.unknown else "answered"


def _failed(outcome: Outcome) -> bool:
    return outcome.unknown is not None or (outcome.refusal is not None and outcome.refusal.retryable)


@functools.cache
def _callers() -> ThreadPoolExecutor:
    """One pool per process, shared by its jobs."""
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="carrier")


def _hand_over(gateway: Gateway, is_late: Callable[[], bool], messages: Messages) -> Outcome:
    if is_late():
        return Outcome(messages)
    try:
        return Outcome(messages, gateway.send([message.outgoing for message in messages]))
    except CarrierRefused as refusal:
        return Outcome(messages, refusal=refusal)
    except OutcomeUnknown as error:
        return Outcome(messages, unknown=error)
