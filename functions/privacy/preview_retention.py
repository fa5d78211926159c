from shared.kernel.clock import utc_now
from shared.privacy import rules
from shared.privacy.models import RetentionPreview, RuleChoice
from shared.runtime import Request, Role, http


@http("POST", "/privacy/retention/preview", role=Role.ADMIN, body=RuleChoice)
def preview_retention(request: Request) -> RetentionPreview:
    """What a rule would delete now, counted and with some of the people; changes nothing."""
    with request.transaction() as connection:
        return rules.preview(connection, request.cipher(connection), request.body.rule_id, utc_now())
