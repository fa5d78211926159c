"""What the API takes and says about imports."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from shared.contacts.headers import CUSTOM, FIELDS
from shared.contacts.models import SharedEmail, SharedPhone, Tag

OnExisting = Literal["fill", "overwrite", "skip"]
# 개인정보 보호법 제15조 제1항, and what is public by the person's own doing.
LegalBasis = Literal[
    "consent", "legal_obligation", "public_task", "contract", "legitimate_interest", "public_disclosure"
]
Label = Annotated[str, StringConstraints(max_length=250)]


class ImportOptions(BaseModel):
    """How a file is to be imported.

    `mapping`: column header → field (name, phone, landline, email, kakao_id, address, tags, note, birth,
    consent_at, consented, opt_out, `custom:<label>`, ignore); columns it does not name are left out.
    `on_existing`: fill empty fields of known contacts, overwrite them, or skip those contacts.
    `sensitive_consent`: the headers of sensitive columns for which a separate consent exists.
    `sheet`: which sheet of a workbook. `mends`: the import whose rejected rows this file brings back.
    `confirm_mapping` always stops for a person to confirm. Without
    `source` and `legal_basis` an import stops, too.
    """

    model_config = ConfigDict(extra="forbid")

    mapping: dict[Label, Label] | None = Field(default=None, max_length=1000)
    on_existing: OnExisting = "fill"
    tags: list[Tag] = Field(default_factory=list, max_length=20)
    source: str | None = Field(default=None, max_length=200)
    legal_basis: str | None = Field(default=None, max_length=100)
    sheet: str | None = Field(default=None, max_length=100)
    sensitive_consent: dict[Label, bool] = Field(default_factory=dict, max_length=1000)
    mends: UUID | None = None
    confirm_mapping: bool = False

    @field_validator("mapping")
    @classmethod
    def _known_fields(cls, mapping: dict[str, str] | None) -> dict[str, str] | None:
        return check_fields(mapping) if mapping is not None else None


class UploadOptions(ImportOptions):
    """What an upload may ask for. Imports of before may hold other words as their legal basis."""

    legal_basis: LegalBasis | None = None


class MappingRequest(BaseModel):
    """The confirmed mapping of an import that waits for it; the other options replace those of the upload.

    Another `sheet` than the one that was read is read first, and the import waits again. `generated_reason`:
    why a list that looks made up may go on all the same; an Admin's word.
    """

    model_config = ConfigDict(extra="forbid")

    mapping: dict[Label, Label] = Field(default_factory=dict, max_length=1000)
    sheet: str | None = Field(default=None, max_length=100)
    on_existing: OnExisting | None = None
    tags: list[Tag] | None = Field(default=None, max_length=20)
    source: str | None = Field(default=None, max_length=200)
    legal_basis: LegalBasis | None = None
    sensitive_consent: dict[Label, bool] | None = Field(default=None, max_length=1000)
    generated_reason: str | None = Field(default=None, min_length=1, max_length=500)

    @field_validator("mapping")
    @classmethod
    def _known_fields(cls, mapping: dict[str, str]) -> dict[str, str]:
        return check_fields(mapping)


def check_fields(mapping: dict[str, str]) -> dict[str, str]:
    """The mapping. Raises ValueError (a catalogue key) for a field that does not exist."""
    for field in mapping.values():
        if field not in FIELDS and not (field.startswith(CUSTOM) and field.removeprefix(CUSTOM).strip()):
            raise ValueError("import.unknown_field")
    return mapping


class ImportColumn(BaseModel):
    """A column of the file and what it is taken for.

    `sensitive`: importing it needs `sensitive_consent`. `refused`: the code of a column that the law keeps
    out; nothing of it was kept. `hidden`: the sheet hides it.
    """

    header: str
    field: str
    confidence: float
    samples: list[str]
    sensitive: bool = False
    refused: str | None = None
    hidden: bool = False


class ImportSheet(BaseModel):
    """A sheet of the workbook. `rows` includes header and notes; null if only its name is known."""

    name: str
    rows: int | None
    hidden: bool


class ImportGenerated(BaseModel):
    """Why a number list looks made up: the share of numbers in even steps (0 to 1), and some of them."""

    share: float
    examples_masked: list[str]


class ImportUndo(BaseModel):
    """Contacts that an undo restored, removed, and left as they are because of later changes."""

    restored: int
    removed: int
    kept: int


class ImportRowsQuery(BaseModel):
    """Which rows of an import: by outcome, or those repaired, sharing a phone, or kept by an undo."""

    outcome: (
        Literal["created", "updated", "merged", "unchanged", "duplicate", "repaired", "shared", "kept"] | None
    ) = None
    limit: int = Field(default=50, ge=1, le=100)
    cursor: int = Field(default=0, ge=0)


class FieldChange(BaseModel):
    """A field, a kind of point or `custom:<label>`; `merged`: another contact, by its name."""

    field: str
    before: str | list[str] | None
    after: str | list[str] | None


class ImportRow(BaseModel):
    """A row of a file and the contact that it became or touched, as that is now.

    `repairs`: cells as they were written and how they were read; without an `after`, what was left out: a
    part of a row that cannot be read or is too long, `tags` beyond what the camp can have. None of rows from
    before that was kept. `doubtful_name`: nothing was
    changed, but the name has the letters in `after`, which are rare and may be a slip.
    """

    row_number: int
    contact_id: UUID
    name: str | None
    phone: str | None
    outcome: str
    repaired: bool
    details: list[FieldChange]
    repairs: list[FieldChange] = Field(default_factory=list)
    shared_phones: list[SharedPhone]
    shared_emails: list[SharedEmail] = Field(default_factory=list)


class UndoPreview(BaseModel):
    """Contacts that an undo would restore, remove, and keep though the import made them."""

    restore: int
    remove: int
    keep: int


class ImportCounts(BaseModel):
    """Rows by their fate: rows = created + updated + merged + duplicate_rows + rejected + unchanged.

    `merged` rows joined contacts that had been two; `repaired` rows (a lost zero, a misspelt domain, a name
    with rare letters, a second number that cannot be read, tags beyond the camp's limit) are counted a second
    time here, as are phones and e-mail addresses that belong to somebody else of the family or the office
    (`shared_phones`). `reviews`: pairs of similar people to look at. `refusals` and `consents`: rows that
    said so, also rejected ones where a refusal can be kept.
    """

    rows: int
    created: int
    updated: int
    merged: int
    duplicate_rows: int
    rejected: int
    unchanged: int
    repaired: int
    shared_phones: int
    reviews: int
    refusals: int
    consents: int


class ImportProgress(BaseModel):
    done_rows: int
    total_rows: int
    percent: int


class ImportNote(BaseModel):
    """Something to know about a file: a stable code and a sentence."""

    code: str
    message: str


class ImportStarted(BaseModel):
    id: UUID
    status: str


class ImportItem(BaseModel):
    """One uploaded file and all it did. `started_at`: when work on it began, any waiting left out.

    `mended_by`: the imports that brought its rejected rows back, newest first (of an import that is shown
    whole).
    """

    id: UUID
    status: str
    file_name: str
    file_bytes: int
    counts: ImportCounts
    progress: ImportProgress
    columns: list[ImportColumn]
    sheets: list[ImportSheet]
    sheet: str | None
    generated: ImportGenerated | None
    remembered: bool
    options: ImportOptions
    warnings: list[ImportNote]
    error: ImportNote | None
    undo: ImportUndo | None
    can_undo: bool
    mended_by: list[UUID] = Field(default_factory=list)
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class ImportQuery(BaseModel):
    limit: int = Field(default=50, ge=1, le=100)
    cursor: UUID | None = None


class RejectedRowItem(BaseModel):
    """A row that was not imported: its number in the file, why, and its cells in the order of the columns."""

    row_number: int
    reason: str
    message: str
    cells: list[str]


class RejectedRowQuery(BaseModel):
    limit: int = Field(default=50, ge=1, le=100)
    cursor: int = Field(default=0, ge=0, le=2**31 - 1)
