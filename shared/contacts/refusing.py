"""What members type may not hold what lists may not hold: resident, passport, card numbers and the like."""

from collections.abc import Mapping

from shared.contacts.identifiers import refused_in
from shared.kernel.errors import Detail, ValidationFailed
from shared.kernel.i18n import text


def refuse_identifiers(texts: Mapping[str, str | None]) -> None:
    """Raises ValidationFailed naming each field that holds one (개인정보 보호법 제24조, 제24조의2)."""
    codes = {field: refused_in(value) for field, value in texts.items() if value}
    problems = [Detail(text(f"reason.{code}"), field=field) for field, code in codes.items() if code]
    if problems:
        raise ValidationFailed(details=problems)
