from shared.kernel.errors import Detail, PayloadTooLarge, ValidationFailed
from shared.kernel.i18n import text
from shared.messaging import images
from shared.messaging.models import ImageView
from shared.messaging.pictures import UPLOAD_BYTES
from shared.runtime import Request, Role, http
from shared.runtime.multipart import FormPart, form_parts


@http("POST", "/files", role=Role.STAFF, multipart=True, status=201, rate="60/minute")
def upload_file(request: Request) -> ImageView:
    """Keeps a picture for MMS and brand messages, made to fit the carriers.

    Part `file`: JPEG, PNG, GIF, WebP or BMP, up to 20 MB.
    """
    for part in form_parts(request.raw):
        if part.name == "file":
            content = _read(part)
            return images.keep(request.tenant_id, content, part.file_name, request.member.member_id)
    raise ValidationFailed(details=[Detail(text("opt_out.no_file"), field="file")])


def _read(part: FormPart) -> bytes:
    pieces, size = [], 0
    while piece := part.read(64 * 1024):
        size += len(piece)
        if size > UPLOAD_BYTES:
            raise PayloadTooLarge
        pieces.append(piece)
    return b"".join(pieces)
