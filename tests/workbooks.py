"""Workbooks as tests need them: honest ones by way of the libraries, dishonest ones part by part."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import openpyxl
import xlwt
from openpyxl.worksheet.worksheet import Worksheet

Rows = Sequence[Sequence[Any]]


def xlsx(
    sheets: Mapping[str, Rows] | Rows, finish: Callable[[openpyxl.Workbook], None] | None = None
) -> bytes:
    """An xlsx file with these sheets (or the one sheet 명단); `finish` may hide, merge or format."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in (sheets if isinstance(sheets, Mapping) else {"명단": sheets}).items():
        sheet: Worksheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    if finish:
        finish(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls(rows: Rows, sheet: str = "명단") -> bytes:
    """An xls file of Excel 97 to 2003."""
    book = xlwt.Workbook()
    page = book.add_sheet(sheet)
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            page.write(y, x, cell)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def changed(
    workbook: bytes, *, replace: Mapping[str, bytes] | None = None, add: Mapping[str, bytes] | None = None
) -> bytes:
    """A zipped workbook with some parts replaced or added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            new.writestr(part.filename, (replace or {}).get(part.filename, old.read(part)))
        for name, content in (add or {}).items():
            new.writestr(name, content)
    return out.getvalue()


def part(workbook: bytes, name: str) -> bytes:
    """The content of a zipped workbook's part."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return archive.read(name)


def locked() -> bytes:
    """What Excel writes for a workbook with a password: an OLE file with an EncryptedPackage stream.

    Only the directory is there; whoever cannot decrypt sees no more than that.
    """
    sector = 512
    header = bytearray(sector)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    header[24:34] = bytes.fromhex("3e000300feff09000600")
    header[44:48] = (1).to_bytes(4, "little")  # one sector of allocation table
    header[48:52] = (1).to_bytes(4, "little")  # the directory is sector 1
    header[56:60] = (4096).to_bytes(4, "little")
    header[60:64] = header[68:72] = b"\xfe\xff\xff\xff"
    header[76:80] = (0).to_bytes(4, "little")
    header[80:] = b"\xff" * (sector - 80)
    table = b"\xfd\xff\xff\xff\xfe\xff\xff\xff" + b"\xff" * (sector - 8)
    return (
        bytes(header)
        + table
        + b"".join(map(_entry, ("Root Entry", "EncryptionInfo", "EncryptedPackage", "")))
    )


def _entry(name: str) -> bytes:
    entry = bytearray(128)
    coded = name.encode("utf-16-le")
    entry[: len(coded)] = coded
    entry[64:66] = (len(coded) + 2 if name else 0).to_bytes(2, "little")
    entry[66] = 5 if name == "Root Entry" else 2 if name else 0
    entry[68:80] = b"\xff" * 12
    entry[116:120] = b"\xfe\xff\xff\xff"
    return bytes(entry)
