"""What is stored for a while is deleted by age; partitions are there ahead of time."""

from functions.ops.make_partitions import make_partitions
from functions.ops.purge_by_age import purge_by_age
from shared.kernel.clock import seoul_month, utc_now
from tests.factories import Camp


def test_old_answers_and_sessions_are_deleted_and_young_ones_stay(camp: Camp) -> None:
    camp.api.post("/contacts", {"name": "첫째"}, headers={"Idempotency-Key": "old"})
    camp.api.post("/contacts", {"name": "둘째"}, headers={"Idempotency-Key": "young"})
    other = camp.member("staff")
    with camp.transaction() as connection:
        connection.execute(
            """UPDATE idempotency_keys SET created_at = now() - interval '25 hours'
                WHERE key_hash = sha256('old'::bytea)"""
        )
        connection.execute(
            "UPDATE sessions SET ended_at = now() - interval '31 days' WHERE member_id = %s",
            [other.member_id],
        )
    purge_by_age()
    assert len(camp.rows("SELECT 1 FROM idempotency_keys")) == 1
    assert camp.rows("SELECT 1 FROM sessions WHERE member_id = %s", other.member_id) == []
    assert camp.api.get("/members/me").status_code == 200
    # The tokens of a deleted session are gone with it.
    tokens = camp.rows("SELECT 1 FROM refresh_tokens t WHERE NOT EXISTS "
                       "(SELECT 1 FROM sessions s WHERE s.id = t.session_id)")  # fmt: skip
    assert tokens == []


def test_partitions_are_made_ahead(camp: Camp) -> None:
    make_partitions()
    names = {row["name"] for row in camp.rows("SELECT relname AS name FROM pg_class WHERE relispartition")}
    assert f"messages_{seoul_month(utc_now()):%Y_%m}" in names
    assert len([name for name in names if name.startswith("messages_2")]) >= 6
