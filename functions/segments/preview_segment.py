from typing import Any

from pydantic import BaseModel

from shared import segments
from shared.contacts import contacts
from shared.contacts.models import Contact
from shared.runtime import Request, Role, http
from shared.segments import Count


class FilterToTry(BaseModel):
    """A filter that is not saved."""

    filter: dict[str, Any]


class SegmentPreview(BaseModel):
    count: Count
    sample: list[Contact]


@http("POST", "/segments/preview", role=Role.STAFF, body=FilterToTry)
def preview_segment(request: Request) -> SegmentPreview:
    """How many contacts a filter matches, and the newest ten of them."""
    with request.transaction() as connection:
        cipher, node = request.cipher(connection), request.body.filter
        ids = segments.sample(connection, cipher, node)
        return SegmentPreview(
            count=segments.count(connection, cipher, node),
            sample=[contacts.get(connection, cipher, contact_id) for contact_id in ids],
        )
