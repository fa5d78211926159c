from shared.messaging import opt_outs
from shared.messaging.opt_out_models import OptOutDraft, OptOutView
from shared.runtime import Request, Role, http


@http("POST", "/opt-outs", role=Role.STAFF, body=OptOutDraft, status=201, idempotent=True)
def create_opt_out(request: Request) -> OptOutView:
    """Opts a person out of one channel or of all: by phone, e-mail, Kakao id or contact.

    Campaigns that are sending obey at once.
    """
    with request.transaction() as connection:
        cipher, member = request.cipher(connection), request.member
        return opt_outs.create(connection, cipher, request.body, member.member_id)
