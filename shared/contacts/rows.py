"""One row of a list, under a mapping, turned into a contact's data or into a reason why not."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from shared.contacts.emails import parse_emails
from shared.contacts.headers import CUSTOM
from shared.contacts.identifiers import mask_identifiers, refused_in
from shared.contacts.kakao_ids import parse_kakao_id
from shared.contacts.names import clean_name, rare_letters
from shared.contacts.phones import parse_phones, plain_mobile
from shared.contacts.vocabulary import CONSENTED, OPTED_OUT, TOLD

MAX_TEXT = 2_000
MAX_TAGS = 20
MAX_POINTS = 20
MAX_TAG = 50
MAX_WRITTEN = 200
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
    """What a row says about one person. `warnings` are reason codes of parts that were left out.

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

    @property
    def repaired(self) -> bool:
        """Whether somebody should look at how the row was read."""
        return True in [repaired for *_, repaired, _ in self.points] or bool(rare_letters(self.name))

    @property
    def repairs(self) -> list[tuple[str, str, str]]:
        """What was repaired: (kind, the cell as it was written, the value it was read as).

        `doubtful_name`: the name, which was kept as it is, and the letters in it that are rare.
        """
        repaired = [(p.kind, p.written[:MAX_WRITTEN], p.value) for p in self.points if p.repaired]
        rare = rare_letters(self.name)
        return [*repaired, (DOUBTFUL_NAME, self.name, rare)] if rare else repaired


class RejectedRow(NamedTuple):
    """A row that is not imported, with its reason code (`reason.<code>` in the catalogue)."""

    reason: str


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
            return RejectedRow(problems[0] if problems else "no_contact_point")
        return self._parsed(row, tuple(points[:MAX_POINTS]), tuple(problems), cleared)

    def _parsed(
        self, row: list[str], points: tuple[Point, ...], problems: tuple[str, ...], cleared: tuple[str, ...]
    ) -> ParsedRow:
        name = clean_name(row[self._names[0]] if self._names else "")
        notes = [_text(row[i]) for i in self._notes]
        told = self._consent(row) if self._told else (False, None, "")
        return ParsedRow(
            name.display,
            points,
            _joined(" ", [_text(row[i]) for i in self._addresses]),
            _joined("\n", [*notes, name.note]),
            _tags(tuple([row[i] for i in self._tags])) if self._tags else (),
            _birth([row[i] for i in self._births]) if self._births else "",
            {label: text for i, label in self._custom if (text := _text(row[i]))} if self._custom else {},
            problems,
            cleared,
            *told,
        )

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
        """Refused, consented, and when. A mark of refusal that we do not know counts as one."""
        refused = [OPTED_OUT.get(mark, True) for mark in self._marks("opt_out", row)]
        consented = [CONSENTED[mark] for mark in self._marks("consented", row) if mark in CONSENTED]
        at = _birth([row[i] for i in self._told.get("consent_at", ())])
        return any(refused), all(consented) if consented else None, at

    def _marks(self, field: str, row: list[str]) -> list[str]:
        cells = (unicodedata.normalize("NFKC", row[i]).strip().lower() for i in self._told.get(field, ()))
        return [cell for cell in cells if cell]

    def _points(self, row: list[str]) -> tuple[list[Point], list[str]]:
        found: list[Point] = []
        problems: list[str] = []
        for i in self._phones:
            if cell := row[i]:
                if (plain := plain_mobile(cell)) is not None:
                    found.append(Point("phone", plain[0], True, plain[1], cell))
                    continue
                phones = parse_phones(cell)
                found += [Point("phone", p.e164, p.textable, p.repaired, cell) for p in phones.phones]
                problems += phones.problems
        for i in self._emails:
            if cell := row[i]:
                emails = parse_emails(cell)
                found += [Point("email", e.address, False, e.repaired, cell) for e in emails.emails]
                problems += emails.problems
        for i in self._kakao_ids:
            if cell := row[i]:
                kakao = parse_kakao_id(cell)
                if kakao.kakao_id:
                    found.append(Point("kakao_id", kakao.kakao_id, False, kakao.repaired, cell))
                problems += kakao.problems
        return found if len(found) < 2 else _distinct(found), problems

    def _fitted(self, cells: Sequence[str]) -> list[str]:
        missing = self._width - len(cells)
        return [*cells, *[""] * missing] if missing > 0 else list(cells)

    def _has_formula(self, row: list[str]) -> bool:
        """Formulas are never evaluated and never stored; the ="010…" that keeps a zero is text."""
        cells = [row[i] for i in self._mapped]
        return any(cell.lstrip().startswith("=") and not _TEXT_FORMULA.fullmatch(cell) for cell in cells)


def _label(field: str) -> str:
    """The label under which a column's text is kept among the custom fields; "" if it is not."""
    return field.removeprefix(CUSTOM) if field.startswith(CUSTOM) else TOLD.get(field, "")


_TEXT_FORMULA = re.compile(r'\s*="([^"]*)"\s*')
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_TAG_SEPARATOR = re.compile(r"[,;/#|\n]+")


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


def _text(cell: str) -> str:
    if not cell:
        return ""
    text = cell if cell.isascii() else unicodedata.normalize("NFC", cell)
    clean = text if text.isprintable() else _CONTROLS.sub("", text)
    return clean.strip()[:MAX_TEXT]


def _joined(separator: str, parts: list[str]) -> str:
    """The parts that are not empty."""
    if len(parts) == 1:
        return parts[0][:MAX_TEXT]
    return separator.join([part for part in parts if part])[:MAX_TEXT]


@lru_cache(maxsize=2_000)
def _tags(values: tuple[str, ...]) -> tuple[str, ...]:
    words = (word for value in values for word in _TAG_SEPARATOR.split(_text(value)))
    cleaned = (" ".join(word.split())[:MAX_TAG] for word in words)
    return tuple(dict.fromkeys(word for word in cleaned if word))[:MAX_TAGS]


def _birth(values: Sequence[str]) -> str:
    return next((birth for value in values if (birth := _birth_of(_text(value)))), "")


def _birth_of(text: str) -> str:
    """YYYY-MM-DD when the day is known, YYYY when only the year is; other writings as they are."""
    numbers = re.findall(r"\d+", text)
    whole = "".join(numbers)
    if len(numbers) == 3 and len(numbers[0]) in (2, 4):
        return _date(_full_year(numbers[0]), int(numbers[1]), int(numbers[2])) or text[:40]
    if len(whole) == 8:
        return _date(int(whole[:4]), int(whole[4:6]), int(whole[6:])) or text[:40]
    if len(whole) == 6:
        return _date(_full_year(whole[:2]), int(whole[2:4]), int(whole[4:])) or text[:40]
    if len(whole) == 5 and text.isdigit():
        return (date(1899, 12, 30) + timedelta(days=int(whole))).isoformat()  # a spreadsheet's day number
    return whole if len(whole) == 4 and 1900 <= int(whole) <= 2100 else text[:40]


def _full_year(digits: str) -> int:
    """Two digits mean the last hundred years; a voter is of age, so only 00 to 10 are this century's."""
    year = int(digits)
    return year if len(digits) == 4 else (2000 if year <= 10 else 1900) + year


def _date(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""
