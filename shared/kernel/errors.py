"""Errors a caller is told about: a stable code, an HTTP status, a sentence in the caller's language."""

from dataclasses import dataclass
from typing import Any, ClassVar

from shared.kernel.i18n import Text, text


@dataclass(frozen=True)
class Detail:
    """One reason among several: which field or rule, and the sentence."""

    message: Text
    field: str | None = None
    rule: str | None = None
    article: str | None = None

    def localized(self, language: str) -> dict[str, str]:
        named = {"field": self.field, "rule": self.rule, "article": self.article}
        return {k: v for k, v in named.items() if v} | {"message": self.message.in_language(language)}


class HanpyoError(Exception):
    """Base of every error that crosses the API. Never carries personal data."""

    code: ClassVar[str] = "INTERNAL_ERROR"
    status: ClassVar[int] = 500
    default: ClassVar[str] = "error.internal"

    def __init__(
        self,
        message: Text | str | None = None,
        *,
        details: list[Detail] | None = None,
        retry_after: int | None = None,
        **parameters: Any,
    ) -> None:
        """`message`: a Text, or the key of one in the catalogue (formatted with `parameters`)."""
        chosen = message if isinstance(message, Text) else text(message or self.default, **parameters)
        super().__init__(f"{self.code}: {chosen.en}")
        self.message = chosen
        self.details = details or []
        self.retry_after = retry_after


class ValidationFailed(HanpyoError):
    code, status, default = "VALIDATION_ERROR", 422, "error.validation"


class MalformedRequest(HanpyoError):
    code, status, default = "MALFORMED_REQUEST", 400, "error.malformed"


class Unauthenticated(HanpyoError):
    code, status, default = "UNAUTHENTICATED", 401, "error.unauthenticated"


class Forbidden(HanpyoError):
    code, status, default = "FORBIDDEN", 403, "error.forbidden"


class NotFound(HanpyoError):
    code, status, default = "NOT_FOUND", 404, "error.not_found"


class MethodNotAllowed(HanpyoError):
    code, status, default = "METHOD_NOT_ALLOWED", 405, "error.method_not_allowed"


class Conflict(HanpyoError):
    code, status, default = "CONFLICT", 409, "error.conflict"


class QuotaExceeded(HanpyoError):
    code, status, default = "QUOTA_EXCEEDED", 409, "error.quota_exceeded"


class ComplianceBlocked(HanpyoError):
    code, status, default = "COMPLIANCE_BLOCKED", 409, "error.compliance_blocked"


class PayloadTooLarge(HanpyoError):
    code, status, default = "PAYLOAD_TOO_LARGE", 413, "error.payload_too_large"


class UnsupportedMediaType(HanpyoError):
    code, status, default = "UNSUPPORTED_MEDIA_TYPE", 415, "error.unsupported_media_type"


class RateLimited(HanpyoError):
    code, status, default = "RATE_LIMITED", 429, "error.rate_limited"


class InternalError(HanpyoError):
    pass


class Unavailable(HanpyoError):
    code, status, default = "UNAVAILABLE", 503, "error.unavailable"


class StorageUnavailable(Unavailable):
    """Files can neither be read nor written: the disk is not mounted, the bucket not reached."""

    default = "error.storage_unavailable"


class StorageFull(StorageUnavailable):
    """There is no room for another file."""

    default = "error.storage_full"


ALL_ERRORS: tuple[type[HanpyoError], ...] = (
    ValidationFailed,
    MalformedRequest,
    Unauthenticated,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    Conflict,
    QuotaExceeded,
    ComplianceBlocked,
    PayloadTooLarge,
    UnsupportedMediaType,
    RateLimited,
    InternalError,
    Unavailable,
)
