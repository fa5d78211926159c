from uuid import UUID

from shared.messaging import opt_outs
from shared.privacy import consents
from shared.privacy.models import Withdrawal, Withdrawn
from shared.runtime import Request, Role, http


@http("POST", "/contacts/{contact_id}/consents/{consent_id}/withdraw", role=Role.STAFF, body=Withdrawal)
def withdraw_consent(request: Request, contact_id: UUID, consent_id: UUID) -> Withdrawn:
    """Takes a consent back and says what should follow: an opt-out, or erasing the person."""
    wanted: Withdrawal = request.body
    with request.transaction() as connection:
        cipher, member = request.cipher(connection), request.member
        withdrawn = consents.withdraw(connection, cipher, member.member_id, contact_id, consent_id, wanted)
        if wanted.opt_out:
            # Calls are no channel of ours: who wants none of those either is barred on all.
            channel = "all" if withdrawn.consent.channel == "phone" else withdrawn.consent.channel
            opt_outs.create_for(connection, cipher, contact_id, channel, member.member_id)
        return withdrawn
