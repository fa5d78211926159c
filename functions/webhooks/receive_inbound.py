from functions.webhooks.apply_reports import apply_reports
from shared.messaging import reports
from shared.runtime import Request, start, webhook


@webhook("/hooks/{carrier}/{account_key}/inbound")
def receive_inbound(request: Request, carrier: str, account_key: str) -> dict[str, bool]:
    """Takes texts that citizens wrote back: verifies, stores them sealed, answers at once."""
    tenant_id = reports.receive(carrier, account_key, "inbound", request.raw.headers, request.read_body)
    start(apply_reports, str(tenant_id))
    return {"received": True}
