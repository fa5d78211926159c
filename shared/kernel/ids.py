"""Identifiers: UUIDv7, so that newer things sort after older ones."""

from uuid import UUID

import uuid_utils


def new_id() -> UUID:
    """A fresh UUIDv7 as a standard-library UUID."""
    return UUID(int=uuid_utils.uuid7().int)
