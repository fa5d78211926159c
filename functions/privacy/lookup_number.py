from shared.privacy import provenance
from shared.privacy.models import Lookup, LookupQuery
from shared.runtime import Request, Role, http


@http("POST", "/privacy/lookup", role=Role.STAFF, body=LookupQuery, rate="60/minute")
def lookup_number(request: Request) -> Lookup:
    """What is known of a phone number, also when only an opt-out or an old campaign has it."""
    with request.transaction() as connection:
        cipher, member = request.cipher(connection), request.member
        return provenance.of_number(
            connection, cipher, member.member_id, request.body.phone, request.language
        )
