"""Migrations: once, in order, unchanged."""

from pathlib import Path

import pytest

from shared.kernel.config import settings
from shared.runtime.migrate import Migration, MigrationChanged, migrate, read_migrations


def test_a_second_run_applies_nothing(database: None) -> None:
    assert migrate(settings(), read_migrations()) == []


def test_an_edited_file_is_noticed(database: None) -> None:
    first = read_migrations()[0]
    with pytest.raises(MigrationChanged, match=first.name):
        migrate(settings(), [Migration(first.name, first.script + "\n-- edited")])


def test_files_are_read_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for name in ("0010_b.sql", "0002_a.sql", "notes.txt"):
        (tmp_path / name).write_text("SELECT 1")
    assert [m.name for m in read_migrations(tmp_path)] == ["0002_a.sql", "0010_b.sql"]
