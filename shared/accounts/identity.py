"""Who is calling: a member of a tenant in a living session."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Identity:
    """An authenticated member. `role` and `status` are read at every request, so a change acts at once."""

    tenant_id: UUID
    member_id: UUID
    session_id: UUID
    role: str
