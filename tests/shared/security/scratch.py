"""A database of its own: for what concerns a whole installation, which other tests share."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from shared.kernel.config import settings


@contextmanager
def scratch_database() -> Iterator[dict[str, str]]:
    """An empty database; yields the environment variables that lead to it. Dropped at the end."""
    name = f"scratch_{os.urandom(6).hex()}"
    admin = settings().database_admin_url or ""
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield {
                "DATABASE_URL": _in_database(settings().database_url, name),
                "DATABASE_ADMIN_URL": _in_database(admin, name),
            }
        finally:
            _drop(connection, name)


def _drop(connection: "psycopg.Connection[tuple[object, ...]]", name: str) -> None:
    for _ in range(100):
        try:
            connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))
            return
        except psycopg.errors.ObjectInUse:
            time.sleep(0.1)  # the server has yet to notice that a client was killed
    raise AssertionError(f"somebody is still connected to {name}")


def _in_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
