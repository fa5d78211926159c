from shared.contacts import merging
from shared.contacts.models import Contact, MergeRequest
from shared.runtime import Request, Role, http


@http("POST", "/contacts/merges", role=Role.STAFF, body=MergeRequest, status=201, idempotent=True)
def merge_contacts(request: Request) -> Contact:
    """Makes several contacts one; answers the contact that stays."""
    wanted: MergeRequest = request.body
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        return merging.merge(connection, cipher, request.member.member_id, wanted.keep_id, wanted.merge_ids)
