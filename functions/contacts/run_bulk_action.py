from functools import partial
from uuid import UUID

from functions.contacts.review_contacts import review_in_batches
from shared.runtime import actor
from shared.selections import bulk


@actor(queue="default", max_retries=5, on_retry_exhausted="fail_bulk_action")
def run_bulk_action(tenant_id: str, bulk_id: str) -> None:
    """Works on a bulk action, or on its undo, for some seconds and hands the rest to the next in line."""
    review = partial(review_in_batches, tenant_id)
    if bulk.work(UUID(tenant_id), UUID(bulk_id), came_back=review) is bulk.Progress.MORE:
        run_bulk_action.send(tenant_id, bulk_id)
