"""Pictures of a camp: uploaded by members, kept sealed, handed to a carrier once for each account."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.kernel.clock import Clock, utc_now
from shared.kernel.database import Connection, tenant_transaction
from shared.kernel.errors import Detail, NotFound, PayloadTooLarge, ValidationFailed
from shared.kernel.i18n import text
from shared.kernel.ids import new_id
from shared.kernel.storage import storage
from shared.messaging import accounts, pictures
from shared.messaging import store_images as store
from shared.messaging.gateways import CarrierImage, Gateway, ImageUse, NotOffered
from shared.messaging.models import ImageView
from shared.messaging.rendering import Channel
from shared.security import audit
from shared.security.cipher import TenantCipher, tenant_cipher
from shared.security.sealed_files import SealedReader, SealedWriter

_NAME = "file_name"
_WITH_MESSAGE = "with-message"  # no carrier's id: the picture goes along with each message
# An image that a carrier will let go of soon is uploaded again: the message leaves a little later than now.
_SPARE = timedelta(hours=1)


class NotUploaded(Exception):
    """The carrier does not have a picture (any more): `ensure_uploaded`, then compose again."""

    def __init__(self, image_id: UUID, account_id: UUID, use: ImageUse) -> None:
        super().__init__(str(image_id))
        self.image_id = image_id
        self.account_id = account_id
        self.use = use


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
    return ImageView(
        **{name: row[name] for name in names},
        name=cipher.open(_NAME, row["name_sealed"]),
        fits_brand=pictures.fits_brand(row["width"], row["height"]),
    )


def sizes(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, tuple[int, int]]:
    """Width and height of those of the pictures that are there."""
    return store.sizes(connection, ids) if ids else {}


def check_for_brand(connection: Connection, image_id: UUID | None, field: str) -> None:
    """Raises ValidationFailed for a picture that is not there, or too small for Kakao's brand messages."""
    if image_id is None:
        return
    found = sizes(connection, [image_id]).get(image_id)
    if found is None:
        raise ValidationFailed(details=[Detail(text("campaign.no_image"), field=field)])
    check_size_for_brand(found, field)


def check_size_for_brand(size: tuple[int, int], field: str) -> None:
    """Raises ValidationFailed for a picture of too few pixels (width, height)."""
    if not pictures.fits_brand(*size):
        raise ValidationFailed(details=[Detail(text("campaign.image_too_small"), field=field)])


def content(cipher: TenantCipher, image_id: UUID, use: ImageUse = "mms") -> bytes:
    """The JPEG as it is sent. Raises NotFound."""
    key = _key(cipher, image_id)
    try:
        with storage().read(key) as source:
            jpeg = SealedReader(cipher, source, key).readall() or b""
    except FileNotFoundError as error:
        raise NotFound from error
    return jpeg if use == "mms" else pictures.for_brand(jpeg, wide=use == "brand_wide")


def use_of(step: Mapping[str, Any]) -> ImageUse:
    """What a step needs its picture for."""
    if step["channel"] == Channel.MMS:
        return "mms"
    return "brand_wide" if step["image_wide"] else "brand"


def remove(connection: Connection, image_id: UUID, member_id: UUID) -> None:
    """Take a picture out of the choice; campaigns that were written with it keep it. Raises NotFound."""
    if not store.mark_deleted(connection, image_id):
        raise NotFound
    audit.record(connection, "image.removed", member_id=member_id, target=str(image_id))


def at_carrier(connection: Connection, image_id: UUID, account_id: UUID, use: ImageUse, now: datetime) -> str:
    """The carrier's id of a picture. Raises NotUploaded when it has none that lasts."""
    found = store.at_carrier(connection, (image_id, account_id, use), now + _SPARE)
    if found is None:
        raise NotUploaded(image_id, account_id, use)
    return found


def ensure_uploaded(tenant_id: UUID, missing: NotUploaded, clock: Clock = utc_now) -> None:
    """Hand a picture to an account's carrier unless it has it; no connection is held meanwhile.

    A carrier that keeps no pictures takes them with their messages. Raises CarrierRefused or LookUpFailed as
    `Gateway.upload_image`, NotOffered where no pictures are sent at all, NotFound.
    """
    image_id, account_id, use = place = (missing.image_id, missing.account_id, missing.use)
    with tenant_transaction(tenant_id) as connection:
        cipher = tenant_cipher(connection, tenant_id)
        if store.at_carrier(connection, place, clock() + _SPARE) is not None:
            return
        gateway = accounts.gateway_for(accounts.open_account(connection, cipher, account_id))
    uploaded = _uploaded(gateway, image_id, content(cipher, image_id, use), use)
    with tenant_transaction(tenant_id) as connection:
        store.keep_at_carrier(connection, place, uploaded.id, uploaded.expires_at)


def beside(cipher: TenantCipher, image_id: UUID, carrier_id: str) -> bytes | None:
    """The JPEG itself where it goes with each message; None where the carrier has it. Raises NotFound."""
    return content(cipher, image_id) if carrier_id == _WITH_MESSAGE else None


def _uploaded(gateway: Gateway, image_id: UUID, jpeg: bytes, use: ImageUse) -> CarrierImage:
    try:
        return gateway.upload_image(f"{image_id.hex[-12:]}.jpg", jpeg, use)
    except NotOffered:
        if use != "mms" or "mms" not in gateway.kinds:
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
