"""Cells that hold numbers and e-mail addresses beside each other: 연락처 of whoever gave either or both."""

import re

# Looked for where words begin and given up where one ends: a cell may have 32,000 letters and no blank.
_ADDRESS = re.compile(r"(?<![^\s,;/|()<>])[^\s,;/|()<>@]++@[^\s,;/|()<>]+")


def without_addresses(cell: str) -> tuple[str, str]:
    """(the cell without its e-mail addresses, these addresses); all of it is one where none is whole."""
    found = _ADDRESS.findall(cell)
    return (_ADDRESS.sub(" ", cell), " ".join(found)) if found else ("", cell)
