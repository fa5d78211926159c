"""De-duplication of an import: rows against each other and against the contacts, by contact points."""

from uuid import UUID

from shared.contacts import store_dedup as store
from shared.contacts import store_dedup_merges, store_imports
from shared.contacts.import_files import ImportFiles
from shared.contacts.import_models import ImportOptions
from shared.contacts.imports import options_of
from shared.kernel.database import Connection, tenant_transaction
from shared.kernel.storage import storage
from shared.security.cipher import TenantCipher, tenant_cipher

_CUSTOM_BATCH = 1_000
_PROBED_ROWS = 1_000
# Before the commit, so that nobody's first search or launch meets a planner that takes the camp for empty:
# launching to 10,000 people right after their import took 105 s, with the statistics 0.1 s.
_WORTH_STATISTICS_ROWS = 1_000


def dedup(tenant_id: UUID, import_id: UUID) -> bool:
    """Merges an import's staged rows into the contacts; everything in one transaction, so exactly once.

    Rows that share a phone, an e-mail address or a Kakao id are one person, also by way of other rows. One
    that shares a point with a stored contact is that contact; stored contacts that the file ties together
    are merged into the oldest. Opt-outs are kept by the point's hash and are never touched. False when there
    was nothing to do (done before, or another worker is at it).

    Raises psycopg's UniqueViolation when a member added one of the points meanwhile: run it again.
    """
    with tenant_transaction(tenant_id) as connection:
        store.take_turn(connection)
        row = store.lock_import(connection, import_id)
        cipher = tenant_cipher(connection, tenant_id)
        if row is not None:
            if row["total_rows"] > _PROBED_ROWS:
                store.join_by_hash(connection)
            _merge(connection, cipher, import_id, row["member_id"], options_of(cipher, row))
            if row["total_rows"] >= _WORTH_STATISTICS_ROWS:
                store_imports.refresh_contact_statistics(connection)
    ImportFiles(storage(), cipher, import_id).delete()
    return row is not None


def _merge(
    connection: Connection,
    cipher: TenantCipher,
    import_id: UUID,
    member_id: UUID | None,
    options: ImportOptions,
) -> None:
    _group(connection, import_id)
    left_alone = store.drop_known_groups(connection) if options.on_existing == "skip" else 0
    if store_dedup_merges.find_merges(connection):
        store_dedup_merges.merge_stored(connection, import_id)
    store.gather_facts(connection, import_id)
    store.insert_contacts(connection, import_id, options.source, options.legal_basis)
    if options.on_existing != "skip":
        _update_known(connection, cipher, import_id, options)
    store.add_aliases(connection, import_id)
    store.insert_points(connection)
    store.index_contacts(connection)
    store.insert_events(connection, import_id, member_id)
    counts = store.count_results(connection)
    counts["unchanged"] += left_alone
    store_imports.clear(connection, import_id, rejects=False)
    store_imports.move(connection, import_id, "completed", **counts)


def _group(connection: Connection, import_id: UUID) -> None:
    """Finds the persons of the file."""
    store.find_holders(connection, import_id)
    if store.link_rows(connection):
        while store.spread_labels(connection):
            pass
    store.make_groups(connection, import_id)


def _update_known(
    connection: Connection, cipher: TenantCipher, import_id: UUID, options: ImportOptions
) -> None:
    on_existing: store.OnExisting = "overwrite" if options.on_existing == "overwrite" else "fill"
    _join_customs(connection, cipher, on_existing)
    if on_existing == "overwrite":
        store.keep_overwritten_names(connection, import_id)
    store.update_contacts(connection, on_existing, options.source, options.legal_basis)


def _join_customs(connection: Connection, cipher: TenantCipher, on_existing: store.OnExisting) -> None:
    """Extra columns are one sealed object, so they are joined here: label by label, as `on_existing` says."""
    after = 0
    while rows := store.differing_customs(connection, after, _CUSTOM_BATCH):
        after = rows[-1]["group_row"]
        for row in rows:
            stored, given = (cipher.open_json("custom", row[name]) for name in ("stored", "given"))
            joined = {**stored, **given} if on_existing == "overwrite" else {**given, **stored}
            if joined == stored:
                store.set_custom(connection, row["group_row"], None, None)
                continue
            sealed = cipher.seal_json("custom", joined)
            text = cipher.open("custom", sealed)
            store.set_custom(connection, row["group_row"], sealed, cipher.field_hash("custom", text))
