from shared.kernel.clock import utc_now
from shared.messaging import preview
from shared.messaging.preview import CampaignPreview, PreviewRequest
from shared.runtime import Request, Role, http


@http("POST", "/campaigns/preview", role=Role.STAFF, body=PreviewRequest)
def preview_draft(request: Request) -> CampaignPreview:
    """Shows an unsaved draft as one person would get it, with its size, cost and the law's verdict."""
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        member = (request.member.member_id, request.member.role)
        return preview.of_draft(connection, cipher, request.body, request.language, utc_now(), member)
