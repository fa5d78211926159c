"""Migrations: numbered SQL files, each applied once, in one transaction, with checksums and time limits."""

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlparse

import psycopg
from psycopg import sql

from shared.kernel.config import Settings, settings

MIGRATIONS = Path(__file__).resolve().parents[2] / "infra" / "migrations"
_ADVISORY_LOCK = 0x4D494752  # "MIGR"
_LOCK_TIMEOUT = "4s"  # a migration that waits longer for a lock would stop the hub: it gives up instead
_STATEMENT_TIMEOUT = "10min"


class MigrationChanged(RuntimeError):
    """A file that was applied has another content now."""


@dataclass(frozen=True)
class Migration:
    """One numbered file."""

    name: str
    script: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.script.encode()).hexdigest()


def read_migrations(folder: Path = MIGRATIONS) -> list[Migration]:
    """The files of a folder in the order of their numbers."""
    return [Migration(path.name, path.read_text()) for path in sorted(folder.glob("[0-9]*.sql"))]


def migrate(chosen: Settings, migrations: list[Migration]) -> list[str]:
    """Applies what is missing and returns its names. Two at once wait for each other.

    Raises MigrationChanged when an applied file was edited.
    """
    applied = []
    url = chosen.database_admin_url or chosen.database_url
    with psycopg.connect(url, autocommit=True, options="-c timezone=UTC") as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_ADVISORY_LOCK])
        _ensure_roles(connection, chosen)
        connection.execute(
            """CREATE TABLE IF NOT EXISTS migrations
               (name text PRIMARY KEY, checksum text NOT NULL,
                applied_at timestamptz NOT NULL DEFAULT now())"""
        )
        known: dict[str, str] = dict(connection.execute("SELECT name, checksum FROM migrations").fetchall())
        for migration in migrations:
            if migration.name not in known:
                _apply(connection, migration)
                applied.append(migration.name)
            elif known[migration.name] != migration.checksum:
                raise MigrationChanged(f"{migration.name} was changed after it had been applied")
        if migrations:
            connection.execute("SELECT ensure_partitions((now() - interval '1 month')::date, 8)")
    return applied


def _apply(connection: psycopg.Connection, migration: Migration) -> None:
    with connection.transaction():
        connection.execute(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'")
        connection.execute(f"SET LOCAL statement_timeout = '{_STATEMENT_TIMEOUT}'")
        connection.execute(migration.script.encode())
        connection.execute(
            "INSERT INTO migrations (name, checksum) VALUES (%s, %s)", [migration.name, migration.checksum]
        )


def _ensure_roles(connection: psycopg.Connection, chosen: Settings) -> None:
    """Makes the two roles that own nothing, where the server does not have them yet."""
    for role in ("hanpyo_app", "hanpyo_definer"):
        row = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        if row is None:
            name = sql.Identifier(role)
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN NOSUPERUSER NOBYPASSRLS").format(name))
            # Whoever migrates must be able to give functions to the definer and become the application.
            connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(name))
    _let_application_log_in(connection, chosen)


def _let_application_log_in(connection: psycopg.Connection, chosen: Settings) -> None:
    url = urlparse(chosen.database_url)
    row = connection.execute("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'hanpyo_app'").fetchone()
    if url.username == "hanpyo_app" and url.password and row and not row[0]:
        connection.execute(
            sql.SQL("ALTER ROLE hanpyo_app LOGIN PASSWORD {}").format(sql.Literal(unquote(url.password)))
        )


def main() -> None:
    """Applies the migrations and says which."""
    applied = migrate(settings(), read_migrations())
    sys.stdout.write(f"applied: {', '.join(applied)}\n" if applied else "nothing to apply\n")


if __name__ == "__main__":
    main()
