"""Accounts at the carrier: what their owner set in its web console."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Self

_START_BALANCE = 100_000_000
_DIGITS_ONLY = str.maketrans("", "", "- ")


@dataclass(frozen=True, slots=True)
class Template:
    """A Kakao template; `buttons` in Alimtalk's shape, `status` one of `TEMPLATE_STATES`."""

    template_id: str
    channel: str
    content: str
    buttons: tuple[dict[str, str], ...] = ()
    name: str = ""
    status: str = "APPROVED"
    comment: str = ""


TEMPLATE_STATES = frozenset({"PENDING", "INSPECTING", "APPROVED", "REJECTED", "STOPPED"})


@dataclass(frozen=True, slots=True)
class Account:
    """One account. Times are milliseconds; no `messages_per_second` means no limit.

    `carrier` names its module in `dialects.py`; `credentials` is what that needs beside key and secret.
    """

    api_key: str
    api_secret: str = ""
    carrier: str = "solapi"
    credentials: dict[str, str] = field(default_factory=dict)
    label: str = ""
    webhook_url: str | None = None
    webhook_secret: str = ""
    webhook_shape: str = "flat"
    webhook_backoff_ms: int = 1000
    inbound_url: str | None = None
    senders: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    templates: dict[str, Template] = field(default_factory=dict)
    messages_per_second: int | None = None
    latency_ms: int = 800
    timeout_ms: int = 15_000
    webhook_state: str = "ACTIVE"

    def changed(self, settings: Mapping[str, Any]) -> Self:
        """This account with the given settings. Raises ValueError for what makes no sense."""
        changes = {name: _checked(name, value) for name, value in settings.items()}
        return replace(self, webhook_state="ACTIVE", **changes)


_SETTINGS = {each.name for each in fields(Account)} - {"api_key", "webhook_state"}
_NUMBERS = {"messages_per_second", "latency_ms", "timeout_ms", "webhook_backoff_ms"}
_URLS = {"webhook_url", "inbound_url"}


def _checked(name: str, value: Any) -> Any:
    if name not in _SETTINGS:
        raise ValueError(name)
    if name in _NUMBERS:
        return _number(name, value)
    if name in _URLS:
        return _url(name, value)
    if name == "senders":
        return tuple(_text(name, each).translate(_DIGITS_ONLY) for each in _list(name, value))
    if name == "channels":
        return tuple(_text(name, each) for each in _list(name, value))
    if name == "templates":
        templates = [_template(each) for each in _list(name, value)]
        return {template.template_id: template for template in templates}
    if name == "credentials":
        return _texts(name, value)
    if name == "webhook_shape" and value not in ("flat", "envelope"):
        raise ValueError(name)
    return _text(name, value)


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(name)
    return value


def _list(name: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(name)
    return value


def _texts(name: str, value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ValueError(name)
    return {str(key): _text(f"{name}.{key}", each) for key, each in value.items()}


def _number(name: str, value: Any) -> int | None:
    if value is None and name == "messages_per_second":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ValueError(name)
    return int(value) or (None if name == "messages_per_second" else 0)


def _url(name: str, value: Any) -> str | None:
    if value is None or value == "":
        return None
    if not _text(name, value).startswith(("http://", "https://")):
        raise ValueError(name)
    return str(value)


def _template(value: Any) -> Template:
    if not isinstance(value, dict):
        raise ValueError("templates")
    texts = {key: _text(f"templates.{key}", value.get(key)) for key in ("template_id", "content")}
    buttons = tuple(wire_button(each) for each in value.get("buttons") or ())
    status = str(value.get("status") or "APPROVED")
    if status not in TEMPLATE_STATES:
        raise ValueError("templates.status")
    return Template(
        status=status,
        comment=str(value.get("comment") or ""),
        channel=str(value.get("channel") or ""),
        name=str(value.get("name") or ""),
        buttons=buttons,
        **texts,
    )


_BUTTON_NAMES = {
    "buttonName": ("buttonName", "name"),
    "buttonType": ("buttonType", "type", "linkType"),
    "linkMo": ("linkMo", "link_mobile", "linkMobile", "url"),
    "linkPc": ("linkPc", "link_pc"),
    "linkAnd": ("linkAnd", "link_android", "linkAndroid"),
    "linkIos": ("linkIos", "link_ios"),
}


def wire_button(value: Any) -> dict[str, str]:
    """A button in the wire protocol's Alimtalk shape, from any of the shapes in use."""
    if not isinstance(value, dict):
        raise ValueError("buttons")
    button: dict[str, str] = {}
    for name, aliases in _BUTTON_NAMES.items():
        found = next((value[alias] for alias in aliases if value.get(alias)), None)
        if found is not None:
            button[name] = str(found)
    button.setdefault("buttonType", "WL")
    return button


def find(connection: sqlite3.Connection, api_key: str) -> Account | None:
    """The account of an API key."""
    row = connection.execute(
        "SELECT settings, webhook_state FROM accounts WHERE api_key = ?", (api_key,)
    ).fetchone()
    return _from_row(api_key, row) if row else None


def find_by(connection: sqlite3.Connection, carrier: str, credential: str, value: str) -> Account | None:
    """The account of a carrier by one of its `credentials`."""
    row = connection.execute(
        "SELECT api_key, settings, webhook_state FROM accounts "
        "WHERE json_extract(settings, '$.carrier') = ? "
        "AND json_extract(settings, '$.credentials.' || ?) = ?",
        (carrier, credential, value),
    ).fetchone()
    return _from_row(row["api_key"], row) if row else None


def put_template(connection: sqlite3.Connection, account: Account, template: Template) -> None:
    """Add or replace one template of an account."""
    save(connection, replace(account, templates={**account.templates, template.template_id: template}))


def set_balance(connection: sqlite3.Connection, api_key: str, won: int) -> None:
    """Set what is left, as a payment would."""
    connection.execute("UPDATE accounts SET balance = ? WHERE api_key = ?", (won, api_key))


def _from_row(api_key: str, row: sqlite3.Row) -> Account:
    settings = json.loads(row["settings"])
    templates = {key: Template(**each) for key, each in settings.pop("templates").items()}
    for name in ("senders", "channels"):
        settings[name] = tuple(settings[name])
    return Account(api_key=api_key, templates=templates, webhook_state=row["webhook_state"], **settings)


def save(connection: sqlite3.Connection, account: Account) -> None:
    """Store an account; its balance and its messages stay."""
    settings = asdict(account)
    del settings["api_key"], settings["webhook_state"]
    connection.execute(
        "INSERT INTO accounts (api_key, settings, balance) VALUES (?, ?, ?) "
        "ON CONFLICT (api_key) DO UPDATE SET settings = excluded.settings, "
        "webhook_state = 'ACTIVE'",
        (account.api_key, json.dumps(settings, ensure_ascii=False), _START_BALANCE),
    )


def balance(connection: sqlite3.Connection, api_key: str) -> int:
    """Money left, in won."""
    row = connection.execute("SELECT balance FROM accounts WHERE api_key = ?", (api_key,)).fetchone()
    return int(row["balance"]) if row else 0


def add_to_balance(connection: sqlite3.Connection, api_key: str, won: int) -> None:
    """Charge (negative) or refund (positive)."""
    connection.execute("UPDATE accounts SET balance = balance + ? WHERE api_key = ?", (won, api_key))
