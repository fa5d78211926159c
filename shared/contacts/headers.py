"""Which column of a list holds what: proposed from its header and from its values.

Columns that the law forbids us to keep are found here too.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from shared.contacts.emails import parse_emails
from shared.contacts.identifiers import refused_header, refused_values
from shared.contacts.kakao_ids import parse_kakao_id
from shared.contacts.names import looks_like_name
from shared.contacts.phones import parse_phones
from shared.contacts.vocabulary import (
    CONSENT_DAY_SHAPE,
    CONSENT_SHAPE,
    FAX,
    FIELD_OF_HEADER,
    GIVEN_NAMES,
    HEADER_PARTS,
    OF_WILL,
    OPT_OUT,
    RECEIVES_SHAPE,
    REFUSED,
    REFUSED_OUTRIGHT,
    SENSITIVE,
    SENSITIVE_SHAPE,
    SOMEBODY_ELSE,
    SURNAME_HEADERS,
    UNSEEN,
)

FIELDS = (
    "name", "phone", "landline", "email", "kakao_id", "address", "tags", "note", "birth",
    "consent_at", "consented", "opt_out", "ignore",
)  # fmt: skip
POINT_FIELDS = frozenset({"phone", "landline", "email", "kakao_id"})
CUSTOM = "custom:"
LEVELS = " / "  # between the lines of a header of two rows
SURE = 0.8
_UNSURE = 0.4
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
    text = unicodedata.normalize("NFKC", UNSEEN.sub("", header)).lower()
    bare = re.sub(r"\([^)]*\)|\[[^\]]*\]|<[^>]*>", "", text)
    return re.sub(r"[\s*_:'\"※]", "", bare) or re.sub(r"[\s*_()\[\]]", "", text)


def is_known_header(header: str) -> bool:
    """Whether a cell reads like a column's header."""
    normal = normalize_header(header)
    return normal in FIELD_OF_HEADER or normal in REFUSED_HEADERS or normal in SENSITIVE or normal in OPT_OUT


def is_sensitive(header: str) -> bool:
    """Whether a column holds sensitive information (개인정보 보호법 제23조), which needs its own consent."""
    parts = [normalize_header(part) for part in (header, *header.split(LEVELS))]
    return any(part in SENSITIVE or SENSITIVE_SHAPE.fullmatch(part) for part in parts)


def is_side_by_side(headers: Sequence[str]) -> bool:
    """Whether a list goes on beside itself (성명, 휴대폰, 성명, 휴대폰): a row then holds two people."""
    return _second_list(headers) is not None


def _second_list(headers: Sequence[str]) -> int | None:
    """Where the second of two lists that stand side by side begins: a name comes again behind a contact."""
    normal = [normalize_header(header) for header in headers]
    fields = [FIELD_OF_HEADER.get(each) for each in normal]
    again = [i for i, each in enumerate(normal) if normal.index(each) < i]
    if not any(fields[i] in POINT_FIELDS for i in again):
        return None
    names = (i for i in again if fields[i] == "name")
    return next((i for i in names if POINT_FIELDS & {*fields[normal.index(normal[i]) : i]}), None)


def propose(headers: Sequence[str], samples: Sequence[Sequence[str]]) -> list[Proposal]:
    """One proposal per column from its header and a sample of its values.

    Only the first of several name columns is the name, but for surname and given name; phones, addresses and
    the like may repeat. A second list beside the first is left out until somebody says what it is.
    """
    proposals = [_propose(header, values) for header, values in zip(headers, samples, strict=True)]
    if (second := _second_list(headers)) is not None:
        proposals[second:] = [replace(p, field="ignore", confidence=_UNSURE) for p in proposals[second:]]
    return _two_part_name(proposals) or _one_name(proposals)


def is_confident(proposals: Sequence[Proposal]) -> bool:
    """Whether an import may go on without asking.

    A contact point is sure and none is doubtful; so is the name, unless no column is left that could be it.
    """
    if is_side_by_side([proposal.header for proposal in proposals]):
        return False
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
    if any(word in _whole(header) for word in SOMEBODY_ELSE):
        return Proposal(
            header, CUSTOM + header, 0.5
        )  # 추천인 연락처: it looks like a phone, but not the row's
    named = _by_will(normal, filled) or _by_levels(header) or _by_header(normal)
    valued = _by_values(filled)
    if named is not None and named[1] < 1.0 and named[0] in POINT_FIELDS and OF_WILL.search(normal):
        named = None  # 이메일 수신동의: no address stands there
    if named is None:
        return Proposal(header, *(valued or (CUSTOM + header if header.strip() else "ignore", 0.5)))
    if named[0] == "kakao_id" and named[1] < 1.0 and not any(map(_is_kakao_id, filled)):
        return Proposal(header, "kakao_id", named[1] / 2)  # a chat that was saved: 산악회 님과 카카오톡 대화
    if valued is not None and not _agree(named[0], valued[0]):
        if named[0] == "ignore" and not any(word in normal for word in FAX):
            return Proposal(header, *valued)
        return Proposal(header, named[0], 1.0 if named[0] == "ignore" else named[1] / 2)
    return Proposal(header, *named)


def _whole(header: str) -> str:
    """A header with what stands in brackets: 휴대폰(보호자) is not the row's."""
    return "".join(unicodedata.normalize("NFKC", header).split())


def _by_header(normal: str) -> tuple[str, float] | None:
    if field := FIELD_OF_HEADER.get(normal):
        return field, 1.0
    return next(((field, 0.85) for part, field in HEADER_PARTS if part in normal), None)


def _by_will(normal: str, filled: Sequence[str]) -> tuple[str, float] | None:
    """A column that tells of consent, by its whole header."""
    if normal in FIELD_OF_HEADER:
        return None
    if CONSENT_DAY_SHAPE.fullmatch(normal):
        return "consent_at", 0.9
    refuses = any(value.strip() in REFUSED_OUTRIGHT for value in filled)
    if CONSENT_SHAPE.fullmatch(normal) or (refuses and RECEIVES_SHAPE.fullmatch(normal)):
        return "consented", 0.9
    return None


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
    # 성명 rather than 성명(한자).
    best = max(names, key=lambda p: (p.confidence, not re.search(r"[(\[（]", p.header)), default=None)
    return [
        p if p.field != "name" or p is best else Proposal(p.header, CUSTOM + p.header, 0.5) for p in proposals
    ]


def _two_part_name(proposals: list[Proposal]) -> list[Proposal] | None:
    """성 and 이름 in columns of their own make one name; None where they are not."""
    normal = [normalize_header(p.header) for p in proposals]
    surname = next((i for i, each in enumerate(normal) if each in SURNAME_HEADERS), None)
    given = next((i for i, each in enumerate(normal) if each in GIVEN_NAMES), None)
    if surname is None or given is None:
        return None
    others = [p for i, p in enumerate(proposals) if p.field == "name" and i not in (surname, given)]
    if any(p.confidence == 1.0 for p in others):
        return None
    # Neither a middle name nor a firm that reads like a name is the person's.
    apart = [replace(p, field=CUSTOM + p.header, confidence=0.5) if p in others else p for p in proposals]
    return [
        replace(p, field="name", confidence=1.0) if i in (surname, given) else p for i, p in enumerate(apart)
    ]


def _is_phone(value: str) -> bool:
    return bool(parse_phones(value).phones)


def _is_kakao_id(value: str) -> bool:
    return parse_kakao_id(value).kakao_id is not None


def _is_email(value: str) -> bool:
    return bool(parse_emails(value).emails)


_VALUE_TESTS = (("email", _is_email, 0.9), ("phone", _is_phone, 0.85), ("name", looks_like_name, 0.6))
