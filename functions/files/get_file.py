from uuid import UUID

from shared.messaging import images
from shared.messaging.models import ImageView
from shared.runtime import Request, Role, http


@http("GET", "/files/{image_id}", role=Role.STAFF)
def get_file(request: Request, image_id: UUID) -> ImageView:
    """What is known of a picture."""
    with request.transaction() as connection:
        return images.get(connection, request.cipher(connection), image_id)
