"""What a file changes in people who were there before, cell by cell. Pure."""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import reduce
from typing import Any
from uuid import UUID

from shared.contacts.chunk_rows import Row
from shared.contacts.customs import custom_text, custom_values, join_customs, without_labels
from shared.contacts.headers import CUSTOM
from shared.contacts.import_models import ImportOptions
from shared.contacts.names import is_masked
from shared.contacts.notes_of_rows import add_note, has_note
from shared.contacts.store import FIELDS
from shared.security.cipher import TenantCipher

_NAME, _NOTE, _CUSTOM = FIELDS.index("name"), FIELDS.index("note"), FIELDS.index("custom")
_HASH_COLUMNS = tuple(f"{name}_hash" for name in FIELDS)
# Terms of these are taken back when the value is replaced, so the contact's tokens are made anew.
_INDEXED = ("name", "address", "custom")
_PLAIN = FIELDS[:_CUSTOM]
_JOINED = ("note", "custom")
_SINGLE = tuple((FIELDS.index(name), name) for name in ("address", "birth"))


class Stored:
    """A contact as an import meets it. `seen`: this import made it or touched it before, so earlier rows win
    over this one; `noted`: its note is this import's."""

    __slots__ = ("alias_hashes", "created_here", "hashes", "id", "noted", "row", "seen")

    def __init__(
        self,
        row: dict[str, Any],
        alias_hashes: AbstractSet[bytes],
        *,
        created_here: bool,
        touched: bool,
        noted: bool,
    ) -> None:
        self.id: UUID = row["id"]
        self.row, self.alias_hashes = row, alias_hashes
        self.hashes = tuple([row[name] for name in _HASH_COLUMNS])
        self.created_here = created_here
        self.seen = created_here or touched
        self.noted = created_here or noted

    def hash(self, field: str) -> bytes | None:
        value: bytes | None = self.row[f"{field}_hash"]
        return value


@dataclass
class Change:
    """What changes in a contact: fields (text, None clears), tags that come and go, names that are added."""

    fields: dict[str, tuple[str | None, bytes | None]] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    removed_tags: tuple[str, ...] = ()
    aliases: list[tuple[bytes, str]] = field(default_factory=list)
    fills_source: bool = False

    @property
    def is_any(self) -> bool:
        return bool(self.fields or self.tags or self.removed_tags or self.aliases or self.fills_source)

    def replaces(self, stored: Stored) -> bool:
        """Whether something by which the contact was found goes away."""
        replaced = any(name in self.fields and stored.hash(name) is not None for name in _INDEXED)
        return replaced or bool(self.removed_tags)


def change_of(stored: Stored, rows: Sequence[Row], options: ImportOptions, cipher: TenantCipher) -> Change:
    """What a person's rows change. A blank cell keeps what is there, `--` clears when overwriting.

    Without the sealed custom fields (a contact not yet locked) differing ones count as a change.
    """
    overwrite = options.on_existing == "overwrite" and not stored.seen
    values, hashes = first_values(rows, cipher.field_hash)
    cleared = {name for row in rows for name in row.parsed.cleared} if overwrite else set()
    change = Change(fills_source=_fills(stored.row, options))
    if hashes != stored.hashes or cleared:
        _change_fields(change, stored, values, hashes, cleared, cipher, overwrite=overwrite)
        if stored.seen and (stored.noted or options.on_existing == "overwrite"):
            _add_to_note(change, stored, values[_NOTE], hashes[_NOTE], cipher)
        _change_customs(change, stored, values[_CUSTOM], cleared, cipher, overwrite=overwrite)
        change.aliases = _other_names(stored, rows, change.fields.get("name", (None, stored.hash("name")))[1])
    elif len(rows) > 1:
        change.aliases = _other_names(stored, rows, stored.hash("name"))
    tags = joined_tags(rows)
    if tags:
        change.tags = tuple(tag for tag in tags if tag not in stored.row["tags"])
    if "tags" in cleared:
        change.removed_tags = tuple(tag for tag in stored.row["tags"] if tag not in tags)
    return change


def _change_fields(
    change: Change,
    stored: Stored,
    values: Sequence[str],
    hashes: Sequence[bytes | None],
    cleared: set[str],
    cipher: TenantCipher,
    *,
    overwrite: bool,
) -> None:
    """A whole name takes the place of a masked one (홍*동), and never the other way."""
    for name, value, value_hash in zip(_PLAIN, values, hashes, strict=False):
        before = stored.hash(name)
        if value_hash is None:
            if name in cleared and before is not None:
                change.fields[name] = (None, None)
        elif value_hash != before and (before is None or overwrite):
            if name != "name" or before is None or not is_masked(value):
                change.fields[name] = (value, value_hash)
        elif value_hash != before and name == "name" and not is_masked(value):
            sealed = stored.row.get("name_sealed")  # not there yet: no lock, so only perhaps a change
            if sealed is not None and is_masked(cipher.open("name", sealed)):
                change.fields[name] = (value, value_hash)


def first_values(
    rows: Sequence[Row], field_hash: Callable[[str, str], bytes]
) -> tuple[tuple[str, ...], tuple[bytes | None, ...]]:
    """The fields of one person's rows: each is the first row's that has it, a whole name before a masked one,
    custom fields label by label; notes are joined. In the order of FIELDS."""
    if len(rows) == 1:
        return rows[0].values, rows[0].hashes
    picked = [
        next(((row.values[i], row.hashes[i]) for row in rows if row.hashes[i] is not None), ("", None))
        for i in range(len(FIELDS))
    ]
    if picked[_NAME][0] and is_masked(picked[_NAME][0]):
        whole = ((row.values[_NAME], row.hashes[_NAME]) for row in rows if row.name)
        picked[_NAME] = next((one for one in whole if not is_masked(one[0])), picked[_NAME])
    notes = {row.hashes[_NOTE]: row.values[_NOTE] for row in rows if row.values[_NOTE]}
    if len(notes) > 1:
        note = reduce(add_note, notes.values())
        picked[_NOTE] = (note, field_hash("note", note))
    customs = [row.values[_CUSTOM] for row in rows if row.values[_CUSTOM]]
    if len(set(customs)) > 1:
        joined: dict[str, str] = {}
        for each in customs:
            joined = join_customs(joined, custom_values(each), overwrite=False)
        picked[_CUSTOM] = (custom_text(joined), field_hash("custom", custom_text(joined)))
    return tuple(value for value, _ in picked), tuple(value_hash for _, value_hash in picked)


def not_taken(
    row: Row, values: Sequence[str | None], hashes: Sequence[bytes | None]
) -> tuple[tuple[str, str], ...]:
    """What a further row of a person says otherwise than the contact, whose fields these are: (field, value).

    Other names, points and tags come to the contact, so they are never among it.
    """
    if row.hashes == hashes:
        return ()
    lost = [(name, row.values[i]) for i, name in _SINGLE if row.hashes[i] not in (None, hashes[i])]
    if (note := row.values[_NOTE]) and not has_note(values[_NOTE] or "", note):
        lost.append(("note", note))
    if row.hashes[_CUSTOM] not in (None, hashes[_CUSTOM]):
        kept = custom_values(values[_CUSTOM] or "{}")
        given = custom_values(row.values[_CUSTOM])
        lost += [(CUSTOM + label, value) for label, value in given.items() if kept.get(label) != value]
    return tuple(lost)


def must_be_opened(stored: Stored, rows: Sequence[Row]) -> bool:
    """Whether only the contact's note tells if it has those of a person's further rows."""
    return (stored.seen or len(rows) > 1) and any(
        row.hashes[_NOTE] not in (None, stored.hashes[_NOTE]) for row in rows
    )


def fields_after(
    stored: Stored, rows: Sequence[Row], change: Change | None, cipher: TenantCipher
) -> tuple[tuple[str | None, ...], tuple[bytes | None, ...]]:
    """A contact's fields after a change, in the order of FIELDS: None for what nobody needed to open."""
    given = dict(zip(FIELDS, zip(*first_values(rows, cipher.field_hash), strict=True), strict=True))
    fields: list[tuple[str | None, bytes | None]] = []
    for name in FIELDS:
        before, sealed = stored.hash(name), stored.row.get(f"{name}_sealed")
        if change is not None and name in change.fields:
            fields.append(change.fields[name])
        elif before == given[name][1]:
            fields.append(given[name])
        else:
            fields.append((cipher.open(name, sealed) if sealed and name in _JOINED else None, before))
    return tuple(value for value, _ in fields), tuple(value_hash for _, value_hash in fields)


def joined_tags(rows: Sequence[Row]) -> tuple[str, ...]:
    """All rows' tags in their order."""
    return rows[0].tags if len(rows) == 1 else tuple(dict.fromkeys(tag for row in rows for tag in row.tags))


def _add_to_note(
    change: Change, stored: Stored, given: str, given_hash: bytes | None, cipher: TenantCipher
) -> None:
    """A further row's note goes below those of the rows before it."""
    if given_hash is None or stored.hash("note") in (None, given_hash):
        return
    sealed = stored.row.get("note_sealed")
    if sealed is None:
        change.fields["note"] = (given, given_hash)  # not locked yet: perhaps
        return
    before = cipher.open("note", sealed)
    if (note := add_note(before, given)) != before:
        change.fields["note"] = (note, cipher.field_hash("note", note))


def _change_customs(
    change: Change, stored: Stored, given: str, cleared: set[str], cipher: TenantCipher, *, overwrite: bool
) -> None:
    """Custom fields are one object, so they are joined label by label."""
    labels = {name.removeprefix(CUSTOM) for name in cleared if name.startswith(CUSTOM)}
    given_hash = cipher.field_hash("custom", given) if given else None
    if (given_hash is None or given_hash == stored.hash("custom")) and not labels:
        return
    sealed = stored.row.get("custom_sealed")
    if sealed is None and stored.hash("custom") is not None:
        change.fields["custom"] = (given or None, given_hash)  # not locked yet: perhaps
        return
    before = cipher.open_json("custom", sealed) if sealed else {}
    kept = without_labels(before, labels)
    joined = join_customs(kept, custom_values(given) if given else {}, overwrite=overwrite)
    if joined != before:
        text = custom_text(joined) if joined else None
        change.fields["custom"] = (text, cipher.field_hash("custom", text) if text else None)


def _other_names(stored: Stored, rows: Sequence[Row], name_hash: bytes | None) -> list[tuple[bytes, str]]:
    known = {name_hash, *stored.alias_hashes}
    found = {row.name_hash: row.name for row in reversed(rows) if row.name_hash not in known}
    return [(value_hash, name) for value_hash, name in found.items() if value_hash is not None]


def _fills(row: dict[str, Any], options: ImportOptions) -> bool:
    return bool(
        (options.source and row["source"] is None) or (options.legal_basis and row["legal_basis"] is None)
    )
