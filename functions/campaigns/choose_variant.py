from uuid import UUID

from shared.kernel.clock import utc_now
from shared.messaging import variants
from shared.messaging.split_models import VariantChoice, Variants
from shared.runtime import Request, Role, http


@http("POST", "/campaigns/{campaign_id}/variants/choose", role=Role.STAFF, body=VariantChoice)
def choose_variant(request: Request, campaign_id: UUID) -> Variants:
    """Sends one of the two texts to the rest. It cannot be chosen again."""
    with request.transaction() as connection:
        wanted, member_id = request.body.variant, request.member.member_id
        return variants.choose(connection, campaign_id, wanted, member_id, utc_now())
