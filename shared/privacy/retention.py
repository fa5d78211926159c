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
from shared.privacy import erasure, rules, uploads
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


def start(
    connection: Connection, cipher: TenantCipher, rule_id: UUID, member_id: UUID | None, now: datetime
) -> RetentionRun:
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
        "total": rules.count(connection, cipher, row, now),
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


def has_erased(tenant_id: UUID, run_id: UUID) -> bool:
    """Whether a run that is done has erased people, who may stand in rejected rows of imports."""
    with tenant_transaction(tenant_id) as connection:
        run = store.get_run(connection, run_id)
        return (
            run is not None and run["status"] == "done" and run["kind"] in rules.OF_PEOPLE and run["done"] > 0
        )


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
        cipher = tenant_cipher(connection, tenant_id)
        for row in store.rules(connection):
            if row["enabled"] and row["action"] == "erase" and rules.count(connection, cipher, row, now):
                try:
                    with connection.transaction():
                        started.append(start(connection, cipher, row["id"], None, now).id)
                except Conflict:
                    continue  # yesterday's is still at it
        uploads.delete(connection, tenant_id, now - FILES_KEPT)
    return started


def _step(connection: Connection, cipher: TenantCipher, run: store.Row) -> bool:
    """One chunk; whether there is more."""
    rule = store.get_rule(connection, run["rule_id"])
    # A rule that was changed since is another one: nobody has looked at whom that takes.
    if rule is None or rule["action"] != "erase" or rule["updated_at"] > run["created_at"]:
        return _end(connection, run, 0)
    now: datetime = run["cutoff"]
    if rule["kind"] == "import_files":
        before = rules.cutoff(rule, now)
        return _end(connection, run, uploads.delete(connection, cipher.tenant_id, before))
    if rule["kind"] == "rejects":
        deleted = store.delete_old_rejects(connection, rules.cutoff(rule, now), REJECTS)
        return _went_on(connection, run, deleted) if deleted else _end(connection, run, 0)
    if rule["kind"] == "strangers":
        deleted = store.delete_old_strangers(connection, rules.cutoff(rule, now), CONVERSATIONS)
        return _went_on(connection, run, deleted) if deleted else _end(connection, run, 0)
    if not rules.is_due(rule, now):
        return _end(connection, run, 0)
    wanted = rules.parameters(connection, cipher, rule, now)
    people = store.some_people(connection, rule["kind"], wanted, PEOPLE, lock=True)
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
