from pydantic import BaseModel, Field

from functions.contacts.count_districts import count_districts
from shared.contacts import districts
from shared.contacts.districts import DistrictCount
from shared.runtime import Page, Request, Role, http


class DistrictQuery(BaseModel):
    parent: str = Field(default="", max_length=60)


@http("GET", "/districts", role=Role.STAFF, query=DistrictQuery)
def list_districts(request: Request) -> Page[DistrictCount]:
    """Districts below a parent with their contacts; counted anew in the background when contacts have
    changed."""
    with request.transaction() as connection:
        found = districts.below(connection, request.query.parent)
        stale = districts.is_stale(connection)
    if stale:
        count_districts.send(str(request.tenant_id))
    return Page(found)
