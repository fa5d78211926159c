"""Days and moments that a client may name: those around them, in any time zone, are days as well."""

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2199, 12, 31))]
"""Nothing that a camp knows of happened before, or is planned for later."""

Moment = Annotated[
    AwareDatetime, Field(ge=datetime(1900, 1, 1, tzinfo=UTC), le=datetime(2199, 12, 31, tzinfo=UTC))
]
"""The same, to the second; with its time zone."""
