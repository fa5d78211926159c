"""What the API takes and says about imports."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from shared.contacts.headers import CUSTOM, FIELDS
from shared.contacts.models import Tag

OnExisting = Literal["fill", "overwrite", "skip"]
Label = Annotated[str, StringConstraints(max_length=250)]


class ImportOptions(BaseModel):
    """How a file is to be imported.

    `mapping`: column header → field (name, phone, landline, email, kakao_id, address, tags, note, birth,
    `custom:<label>`, ignore); columns it does not name are left out. `on_existing`: fill empty fields of
    known contacts, overwrite them, or skip those contacts. `confirm_mapping` always stops for a person to
    confirm.
    """

    model_config = ConfigDict(extra="forbid")

    mapping: dict[Label, Label] | None = Field(default=None, max_length=1000)
    on_existing: OnExisting = "fill"
    tags: list[Tag] = Field(default_factory=list, max_length=20)
    source: str | None = Field(default=None, max_length=200)
    legal_basis: str | None = Field(default=None, max_length=100)
    confirm_mapping: bool = False

    @field_validator("mapping")
    @classmethod
    def _known_fields(cls, mapping: dict[str, str] | None) -> dict[str, str] | None:
        return check_fields(mapping) if mapping is not None else None


class MappingRequest(BaseModel):
    """The confirmed mapping of an import that waits for it; the other options replace those of the upload."""

    model_config = ConfigDict(extra="forbid")

    mapping: dict[Label, Label] = Field(max_length=1000)
    on_existing: OnExisting | None = None
    tags: list[Tag] | None = Field(default=None, max_length=20)
    source: str | None = Field(default=None, max_length=200)
    legal_basis: str | None = Field(default=None, max_length=100)

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
    """A column of the file and what it is taken for."""

    header: str
    field: str
    confidence: float
    samples: list[str]


class ImportCounts(BaseModel):
    """Rows by their fate: rows = created + updated + merged + duplicate_rows + rejected + unchanged.

    `merged` rows joined contacts that had been two; `repaired` rows (a lost zero, a misspelt domain) are
    counted a second time here.
    """

    rows: int
    created: int
    updated: int
    merged: int
    duplicate_rows: int
    rejected: int
    unchanged: int
    repaired: int


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
    """One uploaded file and all it did."""

    id: UUID
    status: str
    file_name: str
    file_bytes: int
    counts: ImportCounts
    progress: ImportProgress
    columns: list[ImportColumn]
    options: ImportOptions
    warnings: list[ImportNote]
    error: ImportNote | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class ImportQuery(BaseModel):
    limit: int = Field(default=50, ge=1, le=100)
    cursor: UUID | None = None
