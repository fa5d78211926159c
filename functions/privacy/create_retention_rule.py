from shared.privacy import rules
from shared.privacy.models import RetentionInput, RetentionRule
from shared.runtime import Request, Role, http


@http("POST", "/privacy/retention-rules", role=Role.ADMIN, body=RetentionInput, status=201, idempotent=True)
def create_retention_rule(request: Request) -> RetentionRule:
    """Adds a rule. It acts in the next daily round, or when it is run by hand."""
    with request.transaction() as connection:
        return rules.create(connection, request.member.member_id, request.body)
