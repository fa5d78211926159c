"""Retention rules: when what is deleted (개인정보 보호법 제21조, 시행령 제16조), and what goes now."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from shared.contacts import contacts
from shared.kernel.database import Connection
from shared.kernel.errors import NotFound
from shared.kernel.ids import new_id
from shared.privacy import store_retention as store
from shared.privacy import uploads
from shared.privacy.models import (
    RetentionInput,
    RetentionPreview,
    RetentionRule,
    RetentionRun,
    SamplePerson,
)
from shared.security import audit
from shared.security.cipher import TenantCipher

SAMPLE = 10
OF_PEOPLE = ("election", "source", "inactive")
_SEOUL = ZoneInfo("Asia/Seoul")


def all_of(connection: Connection) -> list[RetentionRule]:
    """The rules, oldest first, each with its latest run."""
    rows = store.rules(connection)
    runs = store.last_runs(connection, [row["id"] for row in rows])
    return [_view(row, runs.get(row["id"])) for row in rows]


def create(connection: Connection, member_id: UUID, wanted: RetentionInput) -> RetentionRule:
    rule_id = new_id()
    store.insert_rule(connection, {"id": rule_id, **wanted.model_dump()})
    _audit(connection, "privacy.retention_rule_added", member_id, rule_id, wanted)
    return get(connection, rule_id)


def change(connection: Connection, member_id: UUID, rule_id: UUID, wanted: RetentionInput) -> RetentionRule:
    """Raises NotFound."""
    if not store.update_rule(connection, {"id": rule_id, **wanted.model_dump()}):
        raise NotFound
    _audit(connection, "privacy.retention_rule_changed", member_id, rule_id, wanted)
    return get(connection, rule_id)


def delete(connection: Connection, member_id: UUID, rule_id: UUID) -> None:
    """Raises NotFound."""
    if not store.delete_rule(connection, rule_id):
        raise NotFound
    audit.record(connection, "privacy.retention_rule_deleted", member_id=member_id, target=str(rule_id))


def get(connection: Connection, rule_id: UUID) -> RetentionRule:
    """Raises NotFound."""
    row = store.get_rule(connection, rule_id)
    if row is None:
        raise NotFound
    return _view(row, store.last_runs(connection, [rule_id]).get(rule_id))


def preview(connection: Connection, cipher: TenantCipher, rule_id: UUID, now: datetime) -> RetentionPreview:
    """What a rule would take now; changes nothing. Raises NotFound."""
    row = store.get_rule(connection, rule_id)
    if row is None:
        raise NotFound
    taken = (
        store.some_people(connection, row["kind"], parameters(connection, cipher, row, now), SAMPLE)
        if is_of_people(row) and is_due(row, now)
        else []
    )
    people = [contacts.get(connection, cipher, contact_id) for contact_id in taken]
    sample = [SamplePerson(id=p.id, name=p.name, phones=p.phones, created_at=p.created_at) for p in people]
    return RetentionPreview(count=count(connection, cipher, row, now), sample=sample)


def count(connection: Connection, cipher: TenantCipher, row: store.Row, now: datetime) -> int:
    """How much a rule takes now: people, files, rejected rows or conversations.

    An election that is not over takes nobody.
    """
    if row["kind"] == "import_files":
        return len(uploads.old(connection, cipher.tenant_id, cutoff(row, now)))
    if row["kind"] == "rejects":
        return store.count_old_rejects(connection, cutoff(row, now))
    if row["kind"] == "strangers":
        return store.count_old_strangers(connection, cutoff(row, now))
    if not is_due(row, now):
        return 0
    return store.count_people(connection, row["kind"], parameters(connection, cipher, row, now))


def is_of_people(row: store.Row) -> bool:
    return row["kind"] in OF_PEOPLE


def is_due(row: store.Row, now: datetime) -> bool:
    """Whether a rule takes anything yet: one about an election waits for the day and the days after it."""
    return row["kind"] != "election" or now >= _election_end(row) + timedelta(days=row["days"])


def cutoff(row: store.Row, now: datetime) -> datetime:
    """What is older than this goes."""
    return now - timedelta(days=row["days"])


def parameters(connection: Connection, cipher: TenantCipher, row: store.Row, now: datetime) -> dict[str, Any]:
    """What the rule's condition on contacts asks for."""
    # An election that is not over has begun for nobody.
    ended = (
        _election_end(row) if row["election_on"] and is_due(row, now) else datetime.min.replace(tzinfo=_SEOUL)
    )
    return {
        "now": now,
        "cutoff": cutoff(row, now),
        "source": row["source"],
        "election_end": max(ended, _EPOCH),
        "keeping": _keeping(connection, cipher, row, now) if row["kind"] == "source" else [],
    }


def _keeping(connection: Connection, cipher: TenantCipher, row: store.Row, now: datetime) -> list[UUID]:
    """Imports whose people a rule about a source leaves: of the same source but younger, or of another one
    that has no rule, or one by which their time is not over either."""
    ends = {
        rule["source"]: cutoff(rule, now)
        for rule in store.rules(connection)
        if rule["kind"] == "source" and rule["enabled"] and rule["action"] == "erase"
    } | {row["source"]: cutoff(row, now)}
    return [
        found["id"]
        for found in store.imports(connection)
        if (source := cipher.open_json("import_options", found["options_sealed"]).get("source"))
        and (source not in ends or found["created_at"] >= ends[source])
    ]


_EPOCH = datetime(1970, 1, 1, tzinfo=_SEOUL)


def _election_end(row: store.Row) -> datetime:
    """The midnight after the election day, in Korea."""
    return datetime.combine(row["election_on"] + timedelta(days=1), time(), _SEOUL)


def run_view(row: store.Row) -> RetentionRun:
    """A run as the API shows it."""
    return RetentionRun.model_validate({name: row[name] for name in RetentionRun.model_fields})


def _view(row: store.Row, run: store.Row | None) -> RetentionRule:
    same = ("id", "kind", "days", "action", "election_on", "source", "enabled")
    return RetentionRule(last_run=run_view(run) if run else None, **{name: row[name] for name in same})


def _audit(
    connection: Connection, action: str, member_id: UUID, rule_id: UUID, wanted: RetentionInput
) -> None:
    audit.record(
        connection, action, member_id=member_id, target=str(rule_id), kind=wanted.kind, days=wanted.days
    )
