"""The chain of one field as it is stored: read into links, and written from what a replay gave."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Generic, Protocol, TypeVar, cast
from uuid import UUID

from shared.contacts import replay
from shared.contacts.customs import custom_text
from shared.contacts.replay import Change, Kind, Link, Passed, Relabel, Retag, Sealed, Tags
from shared.contacts.store import FIELDS, Row
from shared.security.cipher import TenantCipher

V = TypeVar("V")
MEANT = "meant"
NOTHING: Row = dict.fromkeys(
    ("before_sealed", "before_hash", "after_hash", "before_plain", "added", "removed", "meant_sealed")
)


def entry_row(
    contact_id: UUID, name: str, cause: str, cause_id: UUID, member_id: UUID | None, entry: Row
) -> Row:
    """A line of `contact_changes` from the columns that tell of the change; its place is the next one."""
    return {
        "id": None,
        "contact_id": contact_id,
        "field": name,
        "cause": cause,
        "cause_id": cause_id,
        "member_id": member_id,
        **entry,
    }


class Field(Protocol[V]):
    """One field of contacts: how its values lie in `contacts` and in `contact_changes`."""

    @property
    def name(self) -> str:
        """The field's name in the log."""

    @property
    def kind(self) -> Kind[V]:
        """How it behaves."""

    def current(self, cipher: TenantCipher, row: Row) -> V:
        """The value in a contact's row."""

    def links(self, cipher: TenantCipher, entries: Sequence[tuple[int, Row]], row: Row) -> list[Link[V]]:
        """The chain from its entries, each with its place, in their order."""

    def columns(self, cipher: TenantCipher, value: V) -> Row:
        """The columns of `contacts` that hold a value."""

    def entry(self, cipher: TenantCipher, before: V, after: V) -> Row:
        """The columns of `contact_changes` that tell of a change."""


def _link(
    order: int, entry: Row, before: V, *, unlogged: bool = False, meant: Change[V] | None = None
) -> Link[V]:
    return Link(order, entry["cause_id"], entry["cause"] == "merge", before, unlogged, entry, meant)


def passed_entry(cipher: TenantCipher, field: Field[V], passed: Passed[V]) -> Row:
    """The columns of `contact_changes` that tell of a step of a replay; what it means, only where before and
    after do not say it."""
    entry = field.entry(cipher, passed.before, passed.after)
    step = passed.step
    if step.is_merge or step.apply == field.kind.change(passed.before, passed.after):
        return entry
    return entry | {"meant_sealed": cipher.seal_json(MEANT, asdict(cast(Any, step.apply)))}


def _meant(cipher: TenantCipher, entry: Row) -> dict[str, Any] | None:
    return cipher.open_json(MEANT, entry["meant_sealed"]) if entry["meant_sealed"] else None


@dataclass(frozen=True)
class SealedField:
    """Name, address, birth, note: values and their keyed hashes move without being opened."""

    name: str
    kind: Kind[Sealed] = replay.SEALED

    def current(self, cipher: TenantCipher, row: Row) -> Sealed:
        return _sealed(row[f"{self.name}_sealed"], row[f"{self.name}_hash"])

    def links(self, cipher: TenantCipher, entries: Sequence[tuple[int, Row]], row: Row) -> list[Link[Sealed]]:
        found_after = _found_after(entries, row[f"{self.name}_hash"])
        return [
            _link(
                order,
                entry,
                _sealed(entry["before_sealed"], entry["before_hash"]),
                unlogged=found != entry["after_hash"],
            )
            for (order, entry), found in zip(entries, found_after, strict=True)
        ]

    def columns(self, cipher: TenantCipher, value: Sealed) -> Row:
        sealed, value_hash = value or (None, None)
        return {f"{self.name}_sealed": sealed, f"{self.name}_hash": value_hash}

    def entry(self, cipher: TenantCipher, before: Sealed, after: Sealed) -> Row:
        sealed, value_hash = before or (None, None)
        return NOTHING | {
            "before_sealed": sealed,
            "before_hash": value_hash,
            "after_hash": after and after[1],
        }


def _found_after(entries: Sequence[tuple[int, Row]], current: bytes | None) -> list[bytes | None]:
    """The hash of what was found after each entry: before the next one, or in the contact."""
    return [*(entry["before_hash"] for _, entry in entries[1:]), current] if entries else []


def _sealed(sealed: bytes | None, value_hash: bytes | None) -> Sealed:
    return None if sealed is None or value_hash is None else (sealed, value_hash)


@dataclass(frozen=True)
class CustomField:
    """A contact's own fields: one sealed object, compared label by label."""

    name: str = "custom"
    kind: Kind[dict[str, str]] = replay.CUSTOM

    def current(self, cipher: TenantCipher, row: Row) -> dict[str, str]:
        return _open(cipher, row["custom_sealed"])

    def links(
        self, cipher: TenantCipher, entries: Sequence[tuple[int, Row]], row: Row
    ) -> list[Link[dict[str, str]]]:
        found_after = _found_after(entries, row["custom_hash"])
        return [
            _link(
                order,
                entry,
                _open(cipher, entry["before_sealed"]),
                unlogged=found != entry["after_hash"],
                meant=Relabel(**meant) if (meant := _meant(cipher, entry)) else None,
            )
            for (order, entry), found in zip(entries, found_after, strict=True)
        ]

    def columns(self, cipher: TenantCipher, value: dict[str, str]) -> Row:
        return {
            "custom_sealed": cipher.seal_json("custom", value) if value else None,
            "custom_hash": custom_hash(cipher, value),
        }

    def entry(self, cipher: TenantCipher, before: dict[str, str], after: dict[str, str]) -> Row:
        return NOTHING | {
            "before_sealed": cipher.seal_json("custom", before) if before else None,
            "before_hash": custom_hash(cipher, before),
            "after_hash": custom_hash(cipher, after),
        }


def custom_hash(cipher: TenantCipher, value: dict[str, str]) -> bytes | None:
    """The keyed hash of a contact's own fields; None when there are none."""
    return cipher.field_hash("custom", custom_text(value)) if value else None


def _open(cipher: TenantCipher, sealed: bytes | None) -> dict[str, str]:
    opened: dict[str, str] = cipher.open_json("custom", sealed) if sealed else {}
    return opened


@dataclass(frozen=True)
class PlainField:
    """Source and legal basis."""

    name: str
    kind: Kind[str | None] = replay.PLAIN

    def current(self, cipher: TenantCipher, row: Row) -> str | None:
        value: str | None = row[self.name]
        return value

    def links(
        self, cipher: TenantCipher, entries: Sequence[tuple[int, Row]], row: Row
    ) -> list[Link[str | None]]:
        return [_link(order, entry, entry["before_plain"]) for order, entry in entries]

    def columns(self, cipher: TenantCipher, value: str | None) -> Row:
        return {self.name: value}

    def entry(self, cipher: TenantCipher, before: str | None, after: str | None) -> Row:
        return NOTHING | {"before_plain": before}


@dataclass(frozen=True)
class TagsField:
    """Tags: an entry tells which came and which went."""

    name: str = "tags"
    kind: Kind[Tags] = replay.TAGS

    def current(self, cipher: TenantCipher, row: Row) -> Tags:
        return tuple(row["tags"])

    def links(self, cipher: TenantCipher, entries: Sequence[tuple[int, Row]], row: Row) -> list[Link[Tags]]:
        changes = [(entry["added"] or (), entry["removed"] or ()) for _, entry in entries]
        current = self.current(cipher, row)
        return [
            _link(
                order,
                entry,
                replay.tags_before(current, changes[i:]),
                meant=Retag(tuple(meant["added"]), tuple(meant["removed"]))
                if (meant := _meant(cipher, entry))
                else None,
            )
            for i, (order, entry) in enumerate(entries)
        ]

    def columns(self, cipher: TenantCipher, value: Tags) -> Row:
        return {"tags": list(value)}

    def entry(self, cipher: TenantCipher, before: Tags, after: Tags) -> Row:
        return NOTHING | {
            "added": [tag for tag in after if tag not in before],
            "removed": [tag for tag in before if tag not in after],
        }


ALL: dict[str, Field[Any]] = {
    **{name: SealedField(name) for name in FIELDS if name != "custom"},
    "custom": CustomField(),
    "source": PlainField("source"),
    "legal_basis": PlainField("legal_basis"),
    "tags": TagsField(),
}


@dataclass(frozen=True)
class Chain(Generic[V]):
    """One field of one contact with its history."""

    field: Field[V]
    value: V
    links: list[Link[V]]


def chain(cipher: TenantCipher, field: Field[V], entries: Sequence[tuple[int, Row]], row: Row) -> Chain[V]:
    """A contact's field: `entries` with their places, in any order."""
    ordered = sorted(entries, key=lambda placed: (placed[0], placed[1]["id"]))
    return Chain(field, field.current(cipher, row), field.links(cipher, ordered, row))
