"""Cells of files that a spreadsheet opens: text that it must not calculate, there and back."""

# A spreadsheet takes a cell that begins with one of these for a formula (CSV injection).
_FORMULA_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r")
# What a file of rejected rows says besides the original columns.
REJECT_COLUMNS = ["row_number", "reason", "reason_text"]


def harmless(cell: str) -> str:
    """The cell as text: what a spreadsheet would calculate gets an apostrophe in front.

    So does a cell that looks as if it had got one, so that `restored` gives back every cell.
    """
    return f"'{cell}" if cell.lstrip("'").startswith(_FORMULA_BEGINNINGS) else cell


def restored(cell: str) -> str:
    """The cell that `harmless` was given."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(_FORMULA_BEGINNINGS) else cell
