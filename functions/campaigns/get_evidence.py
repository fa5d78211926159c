from uuid import UUID

from shared.kernel.clock import utc_now
from shared.messaging import evidence
from shared.runtime import Request, Role, Stream, http
from shared.security import audit


@http("GET", "/campaigns/{campaign_id}/evidence", role=Role.ADMIN)
def get_evidence(request: Request, campaign_id: UUID) -> Stream:
    """The sealed record of a launched campaign as JSON lines; `./hub verify-evidence` checks it. Audited."""
    lines = evidence.stream(request.tenant_id, campaign_id, utc_now())
    with request.transaction() as connection:
        member_id = request.member.member_id
        audit.record(connection, "campaign.evidence", member_id=member_id, target=str(campaign_id))
    return Stream(lines, "application/x-ndjson", f"evidence-{campaign_id}.jsonl")
