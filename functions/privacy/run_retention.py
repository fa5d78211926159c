from functions.privacy.apply_retention import apply_retention
from shared.kernel.clock import utc_now
from shared.privacy import retention
from shared.privacy.models import RetentionRun, RuleChoice
from shared.runtime import Request, Role, http


@http("POST", "/privacy/retention/run", role=Role.ADMIN, body=RuleChoice, status=202)
def run_retention(request: Request) -> RetentionRun:
    """Runs a rule now, in the background. What it deletes is gone for good."""
    with request.transaction() as connection:
        cipher, member = request.cipher(connection), request.member
        run = retention.start(connection, cipher, request.body.rule_id, member.member_id, utc_now())
    apply_retention.send(str(request.tenant_id), str(run.id))
    return run
