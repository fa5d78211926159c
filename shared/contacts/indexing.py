"""Search tokens of stored contacts, made anew from what is stored."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from shared.contacts import store, store_indexing
from shared.contacts.search_terms import contact_terms
from shared.kernel.database import Connection
from shared.security.cipher import TenantCipher


def reindex(connection: Connection, cipher: TenantCipher, contact_id: UUID) -> None:
    """Rebuilds a contact's search tokens from what is stored."""
    reindex_all(connection, cipher, [contact_id])


def reindex_all(connection: Connection, cipher: TenantCipher, contact_ids: Sequence[UUID]) -> None:
    """Rebuilds the search tokens of contacts; those that are deleted or merged into others lose theirs."""
    if not contact_ids:
        return
    rows = store_indexing.contacts(connection, contact_ids)
    ids = [row["id"] for row in rows]
    points: dict[UUID, dict[str, list[str]]] = defaultdict(lambda: {"phone": [], "email": [], "kakao_id": []})
    for point in store_indexing.points(connection, ids):
        value = cipher.open(point["kind"], point["value_sealed"])
        points[point["contact_id"]][point["kind"]].append(value)
    names: dict[UUID, list[str]] = defaultdict(list)
    for alias in store_indexing.aliases(connection, ids):
        names[alias["contact_id"]].append(cipher.open("name", alias["name_sealed"]))
    store.delete_tokens(connection, sorted(set(contact_ids) - set(ids)))
    store.set_tokens(
        connection,
        {row["id"]: _tokens(cipher, row, names[row["id"]], points[row["id"]]) for row in rows},
    )


def _tokens(
    cipher: TenantCipher, row: store.Row, aliases: list[str], points: dict[str, list[str]]
) -> list[int]:
    name = cipher.open_optional("name", row["name_sealed"])
    terms = contact_terms(
        names=[*([name] if name else []), *aliases],
        phones=points["phone"],
        emails=points["email"],
        kakao_ids=points["kakao_id"],
        address=cipher.open_optional("address", row["address_sealed"]) or "",
        tags=row["tags"],
        custom=cipher.open_json("custom", row["custom_sealed"]) if row["custom_sealed"] else None,
    )
    return sorted({cipher.token(term) for term in terms})
