"""Times in Seoul's zone, as Korean carriers write them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")


def written(at_ms: int | None, form: str = "%Y-%m-%d %H:%M:%S") -> str:
    """Milliseconds as Seoul's time; empty for None."""
    return "" if at_ms is None else datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(SEOUL).strftime(form)


def read(text: object, form: str) -> int | None:
    """Milliseconds of Seoul's time; None when it is not in that form."""
    try:
        moment = datetime.strptime(f"{text}+0900", f"{form}%z") if isinstance(text, str) else None
    except ValueError:
        return None
    return int(moment.timestamp() * 1000) if moment else None
