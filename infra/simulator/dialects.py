"""The carriers the simulator speaks for. A carrier is one module and one line here."""

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import falcon

from infra.simulator import aligo, nhn, nhn_hooks, sens, solapi, solapi_hooks
from infra.simulator.accounts import Account
from infra.simulator.ids import iso
from infra.simulator.parts import Parts
from infra.simulator.webhooks import Writer


def plain_headers(account: Account) -> dict[str, str]:
    """What an inbound text carries from a carrier that has no webhooks, and so no header of its own."""
    return {"Content-Type": "application/json", "X-Hook-Secret": account.webhook_secret}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one carrier speaks.

    `reports` writes a webhook call for up to 100 reports; a carrier without webhooks has none. `refusals`
    writes a call that somebody refused by the free 080 number, where the carrier makes such calls.
    `hook_headers` proves to the inbound hook who calls.
    """

    add_routes: Callable[["falcon.App[falcon.Request, falcon.Response]", Parts], None]
    reports: Writer | None = None
    refusals: Writer | None = None
    hook_headers: Callable[[Account], dict[str, str]] = plain_headers


DIALECTS: dict[str, Dialect] = {
    "solapi": Dialect(
        solapi.add_routes, reports=solapi_hooks.report_call, hook_headers=solapi_hooks.hook_headers
    ),
    "nhn": Dialect(
        nhn.add_routes,
        reports=nhn_hooks.report_call,
        refusals=nhn_hooks.refusal_call,
        hook_headers=nhn_hooks.hook_headers,
    ),
    "sens": Dialect(sens.add_routes),
    "aligo": Dialect(aligo.add_routes),
}
"""By `Account.carrier`."""


def writer_of(account: Account, kind: str) -> Writer | None:
    """Who writes an account's webhook calls of a kind: report, report-kakao, refusal or inbound."""
    dialect = DIALECTS[account.carrier]
    if kind == "inbound":
        return partial(_inbound_call, dialect)
    return dialect.refusals if kind == "refusal" else dialect.reports


def _inbound_call(
    dialect: Dialect, account: Account, rows: Sequence[sqlite3.Row]
) -> tuple[bytes, dict[str, str]]:
    """A text that came back, in the hub's neutral shape: no carrier documents one of its own."""
    item = {
        "from": rows[0]["phone"],
        "to": rows[0]["peer"],
        "text": rows[0]["text"],
        "received_at": iso(rows[0]["created_at"]),
        "provider_msg_id": rows[0]["message_id"],
    }
    return json.dumps(item, ensure_ascii=False).encode(), dialect.hook_headers(account)
