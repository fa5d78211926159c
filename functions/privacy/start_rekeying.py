from functions.privacy.reseal import reseal
from shared.privacy import rekeying
from shared.privacy.models import Rekeying, RekeyingDraft
from shared.runtime import Request, Role, http


@http("POST", "/privacy/rekeying", role=Role.OWNER, body=RekeyingDraft, status=202)
def start_rekeying(request: Request) -> Rekeying:
    """Makes a new data key and seals everything with it in the background; the old one is destroyed then."""
    with request.transaction() as connection:
        started = rekeying.start(connection, request.tenant_id, request.member.member_id)
    reseal.send(str(request.tenant_id), str(started.id))
    return started
