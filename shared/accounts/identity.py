"""Who is calling: a member of a tenant in a living session."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Identity:
    """An authenticated member. Role, status and rights are read at every request, so a change acts at once.

    `sees_sensitive`: may know of sensitive fields (개인정보 보호법 제23조): Owners, Admins, and who was given
    the right.
    """

    tenant_id: UUID
    member_id: UUID
    session_id: UUID
    role: str
    sees_sensitive: bool = False
