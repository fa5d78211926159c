from shared.compliance import book
from shared.compliance.models import RuleBook
from shared.kernel.clock import seoul_date, utc_now
from shared.runtime import Request, Role, http


@http("GET", "/compliance/rules", role=Role.STAFF)
def list_rules(request: Request) -> RuleBook:
    """Every rule with its article, severity and a plain explanation; none of it is legal advice."""
    return book.shown(seoul_date(utc_now()), request.language)
