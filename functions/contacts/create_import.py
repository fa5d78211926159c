from functions.contacts.inspect_import import inspect_import
from shared.contacts import imports
from shared.contacts.import_models import ImportStarted
from shared.contacts.import_upload import check_size, receive_upload
from shared.kernel.ids import new_id
from shared.runtime import Request, Role, http
from shared.runtime.multipart import form_parts
from shared.runtime.starting import start


@http("POST", "/contacts/imports", role=Role.STAFF, status=202, multipart=True)
def create_import(request: Request) -> ImportStarted:
    """Uploads a list: the part `file` (a table or a workbook, up to 200 MB) and, if wanted, `options` (JSON).

    The file is sealed as it streams in. One that cannot be read answers 202 with status `failed`; the
    import's `error` says why.
    """
    check_size(request.raw.content_length)
    import_id = new_id()
    with request.transaction() as connection:
        cipher = request.cipher(connection)
    upload = receive_upload(form_parts(request.raw), cipher, import_id)
    try:
        with request.transaction() as connection:
            member = request.member
            started = imports.register(
                connection, cipher, member.member_id, import_id, upload, may_consent=member.sees_sensitive
            )
    except BaseException:
        upload.files.delete()
        raise
    if started.status == "queued":
        start(inspect_import, str(request.tenant_id), str(import_id))
    else:
        upload.files.delete()
    return started
