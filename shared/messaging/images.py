"""Pictures of a camp: uploaded by members, kept sealed, handed to a carrier once for each account."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from shared.kernel.clock import Clock, utc_now
from shared.kernel.database import Connection, tenant_transaction
from shared.kernel.errors import Detail, NotFound, PayloadTooLarge, ValidationFailed
from shared.kernel.i18n import text
from shared.kernel.ids import new_id
from shared.kernel.storage import storage
from shared.messaging import accounts, pictures
from shared.messaging import store_images as store
from shared.messaging.gateways import CarrierImage, Gateway, NotOffered
from shared.messaging.models import ImageView
from shared.security import audit
from shared.security.cipher import TenantCipher, tenant_cipher
from shared.security.sealed_files import SealedReader, SealedWriter

_NAME = "file_name"
_WITH_MESSAGE = "with-message"  # no carrier's id: the picture goes along with each message
# An image that a carrier will let go of soon is uploaded again: the message leaves a little later than now.
_SPARE = timedelta(hours=1)


class NotUploaded(Exception):
    """The carrier does not have a picture (any more): `ensure_uploaded`, then compose again."""

    def __init__(self, image_id: UUID, account_id: UUID) -> None:
        super().__init__(str(image_id))
        self.image_id = image_id
        self.account_id = account_id


def keep(tenant_id: UUID, content: bytes, file_name: str, member_id: UUID) -> ImageView:
    """Make an uploaded picture fit the carriers and keep it sealed.

    Raises ValidationFailed with the sentence of what is wrong with it, PayloadTooLarge, StorageUnavailable.
    """
    if len(content) > pictures.UPLOAD_BYTES:
        raise PayloadTooLarge
    try:
        picture = pictures.normalised(content)
    except pictures.NotAPicture as problem:
        raise ValidationFailed(details=[Detail(text(problem.reason), field="file")]) from problem
    image_id = new_id()
    with tenant_transaction(tenant_id) as connection:
        cipher = tenant_cipher(connection, tenant_id)
    _write(cipher, image_id, picture.jpeg)
    with tenant_transaction(tenant_id) as connection:
        sealed = cipher.seal(_NAME, file_name[:200] or "image.jpg")
        size = (len(picture.jpeg), picture.width, picture.height)
        store.insert(connection, image_id, sealed, size, member_id)
        audit.record(connection, "image.uploaded", member_id=member_id, target=str(image_id))
        return get(connection, cipher, image_id)


def get(connection: Connection, cipher: TenantCipher, image_id: UUID) -> ImageView:
    """What is known of a picture. Raises NotFound."""
    row = store.get(connection, image_id)
    if row is None:
        raise NotFound
    names = ("id", "bytes", "width", "height", "created_at")
    return ImageView(**{name: row[name] for name in names}, name=cipher.open(_NAME, row["name_sealed"]))


def existing(connection: Connection, ids: Sequence[UUID]) -> set[UUID]:
    """Those of the pictures that are there."""
    return store.existing(connection, ids) if ids else set()


def content(cipher: TenantCipher, image_id: UUID) -> bytes:
    """The JPEG. Raises NotFound."""
    key = _key(cipher, image_id)
    try:
        with storage().read(key) as source:
            return SealedReader(cipher, source, key).readall() or b""
    except FileNotFoundError as error:
        raise NotFound from error


def remove(connection: Connection, image_id: UUID, member_id: UUID) -> None:
    """Take a picture out of the choice; campaigns that were written with it keep it. Raises NotFound."""
    if not store.mark_deleted(connection, image_id):
        raise NotFound
    audit.record(connection, "image.removed", member_id=member_id, target=str(image_id))


def at_carrier(connection: Connection, image_id: UUID, account_id: UUID, now: datetime) -> str:
    """The carrier's id of a picture. Raises NotUploaded when it has none that lasts."""
    found = store.at_carrier(connection, image_id, account_id, now + _SPARE)
    if found is None:
        raise NotUploaded(image_id, account_id)
    return found


def ensure_uploaded(tenant_id: UUID, image_id: UUID, account_id: UUID, clock: Clock = utc_now) -> None:
    """Hand a picture to an account's carrier unless it has it; no connection is held meanwhile.

    A carrier that keeps no pictures takes them with their messages. Raises CarrierRefused or LookUpFailed as
    `Gateway.upload_image`, NotOffered where no pictures are sent at all, NotFound.
    """
    with tenant_transaction(tenant_id) as connection:
        cipher = tenant_cipher(connection, tenant_id)
        if store.at_carrier(connection, image_id, account_id, clock() + _SPARE) is not None:
            return
        gateway = accounts.gateway_for(accounts.open_account(connection, cipher, account_id))
    uploaded = _uploaded(gateway, image_id, content(cipher, image_id))
    with tenant_transaction(tenant_id) as connection:
        store.keep_at_carrier(connection, image_id, account_id, uploaded.id, uploaded.expires_at)


def beside(cipher: TenantCipher, image_id: UUID, carrier_id: str) -> bytes | None:
    """The JPEG itself where it goes with each message; None where the carrier has it. Raises NotFound."""
    return content(cipher, image_id) if carrier_id == _WITH_MESSAGE else None


def _uploaded(gateway: Gateway, image_id: UUID, jpeg: bytes) -> CarrierImage:
    try:
        return gateway.upload_image(f"{image_id.hex[-12:]}.jpg", jpeg)
    except NotOffered:
        if "mms" not in gateway.kinds:
            raise
        return CarrierImage(_WITH_MESSAGE)


def _write(cipher: TenantCipher, image_id: UUID, jpeg: bytes) -> None:
    key = _key(cipher, image_id)
    with storage().write(key) as target:
        sealed = SealedWriter(cipher, target, key)
        sealed.write(jpeg)
        sealed.close()


def _key(cipher: TenantCipher, image_id: UUID) -> str:
    return f"images/{cipher.tenant_id}/{image_id}"
