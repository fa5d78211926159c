from uuid import UUID

from pydantic import BaseModel

from shared.messaging import images
from shared.messaging.gateways import ImageUse
from shared.runtime import Request, Role, Stream, http


class ShapeQuery(BaseModel):
    """What the picture is for: Kakao's bubbles want another shape than an MMS."""

    use: ImageUse = "mms"


@http("GET", "/files/{image_id}/content", role=Role.STAFF, query=ShapeQuery)
def download_file(request: Request, image_id: UUID) -> Stream:
    """The picture as it is sent (JPEG)."""
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        images.get(connection, cipher, image_id)
    return Stream(
        iter([images.content(cipher, image_id, request.query.use)]), "image/jpeg", f"{image_id}.jpg"
    )
