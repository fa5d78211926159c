"""What the privacy desk sends and gets."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Body(BaseModel):
    """A request body: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class RekeyingDraft(Body):
    what: Literal["data_key"]


class Rekeying(BaseModel):
    """`total` counts rows; `keys` are the numbers of the data keys that exist now."""

    id: UUID | None
    status: Literal["none", "running", "waiting", "done", "failed"]
    done: int
    total: int
    keys: list[int]
    key_number: int | None = None
    error: str | None = None
    created_at: datetime | None = None
    finished_at: datetime | None = None
