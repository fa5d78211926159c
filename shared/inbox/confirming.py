"""The one confirmation of a refusal: who refused is told that it is in force, and is never written to again.

정보통신망법 제50조 제7항, 시행령 제62조의2: within 14 days, with the sender's name, the day and the result.
"""

from datetime import datetime
from uuid import UUID

from shared.inbox import store, store_texts
from shared.inbox.sealing import seal_text
from shared.kernel.clock import seoul_date
from shared.kernel.database import Connection
from shared.kernel.i18n import text
from shared.kernel.ids import new_id
from shared.security.cipher import TenantCipher

CONFIRMATION = "confirmation"


def owe(
    connection: Connection, cipher: TenantCipher, conversation_id: UUID, sender_id: UUID | None, at: datetime
) -> None:
    """Let the confirmation wait to be sent. Call it in the transaction that made the opt-out."""
    day = seoul_date(at).isoformat()
    words = text("inbox.confirmation", camp=store.camp_name(connection), day=day).ko
    row = {
        "id": new_id(),
        "conversation_id": conversation_id,
        "purpose": CONFIRMATION,
        "text_sealed": seal_text(cipher, words),
        "at": at,
        "member_id": None,
        "request_key": None,
        "sender_id": sender_id,
    }
    store_texts.insert_answer(connection, row)
