from functions.webhooks.apply_reports import apply_reports
from shared.messaging import reports
from shared.runtime import Request, start, webhook


@webhook("/hooks/{carrier}/{account_key}/reports")
def receive_reports(request: Request, carrier: str, account_key: str) -> dict[str, bool]:
    """Takes a carrier's delivery reports: verifies, stores them sealed, answers at once."""
    tenant_id = reports.receive(carrier, account_key, "reports", request.raw.headers, request.read_body)
    start(apply_reports, str(tenant_id))
    return {"received": True}
