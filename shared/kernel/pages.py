"""One page of a list."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page. `total` is {"value": n, "relation": "eq" | "gte"} where it is known."""

    items: list[T]
    next_cursor: str | None = None
    total: dict[str, Any] | None = None
