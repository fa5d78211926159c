"""Times that carriers take to the minute."""

from datetime import datetime, timedelta

from shared.kernel.clock import SEOUL


def up_to_minute(at: datetime) -> datetime:
    """A moment in Seoul, rounded up to the minute: nothing leaves before the time that was asked for."""
    local = at.astimezone(SEOUL)
    begun = local.replace(second=0, microsecond=0)
    return begun if begun == local else begun + timedelta(minutes=1)
