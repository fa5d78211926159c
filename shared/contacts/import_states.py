"""The life of an import, as data: into which status it may move, and from where."""

from types import MappingProxyType

ALLOWED_FROM = MappingProxyType(
    {
        "queued": ("awaiting_mapping",),  # another sheet was chosen
        "inspecting": ("queued", "inspecting"),
        "awaiting_mapping": ("inspecting",),
        "ingesting": ("inspecting", "awaiting_mapping"),
        "deduplicating": ("ingesting",),
        "completed": ("deduplicating",),
        "failed": ("queued", "inspecting", "awaiting_mapping", "ingesting", "deduplicating"),
        # `undoing` and `undone`: import_undo
    }
)
TERMINAL = frozenset({"completed", "failed", "undone"})
# What a worker should be doing; recover_imports looks after these.
WORKING = ("queued", "inspecting", "ingesting", "deduplicating")
