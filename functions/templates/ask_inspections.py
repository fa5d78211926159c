from functions.templates.look_at_inspections import look_at_inspections
from shared.messaging import inspections
from shared.runtime import schedule


@schedule("20 */5 * * * *")
def ask_inspections() -> None:
    """Asks carriers about templates under review. A review takes about two working days."""
    for tenant_id in inspections.tenants_waiting():
        look_at_inspections.send(str(tenant_id))
