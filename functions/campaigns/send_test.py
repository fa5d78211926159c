from uuid import UUID

from shared.messaging import trial_sends
from shared.messaging.trial_sends import TestSend, TestSendAnswer
from shared.runtime import Request, Role, http


@http(
    "POST",
    "/campaigns/{campaign_id}/test-send",
    role=Role.STAFF,
    body=TestSend,
    rate="20/minute",
    idempotent=True,
)
def send_test(request: Request, campaign_id: UUID) -> TestSendAnswer:
    """Sends one step of a campaign to one's own number."""
    return trial_sends.send(request.tenant_id, campaign_id, request.body, request.member)
