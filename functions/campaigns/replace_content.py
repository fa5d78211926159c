from uuid import UUID

from shared.kernel.clock import utc_now
from shared.messaging import contents
from shared.messaging.contents import ContentChange, ContentReplaced
from shared.runtime import Request, Role, http


@http("POST", "/campaigns/{campaign_id}/content", role=Role.STAFF, body=ContentChange)
def replace_content(request: Request, campaign_id: UUID) -> ContentReplaced:
    """Replaces a text for those who have not been sent to yet. A campaign that sends is paused first."""
    with request.transaction() as connection:
        cipher, member_id = request.cipher(connection), request.member.member_id
        return contents.replace(connection, cipher, campaign_id, request.body, member_id, utc_now())
