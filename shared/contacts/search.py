"""Finding contacts by the blind index: names or parts, phones or four digits, e-mail, Kakao id, tags."""

from dataclasses import dataclass
from threading import Lock
from typing import Any
from uuid import UUID

from cachetools import TTLCache

from shared.contacts import store
from shared.contacts.search_terms import import_term, query_terms, tag_term
from shared.kernel.database import Connection
from shared.security.cipher import TenantCipher

# Up to here a search collects all matches by the index, counts them exactly and sorts them. Above it the
# terms are common, so a walk from the newest contact fills a page after few rows.
EXACT_MATCHES = 1_000

# Questions that were common a moment ago are walked without counting again: typing a surname would otherwise
# collect 1,001 matches at every page. Tokens are keyed per tenant, so they name the tenant too. A hint only.
_common: TTLCache[tuple[int, ...], bool] = TTLCache(maxsize=10_000, ttl=60)
_common_lock = Lock()


@dataclass(frozen=True)
class Found:
    """Ids of one page, newest first, and how many match in all."""

    ids: list[UUID]
    total: dict[str, Any]


def search_tokens(cipher: TenantCipher, q: str, tags: list[str], import_id: UUID | None) -> list[int]:
    """The tokens that a contact must have, all of them. Empty when nothing is asked."""
    terms = [*query_terms(q), *map(tag_term, tags)]
    if import_id is not None:
        terms.append(import_term(str(import_id)))
    return sorted({cipher.token(term) for term in terms})


def find(connection: Connection, tokens: list[int], before: UUID | None, limit: int) -> Found:
    """A page of the contacts that have all the tokens."""
    question = tuple(tokens)
    if not _was_common(question):
        ids = store.matching_ids(connection, tokens, EXACT_MATCHES)
        if len(ids) <= EXACT_MATCHES:
            page = sorted((i for i in ids if before is None or i < before), reverse=True)[:limit]
            return Found(page, {"value": len(ids), "relation": "eq"})
        _note_common(question)
    page = store.newest_matching_ids(connection, tokens, before, limit)
    return Found(page, {"value": EXACT_MATCHES, "relation": "gte"})


def _was_common(question: tuple[int, ...]) -> bool:
    with _common_lock:
        return question in _common


def _note_common(question: tuple[int, ...]) -> None:
    with _common_lock:
        _common[question] = True
