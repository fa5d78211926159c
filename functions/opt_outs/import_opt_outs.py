from shared.kernel.errors import Detail, ValidationFailed
from shared.kernel.i18n import text
from shared.messaging import opt_out_files
from shared.messaging.opt_out_files import Options, Taken
from shared.runtime import Request, Role, http
from shared.runtime.multipart import form_parts

MAX_OPTIONS_BYTES = 4096


@http("POST", "/opt-outs/import", role=Role.STAFF, body=Options, multipart=True)
def import_opt_outs(request: Request) -> Taken:
    """Opts out everybody a file names: csv, tsv, txt, xlsx or xls, up to 10 MB and 200,000 rows.

    Parts: `file`, and if wanted `options` (JSON: channel, reason). The columns with phones or e-mail
    addresses are found by their values.
    """
    content, options = None, b""
    for part in form_parts(request.raw):
        if part.name == "file" and content is None:
            content = opt_out_files.read_upload(part)
        elif part.name == "options":
            options = part.read(MAX_OPTIONS_BYTES)
    if content is None:
        raise ValidationFailed(details=[Detail(text("opt_out.no_file"), field="file")])
    chosen = opt_out_files.read_options(options)
    points, rejects = opt_out_files.read_points(content)
    with request.transaction() as connection:
        cipher, member_id = request.cipher(connection), request.member.member_id
        return opt_out_files.take_points(
            connection, cipher, points, rejects, chosen, language=request.language, member_id=member_id
        )
