"""Segments: saved filters over contacts, and the SQL conditions they become."""

from shared.segments.filters import compile_filter, criteria_of, is_readable
from shared.segments.segments import (
    SAMPLE_SIZE,
    Count,
    Segment,
    SegmentDraft,
    change,
    condition_of,
    create,
    criteria,
    get,
    list_all,
    look,
    reach,
    remove,
    stored_filter,
)

__all__ = [
    "SAMPLE_SIZE",
    "Count",
    "Segment",
    "SegmentDraft",
    "change",
    "compile_filter",
    "condition_of",
    "create",
    "criteria",
    "criteria_of",
    "get",
    "is_readable",
    "list_all",
    "look",
    "reach",
    "remove",
    "stored_filter",
]
