from typing import Any

from pydantic import BaseModel

from shared import segments
from shared.contacts import listing
from shared.contacts.models import ContactItem
from shared.privacy import sensitive
from shared.runtime import Request, Role, http
from shared.segments import Count


class FilterToTry(BaseModel):
    """A filter that is not saved."""

    filter: dict[str, Any]


class SegmentPreview(BaseModel):
    count: Count
    sample: list[ContactItem]
    reachable: dict[str, Count]


@http("POST", "/segments/preview", role=Role.STAFF, body=FilterToTry)
def preview_segment(request: Request) -> SegmentPreview:
    """How many contacts a filter matches and each channel reaches, and five of them, mostly the newest."""
    with request.transaction() as connection:
        cipher, node = request.cipher(connection), request.body.filter
        is_hidden = sensitive.hidden_from(connection, cipher, request.member)
        count, newest = segments.look(connection, cipher, node, is_hidden)
        return SegmentPreview(
            count=count,
            sample=listing.sample(connection, cipher, newest[: segments.SAMPLE_SIZE]),
            reachable=segments.reach(connection, cipher, newest, count),
        )
