from uuid import UUID

from shared.runtime import Request, Role, Stream, http
from shared.selections import exports


@http("GET", "/contacts/exports/{export_id}/download", role=Role.ADMIN)
def download_export(request: Request, export_id: UUID) -> Stream:
    """The file, for 24 hours after it was made. Each download is audited."""
    with request.transaction() as connection:
        cipher, member_id = request.cipher(connection), request.member.member_id
        file = exports.download(connection, cipher, member_id, export_id)
    return Stream(file.chunks, file.content_type, file.file_name)
