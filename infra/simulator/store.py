"""The simulator's SQLite database: connections, schema and the single writer's lock."""

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS accounts (
    api_key TEXT PRIMARY KEY,
    settings TEXT NOT NULL,
    balance INTEGER NOT NULL,
    webhook_state TEXT NOT NULL DEFAULT 'ACTIVE'
) WITHOUT ROWID;

-- Everything a virtual phone shows: texts and Kakao messages (out), and what was typed (in).
CREATE TABLE IF NOT EXISTS messages (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    direction TEXT NOT NULL,
    account TEXT NOT NULL,
    message_id TEXT NOT NULL UNIQUE,
    group_id TEXT,
    phone TEXT NOT NULL,
    peer TEXT NOT NULL,
    type TEXT NOT NULL,
    country TEXT NOT NULL DEFAULT '82',
    subject TEXT,
    text TEXT NOT NULL,
    image_id TEXT,
    kakao TEXT,
    custom TEXT NOT NULL DEFAULT '{}',
    reference TEXT,
    accepted INTEGER NOT NULL,
    code TEXT NOT NULL,
    price INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    processed_at INTEGER,
    settled_at INTEGER,
    plan TEXT,
    step INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER,
    send_at INTEGER
);
CREATE INDEX IF NOT EXISTS messages_due ON messages (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS messages_list ON messages (account, created_at, seq);
CREATE INDEX IF NOT EXISTS messages_group ON messages (group_id, seq);
CREATE INDEX IF NOT EXISTS messages_phone ON messages (phone, seq);

CREATE TABLE IF NOT EXISTS groups (
    group_id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    total INTEGER NOT NULL,
    registered_failed INTEGER NOT NULL,
    price INTEGER NOT NULL,
    strict INTEGER NOT NULL,
    allow_duplicates INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) WITHOUT ROWID;

-- One row per virtual phone, so that the list of phones never scans the messages.
CREATE TABLE IF NOT EXISTS phones (
    number TEXT PRIMARY KEY,
    last_seq INTEGER NOT NULL,
    messages INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS phones_newest ON phones (last_seq);

CREATE TABLE IF NOT EXISTS opt_outs (
    account TEXT NOT NULL,
    phone TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (account, phone)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS images (
    account TEXT NOT NULL,
    image_id TEXT NOT NULL,
    name TEXT NOT NULL,
    jpeg BLOB NOT NULL,
    at INTEGER NOT NULL,
    expires_at INTEGER,
    PRIMARY KEY (account, image_id)
) WITHOUT ROWID;

-- Pictures for brand messages, and the kind of bubble each is for; no text takes them.
CREATE TABLE IF NOT EXISTS bubble_images (
    account TEXT NOT NULL,
    image_id TEXT NOT NULL,
    bubble TEXT NOT NULL,
    PRIMARY KEY (account, image_id)
) WITHOUT ROWID;

-- Calls that webhooks still owe: delivery reports and inbound texts.
CREATE TABLE IF NOT EXISTS calls (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    kind TEXT NOT NULL,
    event_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    code TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER NOT NULL,
    leased INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS calls_due ON calls (due_at) WHERE leased = 0;
CREATE INDEX IF NOT EXISTS calls_account ON calls (account, kind, attempts, due_at)
    WHERE leased = 0;
"""

# Nobody waits for more than so many others.
_MOST_TOGETHER = 16


class Store:
    """Connections to one database file: a reader per thread and one locked writer.

    `version` grows with every write, so that a page that polls can be told "nothing new"
    without a query.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._local = threading.local()
        self._lock = threading.Lock()
        self._queue = threading.Lock()
        self._waiting = self._parts = 0
        self._together: Future[None] | None = None
        self._writer = self._connect()
        self._writer.executescript(_SCHEMA)
        self._add_columns()
        # A call that was under way when the process ended was not confirmed: owe it again.
        self._writer.execute("UPDATE calls SET leased = 0 WHERE leased = 1")
        self.version = 1

    def _add_columns(self) -> None:
        """What a database of an older simulator lacks."""
        known = {row["name"] for row in self._writer.execute("PRAGMA table_info(messages)")}
        if "send_at" not in known:
            self._writer.execute("ALTER TABLE messages ADD COLUMN send_at INTEGER")

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=10, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        connection.executescript(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY;"
            "PRAGMA cache_size = -16000; PRAGMA wal_autocheckpoint = 10000;"
        )
        return connection

    def read(self) -> sqlite3.Connection:
        """This thread's connection for reading."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._connect()
        return connection

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """One change of the only writer, undone when the block raises, kept for good once this returns.

        Who writes while others wait leaves the transaction open for them: a commit for some sixteen texts
        costs what one costs for each, which was a third of the simulator's time. Raises sqlite3.Error, for
        each of those who shared it, when the transaction cannot be kept.
        """
        with self._queue:
            self._waiting += 1
        with self._lock:
            with self._queue:
                self._waiting -= 1
            together = self._begun()
            try:
                with self._part():
                    yield self._writer
            finally:
                self._end(together)
        together.result()

    def _begun(self) -> Future[None]:
        if self._together is None:
            self._writer.execute("BEGIN IMMEDIATE")
            self._together, self._parts = Future(), 0
        self._parts += 1
        return self._together

    @contextmanager
    def _part(self) -> Iterator[None]:
        self._writer.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            self._writer.execute("ROLLBACK TO part")
            raise
        finally:
            self._writer.execute("RELEASE part")

    def _end(self, together: Future[None]) -> None:
        """Keep what was written, unless somebody waits to write more into it."""
        # A full disk rolls the whole of it back in the middle: then nobody may add to it.
        if self._waiting and self._parts < _MOST_TOGETHER and self._writer.in_transaction:
            return
        self._together = None
        try:
            self._writer.execute("COMMIT")
        except sqlite3.Error as error:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            together.set_exception(error)
        else:
            self.version += 1
            together.set_result(None)
