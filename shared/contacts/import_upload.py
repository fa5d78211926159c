"""An upload's form, taken apart as it streams in."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from pydantic import ValidationError

from shared.contacts.import_files import ImportFiles, Received
from shared.contacts.import_models import ImportOptions, UploadOptions
from shared.kernel.config import settings
from shared.kernel.errors import Detail, PayloadTooLarge, ValidationFailed
from shared.kernel.i18n import has_text, text
from shared.kernel.storable import storable
from shared.kernel.storage import storage
from shared.security.cipher import TenantCipher

MAX_FILE_NAME = 200
MAX_OPTIONS_BYTES = 256 * 1024
_FORM_OVERHEAD = 1024 * 1024


class Part(Protocol):
    """A part of the form: `file` or `options`."""

    @property
    def name(self) -> str: ...
    @property
    def file_name(self) -> str: ...
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class Upload:
    """A received form: where its file is stored, and how it is to be imported."""

    files: ImportFiles
    file_name: str
    received: Received
    options: ImportOptions


def check_size(content_length: int | None) -> None:
    """Raises PayloadTooLarge before a byte is read, when the client says how much it is going to send."""
    limit = settings().upload_limit_bytes
    if (content_length or 0) > limit + _FORM_OVERHEAD:
        raise PayloadTooLarge("error.upload_too_large", megabytes=limit // 1024 // 1024)


def receive_upload(parts: Iterable[Part], cipher: TenantCipher, import_id: UUID) -> Upload:
    """Stores the part `file` and reads the part `options`, in whichever order they come.

    Raises PayloadTooLarge or ValidationFailed; nothing stays stored then.
    """
    files = ImportFiles(storage(), cipher, import_id)
    try:
        return _read_form(parts, files)
    except BaseException:
        files.delete()
        raise


def _read_form(parts: Iterable[Part], files: ImportFiles) -> Upload:
    received: Received | None = None
    file_name, options = "", ImportOptions()
    for part in parts:
        if part.name == "file" and received is None:
            received = files.receive(part, settings().upload_limit_bytes)
            file_name = storable(part.file_name)[-MAX_FILE_NAME:]
        elif part.name == "options":
            options = _read_options(part.read(MAX_OPTIONS_BYTES))
    if received is None:
        raise ValidationFailed(details=[Detail(text("import.no_file"), field="file")])
    return Upload(files, file_name, received, options)


def _read_options(data: bytes) -> ImportOptions:
    try:
        sent: Any = storable(json.loads(data.decode())) if data.strip() else {}
    except (ValueError, RecursionError) as error:
        raise ValidationFailed(details=[Detail(text("import.bad_options"), field="options")]) from error
    try:
        return UploadOptions.model_validate(sent)
    except ValidationError as error:
        raise ValidationFailed(details=[_detail(item) for item in error.errors()]) from error


def _detail(item: Any) -> Detail:
    place = ".".join(str(part) for part in ("options", *item["loc"]))
    key = str(item.get("ctx", {}).get("error", ""))
    return Detail(text(key if has_text(key) else "import.bad_options"), field=place)
