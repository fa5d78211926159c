"""Which column of a list holds what: proposed from its header and from its values.

Columns that the law forbids us to keep are found here too.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from shared.contacts.emails import parse_emails
from shared.contacts.identifiers import refused_header, refused_values
from shared.contacts.names import looks_like_name
from shared.contacts.phones import parse_phones
from shared.contacts.vocabulary import (
    FIELD_OF_HEADER,
    HEADER_PARTS,
    OPT_OUT,
    REFUSED,
    SENSITIVE,
    SOMEBODY_ELSE,
)

FIELDS = (
    "name", "phone", "landline", "email", "kakao_id", "address", "tags", "note", "birth",
    "consent_at", "consented", "opt_out", "ignore",
)  # fmt: skip
POINT_FIELDS = frozenset({"phone", "landline", "email", "kakao_id"})
CUSTOM = "custom:"
LEVELS = " / "  # between the lines of a header of two rows
SURE = 0.8
REFUSED_HEADERS = frozenset(name for _, names in REFUSED for name in names)


@dataclass(frozen=True)
class Proposal:
    """What a column is taken for: `field` is one of FIELDS or `custom:<label>`; confidence 0 to 1."""

    header: str
    field: str
    confidence: float
    sensitive: bool = False
    opt_out: bool = False


def normalize_header(header: str) -> str:
    """A header as we compare it: NFKC, lower case, without blanks, stars, brackets and their content."""
    text = unicodedata.normalize("NFKC", header).lower()
    bare = re.sub(r"\([^)]*\)|\[[^\]]*\]|<[^>]*>", "", text)
    return re.sub(r"[\s*_:'\"※]", "", bare) or re.sub(r"[\s*_()\[\]]", "", text)


def is_known_header(header: str) -> bool:
    """Whether a cell reads like a column's header."""
    normal = normalize_header(header)
    return normal in FIELD_OF_HEADER or normal in REFUSED_HEADERS or normal in SENSITIVE or normal in OPT_OUT


def is_sensitive(header: str) -> bool:
    """Whether a column holds sensitive information (개인정보 보호법 제23조), which needs its own consent."""
    return any(normalize_header(part) in SENSITIVE for part in (header, *header.split(LEVELS)))


def propose(headers: Sequence[str], samples: Sequence[Sequence[str]]) -> list[Proposal]:
    """One proposal per column from its header and a sample of its values.

    Only the first of several name columns is the name; phones, addresses and the like may repeat.
    """
    proposals = [_propose(header, values) for header, values in zip(headers, samples, strict=True)]
    return _one_name(proposals)


def is_confident(proposals: Sequence[Proposal]) -> bool:
    """Whether an import may go on without asking.

    A contact point is sure and none is doubtful; so is the name, unless no column is left that could be it.
    """
    sure = {proposal.field for proposal in proposals if proposal.confidence >= SURE}
    doubtful = {proposal.field for proposal in proposals if proposal.confidence < SURE}
    return bool(sure & POINT_FIELDS) and not doubtful & POINT_FIELDS and ("name" in sure or not doubtful)


def refused_column(header: str, values: Sequence[str]) -> str | None:
    """The reason code (see `identifiers`) when a column may not be imported at all."""
    return refused_header(normalize_header(header)) or refused_values(values)


def _propose(header: str, values: Sequence[str]) -> Proposal:
    normal = normalize_header(header)
    filled = [value for value in values if value.strip()]
    if any(word in normal for word in OPT_OUT):
        return Proposal(header, "opt_out", 1.0, opt_out=True)
    if is_sensitive(header):
        return Proposal(header, "ignore", 1.0, sensitive=True)
    named = _by_levels(header) or _by_header(normal)
    valued = _by_values(filled)
    if named is None:
        return Proposal(header, *(valued or (CUSTOM + header if header.strip() else "ignore", 0.5)))
    if valued is not None and not _agree(named[0], valued[0]):
        return Proposal(header, *valued) if named[0] == "ignore" else Proposal(header, named[0], named[1] / 2)
    return Proposal(header, *named)


def _by_header(normal: str) -> tuple[str, float] | None:
    if field := FIELD_OF_HEADER.get(normal):
        return field, 1.0
    if any(word in normal for word in SOMEBODY_ELSE):
        return None
    return next(((field, 0.85) for part, field in HEADER_PARTS if part in normal), None)


def _by_levels(header: str) -> tuple[str, float] | None:
    """A header of two rows: 자택 / 전화 is 자택전화, 연락처 / 휴대폰 is 휴대폰."""
    levels = [normalize_header(level) for level in header.split(LEVELS)]
    candidates = ("".join(levels), *reversed(levels)) if len(levels) > 1 else ()
    return next((named for normal in candidates if (named := _by_header(normal))), None)


def _by_values(filled: Sequence[str]) -> tuple[str, float] | None:
    """What four in five values look like, if anything."""
    for field, test, confidence in _VALUE_TESTS:
        if filled and sum(map(test, filled)) * 5 >= len(filled) * 4:
            return field, confidence
    return None


def _agree(named: str, valued: str) -> bool:
    """Whether values may stand under a header. Only another kind of contact point speaks against it."""
    if valued == "name" or named in ("note", "address", "tags", "kakao_id"):
        return True
    return valued == ("phone" if named == "landline" else named)


def _one_name(proposals: list[Proposal]) -> list[Proposal]:
    names = [p for p in proposals if p.field == "name"]
    best = max(names, key=lambda p: p.confidence, default=None)
    return [
        p if p.field != "name" or p is best else Proposal(p.header, CUSTOM + p.header, 0.5) for p in proposals
    ]


def _is_phone(value: str) -> bool:
    return bool(parse_phones(value).phones)


def _is_email(value: str) -> bool:
    return bool(parse_emails(value).emails)


_VALUE_TESTS = (("email", _is_email, 0.9), ("phone", _is_phone, 0.85), ("name", looks_like_name, 0.6))
