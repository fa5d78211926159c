"""Cells of files that a spreadsheet opens: text that it must not calculate, there and back."""

import re

# A spreadsheet takes a cell that begins with one of these for a formula (CSV injection): some do behind
# blanks, and a Korean Excel does with the wide ones of its keyboard too.
_FORMULA = re.compile(r"['\s]*[=+@＝＋－＠-]|'*[\t\r\n]")
# What a file of rejected rows says besides the original columns.
REJECT_COLUMNS = ["row_number", "reason", "reason_text"]


def harmless(cell: str) -> str:
    """The cell as text: what a spreadsheet would calculate gets an apostrophe in front.

    So does a cell that looks as if it had got one, so that `restored` gives back every cell.
    """
    return f"'{cell}" if _FORMULA.match(cell) else cell


def restored(cell: str) -> str:
    """The cell that `harmless` was given."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
