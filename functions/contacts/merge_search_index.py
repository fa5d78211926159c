from shared.contacts import store_imports
from shared.kernel.database import system_transaction
from shared.runtime import schedule


@schedule("40 * * * * *")
def merge_search_index() -> None:
    """Merges what edits have left waiting for the search index: searches read through it, 5 µs a page."""
    with system_transaction() as connection:
        store_imports.clean_search_index(connection)
