from uuid import UUID

from functions.inbox.send_reply import send_reply
from shared.inbox import replies
from shared.inbox.models import ReplyDraft, ThreadMessage
from shared.kernel.clock import utc_now
from shared.runtime import Request, Role, http, start


@http(
    "POST",
    "/conversations/{conversation_id}/replies",
    role=Role.STAFF,
    body=ReplyDraft,
    status=201,
    idempotent=True,
    rate="60/minute",
)
def create_reply(request: Request, conversation_id: UUID) -> ThreadMessage:
    """Answers a conversation by text. The same Idempotency-Key is the same answer, sent once."""
    key, member = request.header("Idempotency-Key"), request.member
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        message = replies.write(
            connection,
            cipher,
            conversation_id,
            request.body,
            member,
            f"{member.member_id}:{key}" if key else None,
            utc_now(),
        )
    start(send_reply, str(request.tenant_id), str(message.id))
    return message
