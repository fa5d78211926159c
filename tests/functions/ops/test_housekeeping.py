"""What is stored for a while is deleted by age; partitions are there ahead of time."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from functions.ops.drop_unfinished_files import drop_unfinished_files
from functions.ops.make_partitions import make_partitions
from functions.ops.purge_by_age import purge_by_age
from shared.kernel.clock import seoul_month, utc_now
from shared.kernel.ids import new_id
from shared.kernel.storage import storage
from shared.privacy import uploads
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


def killed_upload(camp: Camp, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What kill -9 leaves of an upload: nobody closes or deletes what was begun."""
    before = set(_root().rglob(".part-*"))
    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", lambda *_, **__: None)
        with pytest.raises(KeyboardInterrupt):
            _die_while_writing(f"imports/{camp.tenant_id}/{new_id()}/source")
    (part,) = set(_root().rglob(".part-*")) - before
    return part


def _die_while_writing(key: str) -> None:
    with storage().write(key) as target:
        target.write(b"half of it")
        raise KeyboardInterrupt


def _root() -> Path:
    return Path(os.environ["STORAGE_URL"].removeprefix("file://"))


def test_what_a_killed_upload_left_goes_when_it_is_old(camp: Camp, monkeypatch: pytest.MonkeyPatch) -> None:
    old, young = killed_upload(camp, monkeypatch), killed_upload(camp, monkeypatch)
    hours_ago = utc_now().timestamp() - 7 * 3600
    os.utime(old, (hours_ago, hours_ago))
    drop_unfinished_files()
    assert not old.exists()
    assert young.exists(), "it may still be written"
    drop_unfinished_files()


def test_an_upload_of_which_the_database_knows_nothing_goes(camp: Camp) -> None:
    """The API was killed after the file was stored and before it was written down."""
    known = camp.api.upload("/contacts/imports", b"x,y\n1,2\n").json["data"]["id"]
    stranger = new_id()
    with storage().write(f"imports/{camp.tenant_id}/{stranger}/source") as target:
        target.write(b"sealed names and numbers")
    for age, left in ((timedelta(days=1), {known, str(stranger)}), (timedelta(seconds=-5), {known})):
        with camp.transaction() as connection:
            uploads.delete(connection, camp.tenant_id, utc_now() - age)
        kept = {stored.key.split("/")[2] for stored in storage().list(f"imports/{camp.tenant_id}")}
        assert kept == left
