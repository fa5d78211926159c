from uuid import UUID

from shared.messaging import images
from shared.runtime import Request, Role, http


@http("DELETE", "/files/{image_id}", role=Role.STAFF)
def delete_file(request: Request, image_id: UUID) -> None:
    """Takes a picture out of the choice; campaigns that were written with it keep it."""
    with request.transaction() as connection:
        images.remove(connection, image_id, request.member.member_id)
