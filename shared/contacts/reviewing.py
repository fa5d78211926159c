"""Finding who may be one person: some contacts against everybody, in the worker's memory.

Contacts that have a block key in common are opened, compared and, when it is likely that they are one, put
on the review queue. Values are plain only here; the database sees keyed hashes of the block keys.
"""

from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from shared.contacts import store, store_reviews, store_scans, store_search
from shared.contacts.block_keys import block_keys
from shared.contacts.comparable import Person, person
from shared.contacts.names import clearly_differ
from shared.contacts.similarity import likeness, may_be_one, may_be_one_by_name
from shared.contacts.thirds import BY_THIRD, by_thirds
from shared.kernel.database import Connection
from shared.kernel.ids import new_id
from shared.security.cipher import TenantCipher

BLOCK_CAP = 20  # a key that more people have in common tells nothing
OPENED_AT_ONCE = 2_000
# Of a shared point: the kind of entry, its reason.
_SHARED = {
    "phone": ("shared_phone", "same_phone"),
    "email": ("shared_email", "same_email"),
    "kakao_id": ("shared_email", "same_kakao"),
}
_FIELD_OF_KIND = {"phone": "phones", "email": "emails", "kakao_id": "kakao_ids"}

Pair = store_reviews.Pair


class Entry(NamedTuple):
    """A pair for the queue, the older contact first."""

    kind: str
    left: UUID
    right: UUID
    score: float
    reasons: tuple[str, ...]
    alias_hash: bytes = b""


def review(
    connection: Connection, cipher: TenantCipher, contact_ids: list[UUID], *, earlier_only: bool = False
) -> int:
    """Compares contacts with all others and brings the queue up to date; how many entries are new.

    Idempotent: open entries are scored anew, those that no longer hold go, decided ones stay. With
    `earlier_only` each is compared with older contacts only, for a walk that comes by everybody.
    """
    store_scans.one_at_a_time(connection)
    people = open_people(connection, cipher, contact_ids)
    pairs = _candidates(connection, cipher, people, earlier_only=earlier_only)
    families = {
        pair: kind
        for pair, kind in store_reviews.families(connection, contact_ids).items()
        if not earlier_only or pair[1] in people
    }
    entries = [
        *_similar(connection, cipher, people, pairs, families),
        *_other_names(connection, cipher, list(people)),
    ]
    apart = store_reviews.kept_apart(connection)
    wanted = [entry for entry in entries if (entry.left, entry.right) not in apart]
    dropped = store_reviews.drop_stale(
        connection, contact_ids, earlier_only=earlier_only, keep=[(e.left, e.right) for e in wanted]
    )
    new = store_reviews.insert_entries(connection, [_row(entry) for entry in wanted])
    return new + _follow_thirds(connection, {*contact_ids, *dropped}, apart)


def _follow_thirds(connection: Connection, changed: set[UUID], apart: set[Pair]) -> int:
    """Brings the entries up to date that only a third links, where those of `changed` are; how many are new.

    A link of one of `changed` makes and ends such entries of theirs and of whom they are linked with, who may
    have other thirds: links are read three steps far.
    """
    shown = store_reviews.open_pairs(connection, changed)
    near = changed | _ends(shown)
    shown |= store_reviews.open_pairs(connection, near - changed)
    shown |= store_reviews.open_pairs(connection, _ends(shown) - near)
    known = {pair: row for pair, row in shown.items() if row["reasons"] != [BY_THIRD]}
    similar = {pair: row["score"] for pair, row in known.items() if row["kind"] == "similar"}
    found = by_thirds(similar, near)
    wanted = {pair: found[pair] for pair in found.keys() - known.keys() - apart}
    judged = {pair for pair in shown.keys() - known.keys() if near.intersection(pair)}
    store_reviews.drop_pairs(connection, sorted(judged - wanted.keys()))
    entries = [Entry("similar", *pair, wanted[pair], (BY_THIRD,)) for pair in sorted(wanted)]
    return store_reviews.insert_entries(connection, [_row(entry) for entry in entries])


def _ends(pairs: Iterable[Pair]) -> set[UUID]:
    return {contact_id for pair in pairs for contact_id in pair}


def open_people(connection: Connection, cipher: TenantCipher, contact_ids: list[UUID]) -> dict[UUID, Person]:
    """Live contacts as they are compared; the numbers that they share count as theirs."""
    values: dict[UUID, dict[str, list[str]]] = {}
    openers = {kind: cipher.opener(kind) for kind in _FIELD_OF_KIND}
    for contact_id, kind, sealed in store_scans.sealed_points(connection, contact_ids):
        kinds = values.setdefault(contact_id, {"phones": [], "emails": [], "kakao_ids": []})
        kinds[_FIELD_OF_KIND[kind]].append(openers[kind](sealed))
    return {
        contact_id: person(
            names, cipher.open_optional("address", address) or "", birth, **values.get(contact_id, {})
        )
        for contact_id, names, birth, address in _open_names(connection, cipher, contact_ids)
    }


def _open_names(
    connection: Connection, cipher: TenantCipher, contact_ids: list[UUID]
) -> Iterator[tuple[UUID, list[str], str, bytes | None]]:
    """(id, names, birth, address) of live contacts; the address is still sealed."""
    open_name = cipher.opener("name")
    for contact_id, name, birth, aliases, address in store_scans.sealed_people(connection, contact_ids):
        names = [open_name(sealed) for sealed in (name, *aliases) if sealed]
        yield contact_id, names, cipher.open("birth", birth) if birth else "", address


def _candidates(
    connection: Connection, cipher: TenantCipher, people: Mapping[UUID, Person], *, earlier_only: bool
) -> set[Pair]:
    """Pairs with a key in common, the smaller id first. Writes the people's keys."""
    holders: dict[int, list[UUID]] = {}
    keys: list[list[int]] = []
    for contact_id, who in people.items():
        keys.append(sorted({_keyed(cipher, key) for key in block_keys(who)}))
        for key in keys[-1]:
            holders.setdefault(key, []).append(contact_id)
    store_scans.write_blocks(connection, list(people), keys)
    return {
        (other, own) if other < own else (own, other)
        for block in store_scans.contacts_of_blocks(connection, list(holders), BLOCK_CAP)
        for own in holders[block["key"]]
        for other in block["contact_ids"]
        if other != own and (other < own or not earlier_only)
    }


def _keyed(cipher: TenantCipher, key: str) -> int:
    return int.from_bytes(cipher.field_hash("block", key)[:4], "big", signed=True)


def _plausible(
    connection: Connection, cipher: TenantCipher, people: Mapping[UUID, Person], pairs: set[Pair]
) -> set[Pair]:
    """The pairs that the names leave over. A stranger's name is a third of what opening it whole takes."""
    strangers: dict[UUID, list[tuple[Person, Pair]]] = {}
    found: set[Pair] = set()
    for pair in pairs:
        left, right = people.get(pair[0]), people.get(pair[1])
        if left and right:
            found.add(pair)
        elif known := left or right:
            strangers.setdefault(pair[0] if right else pair[1], []).append((known, pair))
    for some in _by_id(strangers):
        for contact_id, names, birth, _ in _open_names(connection, cipher, some):
            stranger = person(names, birth=birth)
            found.update(pair for known, pair in strangers[contact_id] if may_be_one_by_name(known, stranger))
    return found


def _by_id(contact_ids: Iterable[UUID]) -> Iterator[list[UUID]]:
    """As many at a time as are opened at once. By the number: comparing ids takes three times as long."""
    ordered = sorted(contact_ids, key=attrgetter("int"))
    for start in range(0, len(ordered), OPENED_AT_ONCE):
        yield ordered[start : start + OPENED_AT_ONCE]


def _similar(
    connection: Connection,
    cipher: TenantCipher,
    people: Mapping[UUID, Person],
    pairs: set[Pair],
    families: Mapping[Pair, str],
) -> Iterable[Entry]:
    """Pairs that share a point with another name, and pairs that are likely one person."""
    population = store_search.count_live(connection)
    pairs = _plausible(connection, cipher, people, pairs) | families.keys()
    known = dict(people)
    for some in _by_id(_ends(pairs) - people.keys()):
        known |= open_people(connection, cipher, some)
    for left, right in sorted(pairs):
        if left not in known or right not in known:
            continue
        shared = families.get((left, right))
        if not shared and not may_be_one(known[left], known[right]):
            continue
        found = likeness(known[left], known[right], population)
        if shared:
            kind, reason = _SHARED[shared]
            yield Entry(kind, left, right, found.score, (reason, "names_differ"))
        elif found.worth_a_look:
            yield Entry("similar", left, right, found.score, found.reasons)


def _other_names(connection: Connection, cipher: TenantCipher, contact_ids: list[UUID]) -> Iterable[Entry]:
    """Contacts that a file knew by an e-mail address or Kakao id, but under another person's name."""
    for row in store_reviews.aliases_of_files(connection, contact_ids):
        name, alias = cipher.open("name", row["name_sealed"]), cipher.open("name", row["alias_sealed"])
        if clearly_differ(name, alias):
            one = row["contact_id"]
            score = likeness(person([name]), person([alias])).score
            yield Entry("shared_email", one, one, score, ("same_email", "names_differ"), row["name_hash"])


def _row(entry: Entry) -> store.Row:
    return {
        "id": new_id(),
        "kind": entry.kind,
        "left_id": entry.left,
        "right_id": entry.right,
        "alias_hash": entry.alias_hash,
        "score": entry.score,
        "reasons": list(entry.reasons),
    }
