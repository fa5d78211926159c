from shared.privacy import rekeying
from shared.privacy.models import Rekeying
from shared.runtime import Request, Role, http


@http("GET", "/privacy/rekeying", role=Role.ADMIN)
def get_rekeying(request: Request) -> Rekeying:
    """How far the latest change of the data key has come, and which keys there are."""
    with request.transaction() as connection:
        return rekeying.current(connection)
