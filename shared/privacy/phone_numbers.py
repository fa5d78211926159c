"""A number as somebody types it, and the keyed hash it is known by."""

from shared.contacts.phones import Phone, parse_phones
from shared.kernel.errors import Detail, ValidationFailed
from shared.kernel.i18n import text
from shared.security.cipher import TenantCipher


def hash_of(cipher: TenantCipher, typed: str) -> bytes:
    """Raises ValidationFailed when it is not one phone number."""
    return cipher.point_hash("phone", parse(typed).e164)


def parse(typed: str) -> Phone:
    """Raises ValidationFailed when it is not one phone number."""
    cell = parse_phones(typed)
    if len(cell.phones) != 1 or cell.problems:
        raise ValidationFailed(details=[Detail(text("privacy.number"), field="phone")])
    return cell.phones[0]
