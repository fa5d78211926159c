from functions.contacts.review_contacts import review_contacts
from shared.contacts import merging
from shared.contacts.models import Merged, MergeRequest
from shared.kernel.database import repeat_on_conflict
from shared.privacy import sensitive
from shared.runtime import Request, Role, http


@http("POST", "/contacts/merges", role=Role.STAFF, body=MergeRequest, status=201, idempotent=True)
@repeat_on_conflict
def merge_contacts(request: Request) -> Merged:
    """Makes several contacts one; answers the merge, by whose id it is undone, and the contact that stays."""
    wanted: MergeRequest = request.body
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        merged = merging.merge_by_hand(
            connection, cipher, request.member.member_id, wanted.keep_id, wanted.merge_ids, wanted.fields
        )
        is_hidden = sensitive.hidden_from(connection, cipher, request.member)
        merged.contact = sensitive.shown(merged.contact, is_hidden)
    review_contacts.send(str(request.tenant_id), [str(wanted.keep_id)])
    return merged
