from shared.contacts import reviews
from shared.contacts.review_models import ReviewItem, ReviewQuery
from shared.privacy import sensitive
from shared.runtime import Page, Request, Role, http


@http("GET", "/contacts/duplicates", role=Role.STAFF, query=ReviewQuery)
def list_duplicates(request: Request) -> Page[ReviewItem]:
    """Pairs of contacts that may be one person, the likeliest first, with the reasons and both records."""
    with request.transaction() as connection:
        cipher = request.cipher(connection)
        page = reviews.list_page(connection, cipher, request.query, request.language)
        return sensitive.reviews(page, sensitive.hidden_from(connection, cipher, request.member))
