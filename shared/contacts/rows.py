"""One row of a list, under a mapping, turned into a contact's data or into a reason why not."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from shared.contacts.days import MAX_BIRTH, birth_of, day_told, is_day_number
from shared.contacts.emails import parse_emails
from shared.contacts.headers import CUSTOM
from shared.contacts.identifiers import mask_identifiers, refused_in
from shared.contacts.joined_columns import one_address, one_name
from shared.contacts.kakao_ids import parse_kakao_id
from shared.contacts.mixed_cells import without_addresses
from shared.contacts.names import MAX_NAME, Name, clean_name, rare_letters
from shared.contacts.phones import parse_phones, plain_mobile
from shared.contacts.record_reader import MAX_CELL
from shared.contacts.vocabulary import CONSENTED, OPTED_OUT, REFUSED_OUTRIGHT, TOLD

MAX_TEXT = 2_000
MAX_NOTE = 5_000
MAX_TAGS = 20
MAX_POINTS = 20
MAX_TAG = 50
MAX_WRITTEN = 200
_SHORTEST_LIMIT = min(MAX_BIRTH, 2 * MAX_TAGS)  # characters of a cell of which something may be too much
CLEARS = "--"
DOUBTFUL_NAME = "doubtful_name"
_CLEARABLE = frozenset({"name", "address", "birth", "note", "tags"})


class Point(NamedTuple):
    """A contact point of a row. `kind`: phone (E.164), email or kakao_id; `value` is normalised.

    `written`: the cell that it was read from.
    """

    kind: str
    value: str
    textable: bool
    repaired: bool
    written: str = ""


class ParsedRow(NamedTuple):
    """What a row says about one person. `warnings` are reason codes of contact points that were left out.

    `left_out`: what of the row is not kept, as (field or kind of point, as written): unreadable points beside
    readable ones, and what is longer or more than can be kept.
    `cleared`: the fields (name, address, birth, note, tags, `custom:<label>`) whose cell was `--`. What a
    list says about consent and refusal is in `consented`, `consent_at` (as `birth`) and `opted_out`; it is
    also kept word for word in `custom`.
    """

    name: str
    points: tuple[Point, ...]
    address: str
    note: str
    tags: tuple[str, ...]
    birth: str
    custom: dict[str, str]
    warnings: tuple[str, ...]
    cleared: tuple[str, ...] = ()
    opted_out: bool = False
    consented: bool | None = None
    consent_at: str = ""
    left_out: tuple[tuple[str, str], ...] = ()

    @property
    def repaired(self) -> bool:
        """Whether somebody should look at how the row was read."""
        return (
            True in [repaired for *_, repaired, _ in self.points]
            or bool(self.left_out)
            or bool(rare_letters(self.name))
        )

    @property
    def repairs(self) -> list[tuple[str, str, str]]:
        """What was repaired: (kind, the cell as it was written, the value it was read as).

        `doubtful_name`: the name, which was kept as it is, and the letters in it that are rare. What was left
        out became nothing.
        """
        repaired = [(p.kind, p.written[:MAX_WRITTEN], p.value) for p in self.points if p.repaired]
        repaired += [(field, written[:MAX_WRITTEN], "") for field, written in self.left_out]
        rare = rare_letters(self.name)
        return [*repaired, (DOUBTFUL_NAME, self.name, rare)] if rare else repaired


class RejectedRow(NamedTuple):
    """A row that is not imported, with its reason code (`reason.<code>` in the catalogue)."""

    reason: str


class _Problem(NamedTuple):
    """Why a cell, or a part of it, is no contact point."""

    reason: str
    kind: str
    written: str


class RowParser:
    """Parses the rows of one file under one mapping {column index: field}."""

    def __init__(self, mapping: Mapping[int, str]) -> None:
        by_field = {field: [i for i, f in mapping.items() if f == field] for field in mapping.values()}
        self._names = by_field.get("name", [])
        self._phones = by_field.get("phone", []) + by_field.get("landline", [])
        self._emails = by_field.get("email", [])
        self._kakao_ids = by_field.get("kakao_id", [])
        self._addresses = by_field.get("address", [])
        self._notes = by_field.get("note", [])
        self._tags = by_field.get("tags", [])
        self._births = by_field.get("birth", [])
        self._custom = [(i, _label(f)) for i, f in mapping.items() if _label(f)]
        self._told = {field: by_field[field] for field in TOLD if field in by_field}
        self._limited = [(i, f, _limit(f)) for i, f in mapping.items() if _limit(f)]
        self._clearable = [(i, f) for i, f in mapping.items() if f in _CLEARABLE or f.startswith(CUSTOM)]
        self._mapped = [i for i, field in mapping.items() if field != "ignore"]
        self._width = max(mapping, default=-1) + 1

    def parse(self, cells: Sequence[str]) -> ParsedRow | RejectedRow:
        """The row's data. Rejected: no usable contact point, a formula, mangled text, a number that the law
        keeps out. Never raises."""
        row = self._fitted(cells)
        joined = "\x1f".join(row)
        if code := refused_in(joined):
            return RejectedRow(code)
        if "#" in joined:
            row = ["" if _SHEET_ERROR.fullmatch(cell) else cell for cell in row]
        if "\ufffd" in joined:
            # Whoever saved the file could not read it: the names are lost, not foreign.
            return RejectedRow("mangled_text")
        if "=" in joined:
            if self._has_formula(row):
                return RejectedRow("formula")
            row = [_plain(cell) for cell in row]
        cleared = self._cleared(row) if CLEARS in joined else ()
        points, problems = self._points(row)
        if not points:
            return RejectedRow(problems[0].reason if problems else "no_contact_point")
        parsed = self._parsed(row, tuple(points[:MAX_POINTS]), tuple([p.reason for p in problems]), cleared)
        if problems or len(points) > MAX_POINTS or max(map(len, row)) > _SHORTEST_LIMIT:
            parsed = self._with_left_out(parsed, row, points[MAX_POINTS:], problems)
        refuses = "거부" in joined or "금지" in joined
        return parsed._replace(opted_out=True) if refuses and self._refuses(row) else parsed

    def _with_left_out(
        self, parsed: ParsedRow, row: list[str], points: list[Point], problems: list[_Problem]
    ) -> ParsedRow:
        lost = [(each.kind, each.written) for each in problems if each.reason != "phone_placeholder"]
        lost += [(point.kind, point.value) for point in points]
        lost += [(field, row[i][limit:]) for i, field, limit in self._limited if len(row[i]) > limit]
        if self._tags and max(len(row[i]) for i in self._tags) > MAX_TAGS:
            given = dict.fromkeys(_tag_words([row[i] for i in self._tags]))
            lost += [("tags", ", ".join(tag for tag in given if tag not in parsed.tags))]
        left_out = tuple(dict.fromkeys(each for each in lost if each[1]))
        return parsed._replace(left_out=left_out) if left_out else parsed

    def _refuses(self, row: list[str]) -> bool:
        """Whether a cell says in so many words that the person wants no messages: 010-…(수신거부)."""
        places = (*self._names, *self._notes, *self._tags)
        return any(_REFUSAL.search(row[i]) for i in places) or any(
            _REFUSAL.search(f"수신 {word}") for i in self._phones for word in _WORDS.findall(row[i])
        )

    def _name(self, row: list[str]) -> tuple[Name, str]:
        """The name, and what stands in further columns of names and is none of it."""
        if len(self._names) == 1:
            return clean_name(row[self._names[0]]), ""
        whole, others = one_name([_text(row[i]) for i in self._names])
        return clean_name(whole), others

    def _parsed(
        self, row: list[str], points: tuple[Point, ...], problems: tuple[str, ...], cleared: tuple[str, ...]
    ) -> ParsedRow:
        name, others = self._name(row)
        notes = [_text(row[i], MAX_NOTE) for i in self._notes]
        told = self._consent(row) if self._told else (False, None, "")
        return ParsedRow(
            name.display,
            points,
            self._address(row),
            _joined("\n", [*notes, name.note, others])[:MAX_NOTE],
            _tags(tuple([row[i] for i in self._tags])) if self._tags else (),
            self._birth(row) if self._births else "",
            self._custom_fields(row) if self._custom else {},
            problems,
            cleared,
            *told,
        )

    def _birth(self, row: list[str]) -> str:
        return next((day for i in self._births if (day := birth_of(_text(row[i])))), "")

    def _custom_fields(self, row: list[str]) -> dict[str, str]:
        """The camp's own fields, and what a list says of consent in its own words; a spreadsheet's day number
        is nobody's words."""
        fields = {label: text for i, label in self._custom if (text := _text(row[i]))}
        day = TOLD["consent_at"]
        if is_day_number(fields.get(day, "")):
            fields[day] = birth_of(fields[day])
        return fields

    def _address(self, row: list[str]) -> str:
        if len(self._addresses) == 1:
            return _text(row[self._addresses[0]])
        return one_address([_text(row[i]) for i in self._addresses])[:MAX_TEXT]

    def _cleared(self, row: list[str]) -> tuple[str, ...]:
        """The fields that hold `--` and nothing else; their cells become empty."""
        marked = [i for i, _ in self._clearable if row[i].strip() == CLEARS]
        fields = dict.fromkeys(field for i, field in self._clearable if i in marked)
        for i in marked:
            row[i] = ""
        return tuple(
            field for field in fields if not any(row[i].strip() for i, f in self._clearable if f == field)
        )

    def _consent(self, row: list[str]) -> tuple[bool, bool | None, str]:
        """Refused, consented, and when. A mark of refusal that we do not know counts as one; who only has not
        consented has not refused."""
        refused = [OPTED_OUT.get(mark, True) for mark in self._marks("opt_out", row)]
        marks = self._marks("consented", row)
        refused += [mark in REFUSED_OUTRIGHT for mark in marks]
        consented = [CONSENTED[mark] for mark in marks if mark in CONSENTED]
        at = next((day for i in self._told.get("consent_at", ()) if (day := day_told(_text(row[i])))), "")
        return any(refused), all(consented) if consented else None, at

    def _marks(self, field: str, row: list[str]) -> list[str]:
        cells = (unicodedata.normalize("NFKC", row[i]).strip().lower() for i in self._told.get(field, ()))
        return [cell for cell in cells if cell]

    def _points(self, row: list[str]) -> tuple[list[Point], list[_Problem]]:
        found: list[Point] = []
        problems: list[_Problem] = []
        for i in self._phones:
            if cell := row[i]:
                if (plain := plain_mobile(cell)) is not None:
                    found.append(Point("phone", plain[0], True, plain[1], cell))
                elif "@" in cell:
                    numbers, addresses = without_addresses(cell)
                    _take_phones(found, problems, numbers)
                    _take_emails(found, problems, addresses)
                else:
                    _take_phones(found, problems, cell)
        # An e-mail address last: it says the least of who somebody is.
        for i in self._kakao_ids:
            if cell := row[i]:
                _take_kakao_id(found, problems, cell)
        for i in self._emails:
            if cell := row[i]:
                _take_emails(found, problems, cell)
        return found if len(found) < 2 else _distinct(found), problems

    def _fitted(self, cells: Sequence[str]) -> list[str]:
        missing = self._width - len(cells)
        return [*cells, *[""] * missing] if missing > 0 else list(cells)

    def _has_formula(self, row: list[str]) -> bool:
        """Formulas are never evaluated and never stored; the ="010…" that keeps a zero is text."""
        cells = [row[i] for i in self._mapped]
        return any(_FORMULA.match(cell) and not _TEXT_FORMULA.fullmatch(cell) for cell in cells)


def _take_phones(found: list[Point], problems: list[_Problem], cell: str) -> None:
    phones = parse_phones(cell)
    found += [Point("phone", p.e164, p.textable, p.repaired, cell) for p in phones.phones]
    problems += [_Problem(reason, "phone", cell) for reason in phones.problems]


def _take_emails(found: list[Point], problems: list[_Problem], cell: str) -> None:
    emails = parse_emails(cell)
    found += [Point("email", e.address, False, e.repaired, cell) for e in emails.emails]
    problems += [_Problem(reason, "email", cell) for reason in emails.problems]


def _take_kakao_id(found: list[Point], problems: list[_Problem], cell: str) -> None:
    """An id; a telephone number in its place is one of the person's."""
    kakao = parse_kakao_id(cell)
    if kakao.kakao_id:
        found.append(Point("kakao_id", kakao.kakao_id, False, kakao.repaired, cell))
    elif "kakao_is_phone" in kakao.problems:
        found += [Point("phone", p.e164, p.textable, True, cell) for p in parse_phones(cell).phones]
    else:
        problems += [_Problem(reason, "kakao_id", cell) for reason in kakao.problems]


def _label(field: str) -> str:
    """The label under which a column's text is kept among the custom fields; "" if it is not."""
    return field.removeprefix(CUSTOM) if field.startswith(CUSTOM) else TOLD.get(field, "")


_FORMULA = re.compile(r"\s*=.*\w", re.DOTALL)  # not =====
_TEXT_FORMULA = re.compile(r'\s*="([^"]*)"\s*')
# What nobody sees; an emoji of several parts is held together by U+200D.
_CONTROLS = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_WORDS = re.compile(r"[가-힣][가-힣 ]*")
_REFUSAL = re.compile(r"(?:수신|문자|발송|연락)\s*(?:거부|금지)(?!\s*(?:아님|안\s*함|해제|철회|취소))")
# What a spreadsheet shows where it found nothing (VLOOKUP) or could not calculate.
_SHEET_ERROR = re.compile(r"\s*#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!)\s*", re.IGNORECASE)
_TAG_SEPARATOR = re.compile(r"(?:[,;#|\n]|(?<!\d)/|/(?!\d))+")  # not 1/4분기


def mask_resident_numbers(cells: Sequence[str]) -> list[str]:
    """The cells of a rejected row, fit to be kept: resident numbers show their birth date only."""
    return mask_identifiers(cells)


def clean_tags(values: Sequence[str]) -> tuple[str, ...]:
    """Distinct tags without blanks at the ends, at most MAX_TAGS of them."""
    return _tags(tuple(values))


def _distinct(points: list[Point]) -> list[Point]:
    return list({(point.kind, point.value): point for point in reversed(points)}.values())[::-1]


def _plain(cell: str) -> str:
    match = _TEXT_FORMULA.fullmatch(cell)
    return match.group(1) if match else cell


def _limit(field: str) -> int:
    """How many characters of a field's cell are kept; 0 when there is no limit of its own."""
    limits = {"name": MAX_NAME, "birth": MAX_BIRTH, "note": MAX_NOTE, "address": MAX_TEXT}
    return limits.get(field, MAX_TEXT if _label(field) else 0)


def _text(cell: str, limit: int = MAX_TEXT) -> str:
    if not cell:
        return ""
    text = cell if cell.isascii() else unicodedata.normalize("NFC", cell)
    clean = text if text.isprintable() else _CONTROLS.sub("", text)
    return clean.strip()[:limit]


def _joined(separator: str, parts: list[str]) -> str:
    """The parts that are not empty."""
    return separator.join([part for part in parts if part])


@lru_cache(maxsize=2_000)
def _tags(values: tuple[str, ...]) -> tuple[str, ...]:
    kept = (word for word in _tag_words(values) if len(word) <= MAX_TAG)
    return tuple(dict.fromkeys(kept))[:MAX_TAGS]


def _tag_words(values: Sequence[str]) -> Iterator[str]:
    words = (word for value in values for word in _TAG_SEPARATOR.split(_text(value, MAX_CELL)))
    return (tag for word in words if (tag := " ".join(word.split())))
