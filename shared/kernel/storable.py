"""Texts of clients without what PostgreSQL cannot hold."""

from typing import Any


def storable(value: Any) -> Any:
    """A JSON value without what JSON may hold and PostgreSQL may not, and no text of ours needs: NUL, and
    half of a surrogate pair, as a program leaves it that cuts a text in the middle of an emoji."""
    if isinstance(value, str):
        whole = value if value.isascii() else value.encode("utf-8", "ignore").decode()
        return whole.replace("\x00", "")
    if isinstance(value, list):
        return [storable(item) for item in value]
    if isinstance(value, dict):
        return {storable(key): storable(item) for key, item in value.items()}
    return value
