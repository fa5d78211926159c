from functions.contacts.reindex_contacts import reindex_contacts
from shared.contacts import reindexing
from shared.runtime import schedule


@schedule("30 */5 * * * *")
def find_old_tokens() -> None:
    """Has camps indexed anew whose search tokens are of an older version of the program."""
    for tenant_id in reindexing.waiting():
        reindex_contacts.send(str(tenant_id))
