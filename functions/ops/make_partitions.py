from shared.kernel.clock import seoul_month, utc_now
from shared.kernel.database import system_transaction
from shared.runtime import schedule


@schedule("0 10 * * * *")
def make_partitions() -> None:
    """Makes the partitions half a year ahead. Runs hourly; a missed run is made good by the next."""
    with system_transaction() as connection:
        connection.execute("SELECT ensure_partitions(%s, 6)", [seoul_month(utc_now())])
