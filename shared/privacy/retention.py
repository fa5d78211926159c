"""Deleting what is kept no longer: by hand or by the daily round, in chunks, with progress."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from psycopg.errors import UniqueViolation

from shared.compliance import freezes
from shared.contacts import history
from shared.kernel.clock import utc_now
from shared.kernel.database import Connection, system_transaction, tenant_transaction
from shared.kernel.errors import Conflict, NotFound
from shared.kernel.ids import new_id
from shared.kernel.storage import storage
from shared.privacy import erasure, rules
from shared.privacy import store_retention as store
from shared.privacy.models import RetentionRun
from shared.security import audit
from shared.security.cipher import TenantCipher, tenant_cipher

PEOPLE = 50  # erased in one transaction
REJECTS = 5_000
CONVERSATIONS = 500
LOST_AFTER = timedelta(seconds=30)
# Whatever rules a camp has: nobody needs an uploaded list for longer.
FILES_KEPT = timedelta(days=30)


def start(connection: Connection, rule_id: UUID, member_id: UUID | None, now: datetime) -> RetentionRun:
    """Begins a run of a rule. Raises NotFound; Conflict while the rule runs or evidence must be kept."""
    if freezes.keeps_everything(connection):
        raise Conflict("compliance.frozen")
    row = store.get_rule(connection, rule_id)
    if row is None:
        raise NotFound
    run_id = new_id()
    run = {
        "id": run_id,
        "rule_id": rule_id,
        "kind": row["kind"],
        "cutoff": now,
        "total": rules.count(connection, row, now),
        "member_id": member_id,
    }
    try:
        store.insert_run(connection, run)
    except UniqueViolation as error:
        raise Conflict("privacy.rule_runs") from error
    audit.record(
        connection, "privacy.retention_started", member_id=member_id, target=str(run_id), rule=str(rule_id)
    )
    found = store.get_run(connection, run_id)
    if found is None:
        raise NotFound
    return rules.run_view(found)


def advance(tenant_id: UUID, run_id: UUID, until: datetime) -> bool:
    """Works until a moment; whether there is more to do at once. Killed anywhere, it goes on where it was."""
    while True:
        with tenant_transaction(tenant_id) as connection:
            run = store.take_run(connection, run_id)
            if run is None or freezes.keeps_everything(connection):
                return False  # a freeze holds the run; it goes on once that is lifted
            more = _step(connection, tenant_cipher(connection, tenant_id), run)
        if not more or utc_now() >= until:
            return more


def stalled(now: datetime) -> Iterator[tuple[UUID, UUID]]:
    """(tenant, run) of work that was lost for half a minute."""
    with system_transaction() as connection:
        rows = store.stalled(connection, now - LOST_AFTER)
    yield from ((row["tenant_id"], row["run_id"]) for row in rows)


def tenants() -> list[UUID]:
    """Every camp, for the daily round."""
    with system_transaction() as connection:
        return store.all_tenants(connection)


def daily(tenant_id: UUID, now: datetime) -> list[UUID]:
    """Begins the rules of a camp that delete by themselves; returns the runs. Old uploads go in any case."""
    started: list[UUID] = []
    with tenant_transaction(tenant_id) as connection:
        if freezes.keeps_everything(connection):
            return started  # 자료 보전: nothing goes by its age
        for row in store.rules(connection):
            if row["enabled"] and row["action"] == "erase" and rules.count(connection, row, now):
                try:
                    with connection.transaction():
                        started.append(start(connection, row["id"], None, now).id)
                except Conflict:
                    continue  # yesterday's is still at it
        delete_uploads(connection, tenant_id, now - FILES_KEPT)
    return started


def delete_uploads(connection: Connection, tenant_id: UUID, before: datetime) -> int:
    """Deletes the files of imports that have not moved since, mapped or not; returns of how many imports.

    By the database's word and not by the age of the files, which a new data key renews.
    """
    deleted = 0
    store.expire_waiting(connection, before)
    for import_id in [*store.old_uploads(connection, before), *_strangers(connection, tenant_id, before)]:
        prefix = f"imports/{tenant_id}/{import_id}"
        if any(storage().list(prefix)):
            storage().delete_prefix(prefix)
            deleted += 1
    return deleted


def _strangers(connection: Connection, tenant_id: UUID, before: datetime) -> list[UUID]:
    """Uploads of which the database knows nothing: the API was killed between storing and writing it down."""
    old = {
        UUID(stored.key.split("/")[2])
        for stored in storage().list(f"imports/{tenant_id}")
        if stored.written_at < before
    }
    return sorted(old - store.known_imports(connection, sorted(old)))


def _step(connection: Connection, cipher: TenantCipher, run: store.Row) -> bool:
    """One chunk; whether there is more."""
    rule = store.get_rule(connection, run["rule_id"])
    if rule is None or rule["action"] != "erase":
        return _end(connection, run, 0)
    now: datetime = run["cutoff"]
    if rule["kind"] == "import_files":
        before = rules.cutoff(rule, now)
        return _end(connection, run, delete_uploads(connection, cipher.tenant_id, before))
    if rule["kind"] == "rejects":
        deleted = store.delete_old_rejects(connection, rules.cutoff(rule, now), REJECTS)
        return _went_on(connection, run, deleted) if deleted else _end(connection, run, 0)
    if rule["kind"] == "strangers":
        deleted = store.delete_old_strangers(connection, rules.cutoff(rule, now), CONVERSATIONS)
        return _went_on(connection, run, deleted) if deleted else _end(connection, run, 0)
    if not rules.is_due(rule, now):
        return _end(connection, run, 0)
    people = store.some_people(connection, rule["kind"], rules.parameters(rule, now), PEOPLE)
    if not people:
        return _end(connection, run, 0)
    erasure.erase_people(
        connection, cipher, history.family(connection, people), "retention", run["member_id"]
    )
    return _went_on(connection, run, len(people))


def _went_on(connection: Connection, run: store.Row, added: int) -> bool:
    store.note_run(connection, run["id"], added)
    return True


def _end(connection: Connection, run: store.Row, added: int) -> bool:
    store.note_run(connection, run["id"], added, status="done")
    audit.record(
        connection,
        "privacy.retention_done",
        member_id=run["member_id"],
        target=str(run["id"]),
        kind=run["kind"],
        deleted=run["done"] + added,
    )
    return False
