from uuid import UUID

from shared.privacy import rules
from shared.privacy.models import RetentionInput, RetentionRule
from shared.runtime import Request, Role, http


@http("PUT", "/privacy/retention-rules/{rule_id}", role=Role.ADMIN, body=RetentionInput)
def update_retention_rule(request: Request, rule_id: UUID) -> RetentionRule:
    """Changes a rule as a whole."""
    with request.transaction() as connection:
        return rules.change(connection, request.member.member_id, rule_id, request.body)
