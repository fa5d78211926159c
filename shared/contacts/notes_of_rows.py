"""The notes of one person's rows: each in a line of its own, none twice."""

from shared.contacts.rows import MAX_NOTE


def has_note(text: str, note: str) -> bool:
    """Whether the lines of a note stand in a text already."""
    return f"\n{note}\n" in f"\n{text}\n"


def add_note(text: str, note: str) -> str:
    """A text with a further note below it; as it was if it says that already or has no room for it."""
    longer = f"{text}\n{note}" if text else note
    return text if has_note(text, note) or len(longer) > MAX_NOTE else longer
