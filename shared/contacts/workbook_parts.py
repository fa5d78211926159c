"""The parts of a zipped workbook, looked at before anything parses them.

Refused: bombs, names that leave the archive, locked parts, and XML with a document type (entities that grow:
a workbook has no use for one). Hidden rows and columns are found here too: the reader does not tell them.
"""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, BinaryIO
from xml.parsers import expat

MAX_PARTS = 5_000
MAX_UNPACKED = 4 * 1024**3
# XML of a real sheet shrinks to a tenth, of a formatted empty one to a hundredth; deflate ends at 1 : 1032.
MAX_RATIO = 200
RATIO_COUNTS_FROM = 20 * 1024**2
MAX_CELL = 32_767  # what Excel can hold in a cell
LONGEST_CHARACTER = 10  # bytes, as &#x10FFFF;
LOOKED_AT = 32 * 1024**2  # of a part that is not read anyway; a tenth of a second
_LONG_TEXT = re.compile(rb"<[^<>]{1,200}>[^<>]{%d}" % (MAX_CELL * LONGEST_CHARACTER))
_PIECE = 1024 * 1024
_LONGEST_MARK = 16
_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00", b"\x00\x00")


class RefusedWorkbook(Exception):
    """A workbook that is not read, with the code and the parameters of an UnreadableFile."""

    def __init__(self, code: str, **parameters: object) -> None:
        super().__init__(code)
        self.code, self.parameters = code, parameters


@dataclass
class Hidden:
    """What a sheet hides: columns from 0, rows as a spreadsheet numbers them."""

    columns: set[int] = field(default_factory=set)
    rows: set[int] = field(default_factory=set)


def check_parts(file: BinaryIO) -> None:
    """Raises RefusedWorkbook for an archive that no honest program makes."""
    with _archive(file) as archive:
        parts = archive.infolist()
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise RefusedWorkbook("workbook_bomb")
        for part in parts:
            _check_part(archive, part)
        names = {part.filename for part in parts}
        if len(names) < len(parts):
            raise RefusedWorkbook("workbook_broken")
        if not any(name.lower().startswith("xl/") for name in names) and "content.xml" not in names:
            raise RefusedWorkbook("not_a_workbook")
        for name in sorted(names):
            if name.lower().endswith((".xml", ".rels", ".vml")):
                _refuse_document_type(archive, name)


def hidden_parts(file: BinaryIO, sheet: str) -> Hidden:
    """What an xlsx sheet hides; nothing for other formats. Rows are parsed only if the part speaks of any."""
    hidden = Hidden()
    with _archive(file) as archive:
        part = _part_of(archive, sheet)
        if part is not None and any(b"hidden" in data for data in _pieces(archive, part, overlap=True)):
            _parse(_pieces(archive, part), lambda tag, given: _note_hidden(hidden, tag, given))
    return hidden


def _archive(file: BinaryIO) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise RefusedWorkbook("workbook_broken") from error


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    if part.flag_bits & 1:
        raise RefusedWorkbook("workbook_password")
    if part.filename.startswith(("/", "\\")) or ".." in part.filename.replace("\\", "/").split("/"):
        raise RefusedWorkbook("workbook_broken")
    if part.file_size > max(RATIO_COUNTS_FROM, MAX_RATIO * part.compress_size):
        if _holds_long_text(archive, part.filename):
            raise RefusedWorkbook("workbook_long_cell", limit=MAX_CELL)
        raise RefusedWorkbook("workbook_bomb")


def _holds_long_text(archive: zipfile.ZipFile, name: str) -> bool:
    """Whether the beginning of a part is XML with more text in one piece than a cell may hold."""
    return _LONG_TEXT.search(b"".join(islice(_pieces(archive, name), LOOKED_AT // _PIECE))) is not None


def _refuse_document_type(archive: zipfile.ZipFile, name: str) -> None:
    for number, data in enumerate(_pieces(archive, name, overlap=True)):
        if number == 0 and data.startswith(_BOMS):
            raise RefusedWorkbook("workbook_broken")
        if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
            raise RefusedWorkbook("workbook_entities")


def _pieces(archive: zipfile.ZipFile, name: str, *, overlap: bool = False) -> Iterator[bytes]:
    """A part's bytes. With `overlap` each piece begins with the end of the one before."""
    tail = b""
    try:
        with archive.open(name) as part:
            while data := part.read(_PIECE):
                yield tail + data
                tail = data[-_LONGEST_MARK:] if overlap else b""
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise RefusedWorkbook("workbook_broken") from error


def _parse(pieces: Iterator[bytes], on_start: Callable[[str, dict[str, str]], Any]) -> None:
    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartElementHandler = lambda tag, given: on_start(tag.rpartition("}")[2], given)
    parser.StartDoctypeDeclHandler = _refuse_entities
    try:
        for data in pieces:
            parser.Parse(data)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise RefusedWorkbook("workbook_broken") from error


def _refuse_entities(*_: object) -> None:
    raise RefusedWorkbook("workbook_entities")


def _note_hidden(hidden: Hidden, tag: str, given: dict[str, str]) -> None:
    if tag not in ("row", "col") or given.get("hidden") not in ("1", "true"):
        return
    if tag == "row":
        hidden.rows.add(_number(given.get("r")))
    else:
        first, last = _number(given.get("min")), min(_number(given.get("max")), 16_384)
        hidden.columns.update(range(first - 1, last))


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else 0


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The part that holds a sheet: its name leads to a relationship, the relationship to the part."""
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return None
    relations: dict[str, str] = {}
    targets: dict[str, str] = {}

    def on_sheet(tag: str, given: dict[str, str]) -> None:
        if tag == "sheet":
            relation = next((value for key, value in given.items() if key.endswith("relationships}id")), "")
            relations[given.get("name", "")] = relation

    def on_relation(tag: str, given: dict[str, str]) -> None:
        if tag == "Relationship":
            targets[given.get("Id", "")] = given.get("Target", "")

    _parse(_pieces(archive, "xl/workbook.xml"), on_sheet)
    _parse(_pieces(archive, "xl/_rels/workbook.xml.rels"), on_relation)
    target = targets.get(relations.get(sheet, ""), "")
    part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
    return part if part in names else None
