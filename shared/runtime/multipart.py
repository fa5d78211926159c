"""The parts of a multipart form, one after the other as they stream in."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import falcon
from falcon.media.multipart import MultipartForm, MultipartFormHandler
from falcon.typing import ReadableIO

from shared.kernel.errors import MalformedRequest, UnsupportedMediaType

_ENDLESS = 2**62


class FormHandler(MultipartFormHandler):
    """Takes a body sent in chunks too, without a length: the server in front of us ends its stream."""

    def deserialize(
        self, stream: ReadableIO, content_type: str | None, content_length: int | None
    ) -> MultipartForm:
        return super().deserialize(
            stream, content_type, _ENDLESS if content_length is None else content_length
        )


@dataclass(frozen=True)
class FormPart:
    """One part. `read` gives its next bytes, b"" at its end; it is gone once the next part is asked for."""

    name: str
    file_name: str
    _stream: Any

    def read(self, size: int, /) -> bytes:
        try:
            data: bytes = self._stream.read(size)
        except falcon.HTTPError as error:
            raise MalformedRequest from error
        return data


def form_parts(raw: falcon.Request) -> Iterator[FormPart]:
    """The parts. Raises UnsupportedMediaType for another kind of body, MalformedRequest for a broken one."""
    if not (raw.content_type or "").startswith("multipart/form-data"):
        raise UnsupportedMediaType
    try:
        for part in raw.get_media():
            yield FormPart(part.name or "", part.filename or "", part.stream)
    except (falcon.HTTPError, ValueError, LookupError) as error:  # names in an encoding that is none
        raise MalformedRequest from error
