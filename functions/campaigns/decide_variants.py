from functions.campaigns.decide_variant import decide_variant
from shared.messaging import variants
from shared.runtime import schedule


@schedule("*/10 * * * * *")
def decide_variants() -> None:
    """Chooses the better text where nobody need do it by hand. Window: ten seconds after the rule's time."""
    for tenant_id, campaign_id in variants.undecided():
        decide_variant.send(str(tenant_id), str(campaign_id))
