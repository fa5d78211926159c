from shared.privacy import rules
from shared.privacy.models import RetentionRule
from shared.runtime import Page, Request, Role, http


@http("GET", "/privacy/retention-rules", role=Role.ADMIN)
def list_retention_rules(request: Request) -> Page[RetentionRule]:
    """When what is deleted, each rule with its latest run."""
    with request.transaction() as connection:
        return Page(rules.all_of(connection))
