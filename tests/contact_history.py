"""Imports run at once, and a model of what histories promise, for tests."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from shared.contacts import imports
from shared.contacts.finishing import finish
from shared.contacts.ingest import ingest
from tests.factories import Camp

SOURCE = "시험 명단"


def import_now(camp: Camp, text: str, **options: Any) -> UUID:
    """Imports a CSV in this thread, with the code that the workers run."""
    given = {"source": SOURCE, "legal_basis": "consent", **options}
    answer = camp.api.upload("/contacts/imports", text.encode(), **given)
    import_id = UUID(answer.json["data"]["id"])
    for number in imports.inspect(camp.tenant_id, import_id):
        if ingest(camp.tenant_id, import_id, number):
            finish(camp.tenant_id, import_id)
    status = camp.api.get(f"/contacts/imports/{import_id}").json["data"]["status"]
    assert status == "completed", status
    return import_id


@dataclass
class State:
    """A contact as the model sees it."""

    fields: dict[str, str] = field(default_factory=dict)
    custom: dict[str, str] = field(default_factory=dict)
    tags: set[str] = field(default_factory=set)
    merged_into: UUID | None = None

    def copy(self) -> "State":
        return State(dict(self.fields), dict(self.custom), set(self.tags), self.merged_into)


@dataclass
class World:
    """Every contact, and who has which point."""

    contacts: dict[UUID, State] = field(default_factory=dict)
    holders: dict[str, UUID] = field(default_factory=dict)

    def alive(self) -> list[UUID]:
        return [id_ for id_, state in self.contacts.items() if state.merged_into is None]

    def points(self, contact_id: UUID) -> set[str]:
        return {point for point, holder in self.holders.items() if holder == contact_id}


@dataclass
class Event:
    """Something that happened. `cause`: the merge or import by which it is undone; None for an edit."""

    contacts: set[UUID]
    apply: Callable[[World], None]
    cause: UUID | None = None
    changed: bool = True
    creates: UUID | None = None


@dataclass
class Changes:
    """What an edit or a file really changed in a contact; None clears."""

    fields: dict[str, str | None] = field(default_factory=dict)
    custom: dict[str, str | None] = field(default_factory=dict)
    added: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    given_up: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return any(vars(self).values())

    def apply_to(self, world: World, contact_id: UUID) -> None:
        if not self:  # a save that changed nothing keeps nobody whom an undone import had made
            return
        state = world.contacts[contact_id]
        for mine, given in ((state.fields, self.fields), (state.custom, self.custom)):
            for name, value in given.items():
                if value is None:
                    mine.pop(name, None)
                else:
                    mine[name] = value
        state.tags = (state.tags - self.removed) | self.added
        for point in self.given_up:
            world.holders.pop(point, None)
        for point in self.taken:
            world.holders[point] = contact_id


@dataclass
class Model:
    """The promise in one sentence: what is undone never happened, everything else did, in its order."""

    events: list[Event] = field(default_factory=list)
    # Contacts that an undone import had made and that stayed, because something else had happened to them.
    kept: set[UUID] = field(default_factory=set)

    def world(self) -> World:
        world = World()
        for event in self.events:
            event.apply(world)
        return world

    def add(self, event: Event) -> None:
        self.events.append(event)

    def undo(self, cause: UUID) -> None:
        """Takes a merge or an import out; what the import made stays if something else happened to it."""
        others = [event for event in self.events if event.cause != cause and event.changed]
        touched = {contact_id for event in others for contact_id in event.contacts}
        made = [event.creates for event in self.events if event.cause == cause and event.creates]
        self.kept |= touched.intersection(made)
        self.events = [event for event in self.events if event.cause != cause or event.creates in self.kept]


def merge_event(keep_id: UUID, merged_id: UUID, fields: dict[str, UUID], cause: UUID) -> Event:
    """Fills what is empty or takes what was chosen, joins tags and own fields, hands over the points."""

    def apply(world: World) -> None:
        kept, merged = world.contacts[keep_id], world.contacts[merged_id]
        for name in {*kept.fields, *merged.fields, *fields} - {"custom"}:
            chosen = fields.get(name)
            take = chosen == merged_id if chosen else name not in kept.fields
            if take:
                kept.fields.pop(name, None)
                kept.fields |= {name: merged.fields[name]} if name in merged.fields else {}
        if fields.get("custom") == merged_id:
            kept.custom |= merged.custom
        elif "custom" not in fields:
            kept.custom = merged.custom | kept.custom
        kept.tags |= merged.tags
        for point in world.points(merged_id):
            world.holders[point] = keep_id
        merged.merged_into = keep_id

    return Event({keep_id, merged_id}, apply, cause)
