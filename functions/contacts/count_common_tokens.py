from shared.contacts import store_common_tokens
from shared.kernel.clock import utc_now
from shared.kernel.database import system_transaction, tenant_transaction
from shared.runtime import schedule


@schedule("50 * * * * *")
def count_common_tokens() -> None:
    """Counts which search tokens are common in camps that have grown or shrunk since."""
    with system_transaction() as connection:
        tenants = store_common_tokens.tenants(connection, utc_now())
    for tenant_id in tenants:
        with tenant_transaction(tenant_id) as connection:
            store_common_tokens.count(connection, utc_now())
