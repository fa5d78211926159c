from functions.inbox.apply_inbound import apply_inbound
from shared.messaging import reports
from shared.runtime import Request, start, webhook


@webhook("/hooks/{carrier}/{account_key}/inbound")
def receive_inbound(request: Request, carrier: str, account_key: str) -> dict[str, bool]:
    """Takes texts that citizens wrote back: verifies, stores them sealed, answers at once."""
    tenant_id = reports.receive(carrier, account_key, "inbound", request.raw.headers, request.read_body)
    start(apply_inbound, str(tenant_id))
    return {"received": True}
