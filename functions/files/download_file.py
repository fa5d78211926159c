from uuid import UUID

from shared.messaging import images
from shared.runtime import Request, Role, Stream, http


@http("GET", "/files/{image_id}/content", role=Role.STAFF)
def download_file(request: Request, image_id: UUID) -> Stream:
    """The picture as it is sent (JPEG)."""
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        images.get(connection, cipher, image_id)
    return Stream(iter([images.content(cipher, image_id)]), "image/jpeg", f"{image_id}.jpg")
