"""An upgrade in place: a database as the first version left it, and every migration since."""

import base64
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import psycopg
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from psycopg import sql
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from shared.compliance import sends
from shared.contacts import contacts, imports, indexing, merging, search
from shared.contacts.import_views import Sight
from shared.contacts.sensitive_fields import nothing_hidden
from shared.kernel.config import Settings, settings
from shared.kernel.ids import new_id
from shared.messaging import opt_outs
from shared.runtime.migrate import migrate, read_migrations
from shared.security import key_store
from shared.security.cipher import TenantCipher, make_cipher
from shared.security.keys import derive_key

FIRST_VERSION = 9  # migrations
NONCE = 12
Connection = psycopg.Connection[dict[str, Any]]


@pytest.fixture
def scratch(database: None) -> Iterator[Settings]:
    """An empty database. Its owner is bound by row-level security, as where the hub is installed."""
    name = f"upgrade_{os.urandom(6).hex()}"
    with psycopg.connect(settings().database_admin_url or "", autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            urls = ("database_admin_url", "database_url")
            yield settings().model_copy(update={url: _at(getattr(settings(), url), name) for url in urls})
        finally:
            owner.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


def _at(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


@dataclass
class OldCamp:
    """A camp as the first version wrote it."""

    scratch: Settings
    tenant_id: UUID
    data_key: bytes

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        with psycopg.connect(self.scratch.database_url, row_factory=dict_row) as connection:
            connection.execute("SELECT set_config('app.tenant_id', %s, true)", [str(self.tenant_id)])
            yield connection

    def seal(self, field: str, value: str) -> bytes:
        """Version, nonce, AES-GCM."""
        nonce = os.urandom(NONCE)
        aead = AESGCM(derive_key(self.data_key, "seal"))
        return (
            b"\x01"
            + nonce
            + aead.encrypt(nonce, value.encode(), self.tenant_id.bytes + b":" + field.encode())
        )

    @property
    def hashes(self) -> TenantCipher:
        """Its keyed hashes were those of today."""
        return TenantCipher(self.tenant_id, self.data_key)

    def insert(self, table: str, **row: Any) -> None:
        with self.transaction() as connection:
            connection.execute(
                sql.SQL("INSERT INTO {} (tenant_id, {}) VALUES (current_tenant(), {})").format(
                    sql.Identifier(table),
                    sql.SQL(", ").join(map(sql.Identifier, row)),
                    sql.SQL(", ").join([sql.Placeholder()] * len(row)),
                ),
                list(row.values()),
            )

    def rows(self, statement: str) -> list[dict[str, Any]]:
        with self.transaction() as connection:
            return connection.execute(statement).fetchall()

    def contact(self, **row: Any) -> UUID:
        """A contact with sealed fields; `point`: (kind, value)."""
        contact_id, point = new_id(), row.pop("point", None)
        for field in ("name", "address", "note", "custom"):
            if value := row.pop(field, None):
                row |= {
                    f"{field}_sealed": self.seal(field, value),
                    f"{field}_hash": self.hashes.field_hash(field, value),
                }
        self.insert("contacts", id=contact_id, **row)
        if point:
            self.point(contact_id, *point)
        tokens = [self.hashes.token("n:홍길")]
        self.insert("contact_search", contact_id=contact_id, tokens=tokens)
        return contact_id

    def point(self, contact_id: UUID, kind: str, value: str) -> None:
        given = {"kind": kind, "hash": self.hashes.point_hash(kind, value), "contact_id": contact_id}
        self.insert("contact_points", **given, value_sealed=self.seal(kind, value), textable=kind == "phone")

    def opt_out(self, phone: str, reason: str) -> None:
        masked = self.seal("opt_out_masked", "010-****-" + phone[-4:])
        hash_ = self.hashes.point_hash("phone", phone)
        self.insert("opt_outs", id=new_id(), kind="phone", hash=hash_, masked_sealed=masked, reason=reason)

    def file(self, status: str, **row: Any) -> UUID:
        import_id = new_id()
        given = {"status": status, "file_name_sealed": self.seal("file_name", "명단.csv"), "file_bytes": 9}
        options = self.seal("import_options", '{"source": "행사", "legal_basis": "동의"}')
        self.insert("imports", id=import_id, file_sha256=b"x", options_sealed=options, **given, **row)
        return import_id


@pytest.fixture
def old(scratch: Settings) -> OldCamp:
    """A camp in a database of the first version, its key wrapped as that version did."""
    migrate(scratch, read_migrations()[:FIRST_VERSION])
    path = settings().master_key_file
    assert path is not None
    master, tenant_id, data_key = base64.b64decode(path.read_text()), new_id(), os.urandom(32)
    nonce = os.urandom(NONCE)
    wrapped = nonce + AESGCM(master).encrypt(nonce, data_key, tenant_id.bytes)
    camp = OldCamp(scratch, tenant_id, data_key)
    camp.insert("tenants", name="한표 캠프", data_key=wrapped)
    return camp


def upgrade(old: OldCamp) -> None:
    applied = migrate(old.scratch, read_migrations())
    assert len(applied) == len(read_migrations()) - FIRST_VERSION
    assert migrate(old.scratch, read_migrations()) == []


def merged(old: OldCamp) -> tuple[UUID, UUID, UUID]:
    """Two contacts, merged as the first version did it: (merge, kept, merged)."""
    kept = old.contact(name="홍길동", tags=["당원"], point=("phone", "+821023456789"))
    gone = old.contact(name="길동이", address="서울시 마포구", tags=["행사", "당원"])
    old.point(kept, "email", "hong@b.kr")  # it was the other one's
    before = {"name_sealed": base64.b64encode(old.seal("name", "홍길동")).decode(), "tags": ["당원"]}
    merge_id = new_id()
    old.insert(
        "contact_merges",
        id=merge_id,
        kept_id=kept,
        merged_id=gone,
        points=[old.hashes.point_hash("email", "hong@b.kr")],
        kept_before=Jsonb(before),
    )
    alias = {"name_hash": old.hashes.field_hash("name", "길동이"), "name_sealed": old.seal("name", "길동이")}
    old.insert("contact_aliases", contact_id=kept, **alias)
    with old.transaction() as connection:
        connection.execute(
            """UPDATE contacts SET address_sealed = %s, address_hash = %s, tags = '{당원,행사}'
                WHERE id = %s""",
            [old.seal("address", "서울시 마포구"), old.hashes.field_hash("address", "서울시 마포구"), kept],
        )
        connection.execute(
            "UPDATE contacts SET deleted_at = now(), merged_into = %s WHERE id = %s", [kept, gone]
        )
        connection.execute("DELETE FROM contact_search WHERE contact_id = %s", [gone])
    return merge_id, kept, gone


def test_everything_that_was_sealed_opens(old: OldCamp) -> None:
    contact_id = old.contact(
        name="홍길동", address="서울시 마포구", custom='{"소속":"한표"}', point=("phone", "+821023456789")
    )
    old.opt_out("+821023456789", "reply")
    upgrade(old)
    with old.transaction() as connection:
        cipher = make_cipher(connection, old.tenant_id)
        found = contacts.get(connection, cipher, contact_id)
        assert (found.name, found.address, found.custom) == ("홍길동", "서울시 마포구", {"소속": "한표"})
        assert (found.phones, found.opted_out) == (["010-2345-6789"], True)
        indexing.reindex_all(connection, cipher, [contact_id])
        for q in ("홍길동", "ㅎㄱㄷ", "6789", "010-2345-6789"):
            assert search.find(connection, search.typed(cipher, q), None, 10).ids == [contact_id], q
    with old.transaction() as connection:
        key_store.add_data_key(connection, old.tenant_id)
        again = make_cipher(connection, old.tenant_id)
        assert again.key_number == 2
        assert contacts.get(connection, again, contact_id).name == "홍길동", "also with a newer data key"
        assert again.point_hash("phone", "+821023456789") == old.hashes.point_hash("phone", "+821023456789")


def test_a_merge_of_before_is_undone_to_the_field(old: OldCamp) -> None:
    merge_id, kept, gone = merged(old)
    upgrade(old)
    with old.transaction() as connection:
        cipher = make_cipher(connection, old.tenant_id)
        whole = contacts.get(connection, cipher, kept)
        assert (whole.address, whole.emails, whole.aliases) == ("서울시 마포구", ["hong@b.kr"], ["길동이"])
        done = merging.undo(connection, cipher, None, merge_id)
        assert (set(done.contacts), done.kept_edits) == ({kept, gone}, 0)
        first, second = (contacts.get(connection, cipher, one) for one in (kept, gone))
    assert (first.name, first.address, first.tags) == ("홍길동", None, ["당원"])
    assert (first.phones, first.emails, first.aliases) == (["010-2345-6789"], [], [])
    assert (second.name, second.address, set(second.tags)) == ("길동이", "서울시 마포구", {"행사", "당원"})
    assert (second.phones, second.emails) == ([], ["hong@b.kr"])


def test_opt_outs_say_where_they_came_from(old: OldCamp) -> None:
    for last, reason in enumerate(("reply", "carrier", "전화로 요청")):
        old.opt_out(f"+82102345678{last}", reason)
    upgrade(old)
    with old.transaction() as connection:
        cipher = make_cipher(connection, old.tenant_id)
        page = opt_outs.list_page(connection, cipher, before=None, limit=10)
    assert {(one.value_masked[-1:], one.source, one.channel) for one in page.items if one.value_masked} == {
        ("0", "keyword", "all"),
        ("1", "carrier", "all"),
        ("2", "hand", "all"),
    }


@pytest.mark.parametrize("status", ["inspecting", "awaiting_mapping", "ingesting", "deduplicating"])
def test_an_import_under_way_begins_anew(old: OldCamp, status: str) -> None:
    """Its rows stood between file and contacts, in tables that are gone; the file is still there."""
    import_id = old.file(status, total_rows=2, done_rows=1, chunks_total=2, chunks_done=1, rejected=1)
    old.insert("import_chunks", import_id=import_id, number=1, first_row=2, rows=1)
    old.insert("import_rejects", import_id=import_id, row_number=3, reason="x", cells_sealed=b"x")
    row = {"import_id": import_id, "row_number": 2}
    old.insert("import_rows", **row, contact_id=new_id(), name_sealed=old.seal("name", "홍길동"))
    old.insert(
        "import_row_points", **row, kind="phone", hash=b"x", value_sealed=b"x", textable=True, position=0
    )
    upgrade(old)
    [now] = old.rows("SELECT status, done_rows, chunks_total, chunks_done, rejected FROM imports")
    assert now == {"status": "queued", "done_rows": 0, "chunks_total": 0, "chunks_done": 0, "rejected": 0}
    assert old.rows("SELECT 1 FROM import_chunks UNION ALL SELECT 1 FROM import_rejects") == []


def test_an_import_that_had_ended_stays_and_cannot_be_undone(old: OldCamp) -> None:
    import_id = old.file("completed", total_rows=1, done_rows=1, created=1)
    contact_id = old.contact(name="홍길동", import_id=import_id, point=("phone", "+821023456789"))
    old.insert("import_rejects", import_id=import_id, row_number=3, reason="x", cells_sealed=b"x")
    upgrade(old)
    with old.transaction() as connection:
        cipher = make_cipher(connection, old.tenant_id)
        item = imports.get(connection, cipher, import_id, "ko", Sight(new_id(), nothing_hidden))
        assert (item.status, item.file_name, item.can_undo) == ("completed", "명단.csv", False)
        assert contacts.get(connection, cipher, contact_id).import_id == import_id
    assert len(old.rows("SELECT 1 FROM import_rejects")) == 1


KOREAN_NIGHT = "2026-03-01T16:30:00+00:00"  # the second of March in Korea


def sent_before(old: OldCamp, channel: str = "sms", **row: Any) -> UUID:
    """A campaign as the first version kept it, with one step."""
    sender_id, campaign_id, kind = new_id(), new_id(), "phone" if channel == "sms" else "kakao_channel"
    old.insert("senders", id=sender_id, kind=kind, value_sealed=b"x", value_hash=sender_id.bytes)
    given = {"name": "봄 소식", "purpose": "election_campaign", "audience": Jsonb({"all": True})}
    launched = {"status": "paused", "launched_at": KOREAN_NIGHT}
    old.insert("campaigns", id=campaign_id, **{**given, **launched, **row})
    step = {"position": 1, "channel": channel, "sender_id": sender_id, "body": "안녕하세요"}
    old.insert("campaign_steps", campaign_id=campaign_id, **step)
    return campaign_id


def test_election_texts_of_before_are_counted(old: OldCamp) -> None:
    """The eight of 제59조 제2호 do not begin anew with the version that counts them in a table."""
    sent = sent_before(old)
    later = sent_before(old, status="scheduled", scheduled_at="2026-03-05T01:00:00+00:00")
    sent_before(old, launched_at=None, status="draft")
    sent_before(old, "kakao_brand")
    sent_before(old, purpose="event_notice")
    upgrade(old)
    rows = old.rows("SELECT campaign_id, number, sent_on, window_ends FROM election_sends ORDER BY sent_on")
    days = [(row["campaign_id"], row["number"], row["sent_on"].isoformat()) for row in rows]
    assert days == [(sent, 1, "2026-03-02"), (later, 1, "2026-03-05")]
    assert rows[0]["window_ends"] == datetime.fromisoformat(KOREAN_NIGHT) + timedelta(hours=24)
    election_id = new_id()
    old.insert("elections", id=election_id, kind="governor", name="선거", election_day="2026-06-03")
    with old.transaction() as connection:
        assert sends.counter(connection, election_id).used == 2
        connection.execute("SELECT set_config('app.tenant_id', %s, true)", [str(new_id())])
        left = connection.execute("SELECT 1 FROM election_sends UNION ALL SELECT 1 FROM campaigns")
        assert left.fetchall() == [], "nothing for another camp"
    forced = old.rows("""SELECT relname FROM pg_class WHERE relforcerowsecurity
                          AND relname IN ('campaigns', 'campaign_steps', 'election_sends')""")
    assert len(forced) == 3, "row security binds the owner again"
