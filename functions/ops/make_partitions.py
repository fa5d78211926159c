from shared.kernel.clock import seoul_month, utc_now
from shared.kernel.database import system_transaction
from shared.runtime import schedule


@schedule("0 0 18 * * *")
def make_partitions() -> None:
    """Makes the ledger's partitions half a year ahead. Runs daily; a missed run is made good by the next."""
    with system_transaction() as connection:
        connection.execute("SELECT ensure_partitions(%s, 6)", [seoul_month(utc_now())])
