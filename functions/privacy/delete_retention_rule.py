from uuid import UUID

from shared.privacy import rules
from shared.runtime import Request, Role, http


@http("DELETE", "/privacy/retention-rules/{rule_id}", role=Role.ADMIN, status=204)
def delete_retention_rule(request: Request, rule_id: UUID) -> None:
    """Removes a rule; what it has deleted stays deleted."""
    with request.transaction() as connection:
        rules.delete(connection, request.member.member_id, rule_id)
