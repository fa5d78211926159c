"""Forms with a picture, as carriers take them that want no JSON."""

import re
import secrets
from collections.abc import Mapping

_PLAIN = re.compile(r"[^0-9A-Za-z._-]+")  # what no header needs to escape


def encode(fields: Mapping[str, str], part: str, file_name: str, jpeg: bytes) -> tuple[str, bytes]:
    """Content type and body of a form whose part named `part` is the picture."""
    boundary = f"----{secrets.token_hex(16)}"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    named = _PLAIN.sub("", file_name)
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="{part}"; filename="{named}"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    text = "".join(parts) + head
    body = text.encode("utf-8", "replace") + jpeg + f"\r\n--{boundary}--\r\n".encode()
    return f"multipart/form-data; boundary={boundary}", body
