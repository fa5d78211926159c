from shared.kernel.clock import utc_now
from shared.messaging import quotas
from shared.messaging.quotas import Quota
from shared.runtime import Request, Role, http


@http("GET", "/quota", role=Role.STAFF)
def get_quota(request: Request) -> Quota:
    """This month's quota."""
    with request.transaction() as connection:
        return quotas.current(connection, utc_now())
