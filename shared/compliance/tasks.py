"""What the network act asks to be done in time: rules A04 and A05 (정보통신망법 제50조 제7항·제8항)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from shared.compliance import store_tasks as store
from shared.compliance.models import DueNotice
from shared.kernel.database import Connection
from shared.privacy import consents
from shared.security import audit
from shared.security.cipher import TenantCipher

TOLD_WITHIN = timedelta(days=14)


def due(connection: Connection, now: datetime) -> dict[str, int]:
    """`results_to_tell`: consents and withdrawals nobody was told the result of (A04, 14 days);
    `consents_to_confirm`: consents that are two years old within a month, or older (A05)."""
    return {
        "results_to_tell": store.untold(connection),
        "consents_to_confirm": consents.count_due(connection, now),
    }


def untold(connection: Connection, cipher: TenantCipher, limit: int) -> list[DueNotice]:
    """Consents and withdrawals nobody was told the result of, the oldest first (A04)."""
    names = ("id", "contact_id", "purpose", "channel", "what", "at")
    return [
        DueNotice(
            contact_name=cipher.open_optional("name", row["name_sealed"]),
            tell_by=row["at"] + TOLD_WITHIN,
            **{name: row[name] for name in names},
        )
        for row in store.untold_list(connection, limit)
    ]


def note(
    connection: Connection, what: str, consent_ids: Sequence[UUID], member_id: UUID, now: datetime
) -> int:
    """Notes that people were told: `given`, `withdrawn` (A04) or `confirmed` (A05); returns of how many."""
    noted = store.note(connection, what, consent_ids, now)
    audit.record(connection, "consents.told", member_id=member_id, what=what, consents=noted)
    return noted
