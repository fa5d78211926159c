"""Any sequence of edits, merges, imports and undos gives what a model predicts, field by field."""

import csv
import io
import itertools
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from shared.contacts import import_undo
from tests.contact_history import SOURCE, Changes, Event, Model, State, World, import_now, merge_event
from tests.factories import make_camp

FIELDS = ("name", "address", "note")
TEXTS = st.sampled_from(["", "", "가나", "다라마", "바사아"])
LABELS = ("취미", "직책")
TAGS = st.lists(st.sampled_from(["당원", "봉사", "후원"]), max_size=2, unique=True)
CHOICE = st.integers(0, 10**6)
_numbers = itertools.count(1)


def an_email() -> str:
    return f"person{next(_numbers)}@example.com"


class Histories(RuleBasedStateMachine):
    """Drives the API and the model side by side and compares them after every step."""

    app: object

    def __init__(self) -> None:
        super().__init__()
        self.camp = make_camp(self.app)
        self.model = Model()
        self.merges: list[UUID] = []
        self.imports: list[UUID] = []

    @initialize(count=st.integers(2, 3), data=st.data())
    def people(self, count: int, data: st.DataObject) -> None:
        for _ in range(count):
            self.create(data.draw(st.fixed_dictionaries(dict.fromkeys(FIELDS, TEXTS))), data.draw(TAGS))

    def create(self, fields: dict[str, str], tags: list[str]) -> None:
        email = an_email()
        body = {**fields, "tags": tags, "emails": [email]}
        made = self.ok(self.camp.api.post("/contacts", body))
        contact_id = UUID(made["id"])
        # Who is typed in has a source of its own, if the camp says so.
        given = fields | ({"source": made["source"]} if made["source"] else {})
        state = State({k: v for k, v in given.items() if v}, {}, set(tags))

        def apply(world: World) -> None:
            world.contacts[contact_id] = state.copy()
            world.holders[email] = contact_id

        self.model.add(Event({contact_id}, apply, creates=contact_id, changed=False))

    def ok(self, answer: Any) -> Any:
        assert answer.status_code < 300, answer.text
        return answer.json["data"]

    @rule(
        who=CHOICE,
        fields=st.dictionaries(st.sampled_from(FIELDS), TEXTS, max_size=2),
        tags=st.none() | TAGS,
        custom=st.none() | st.dictionaries(st.sampled_from(LABELS), st.sampled_from(["a", "b"])),
        points=st.sampled_from(["same", "add", "drop"]),
    )
    def edit(
        self,
        who: int,
        fields: dict[str, str],
        tags: list[str] | None,
        custom: dict[str, str] | None,
        points: str,
    ) -> None:
        world = self.model.world()
        contact_id = _pick(world.alive(), who)
        state, emails = world.contacts[contact_id], sorted(world.points(contact_id))
        body: dict[str, Any] = dict(fields)
        changes = Changes({k: v or None for k, v in fields.items() if (v or None) != state.fields.get(k)})
        if tags is not None:
            body["tags"] = tags
            changes.added, changes.removed = set(tags) - state.tags, state.tags - set(tags)
        if custom is not None:
            body["custom"] = custom
            changes.custom = {k: v for k, v in custom.items() if state.custom.get(k) != v}
            changes.custom |= dict.fromkeys(state.custom.keys() - custom.keys())
        if points == "add":
            changes.taken = {an_email()}
        elif points == "drop" and emails:
            changes.given_up = {_pick(emails, who)}
        body["emails"] = [*(e for e in emails if e not in changes.given_up), *changes.taken]
        self.ok(self.camp.api.put(f"/contacts/{contact_id}", body))
        self.model.add(
            Event({contact_id}, lambda world: changes.apply_to(world, contact_id), changed=bool(changes))
        )

    @precondition(lambda self: len(self.model.world().alive()) > 1)
    @rule(keep=CHOICE, others=st.lists(CHOICE, min_size=1, max_size=2), chosen=st.data())
    def merge(self, keep: int, others: list[int], chosen: st.DataObject) -> None:
        alive = self.model.world().alive()
        keep_id = _pick(alive, keep)
        merged = list(dict.fromkeys(_pick([a for a in alive if a != keep_id], other) for other in others))
        names = chosen.draw(st.lists(st.sampled_from([*FIELDS, "custom"]), max_size=2, unique=True))
        fields = {name: chosen.draw(st.sampled_from([keep_id, *merged])) for name in names}
        body = {
            "keep_id": str(keep_id),
            "merge_ids": [str(m) for m in merged],
            "fields": {name: str(contact_id) for name, contact_id in fields.items()},
        }
        merge_id = UUID(self.ok(self.camp.api.post("/contacts/merges", body))["id"])
        self.merges.append(merge_id)
        for merged_id in merged:
            self.model.add(merge_event(keep_id, merged_id, fields, merge_id))

    @precondition(lambda self: self.merges)
    @rule(which=CHOICE)
    def undo_merge(self, which: int) -> None:
        self.part(self.merges.pop(which % len(self.merges)))

    def part(self, merge_id: UUID) -> None:
        answer = self.ok(self.camp.api.post(f"/contacts/merges/{merge_id}/undo"))
        assert len(answer["contacts"]) >= 2
        again = self.camp.api.post(f"/contacts/merges/{merge_id}/undo")
        assert again.status_code == 409
        self.model.undo(merge_id)
        self.check()

    @rule(
        who=st.lists(CHOICE, max_size=2),
        new=st.booleans(),
        fields=st.fixed_dictionaries(dict.fromkeys(("address", "note", "custom:취미"), TEXTS)),
        tags=TAGS,
        overwrite=st.booleans(),
    )
    def import_a_row(
        self, who: list[int], new: bool, fields: dict[str, str], tags: list[str], overwrite: bool
    ) -> None:
        """A file with one person: somebody new, somebody known, or two who turn out to be one."""
        world = self.model.world()
        known = [one for one in world.alive() if world.points(one)]
        persons = sorted({_pick(known, w) for w in who}) if known else []
        emails = [min(world.points(one)) for one in persons]
        emails += [an_email()] if new or not emails else []
        import_id = import_now(
            self.camp,
            _csv({"이메일": ", ".join(emails), **fields, "태그": ",".join(tags)}),
            mapping={"이메일": "email", "태그": "tags", **{name: name for name in fields}},
            on_existing="overwrite" if overwrite else "fill",
        )
        self.imports.append(import_id)
        if persons:
            self._joined(import_id, persons, emails, fields, tags, overwrite=overwrite)
        else:
            self._made(import_id, emails, fields, tags)

    def _made(self, import_id: UUID, emails: list[str], fields: dict[str, str], tags: list[str]) -> None:
        (row,) = self.camp.rows("SELECT contact_id FROM import_results WHERE import_id = %s", import_id)
        plain = {name: text for name, text in fields.items() if text and ":" not in name}
        custom = {"취미": fields["custom:취미"]} if fields["custom:취미"] else {}
        state = State(plain | {"source": SOURCE}, custom, set(tags))
        contact_id = row["contact_id"]

        def apply(world: World) -> None:
            world.contacts[contact_id] = state.copy()
            world.holders |= dict.fromkeys(emails, contact_id)

        self.model.add(Event({contact_id}, apply, import_id, creates=contact_id))

    def _joined(
        self,
        import_id: UUID,
        persons: list[UUID],
        emails: list[str],
        fields: dict[str, str],
        tags: list[str],
        *,
        overwrite: bool,
    ) -> None:
        kept, *others = persons
        for other in others:
            self.model.add(merge_event(kept, other, {}, import_id))
        world = self.model.world()
        state = world.contacts[kept]
        plain = {name: text for name, text in fields.items() if text and ":" not in name}
        changes = Changes(
            {
                n: t
                for n, t in plain.items()
                if t != state.fields.get(n) and (overwrite or n not in state.fields)
            },
            added=set(tags) - state.tags,
            taken=set(emails) - world.points(kept),
        )
        if "source" not in state.fields:
            changes.fields["source"] = SOURCE
        hobby = fields["custom:취미"]
        if hobby and hobby != state.custom.get("취미") and (overwrite or "취미" not in state.custom):
            changes.custom = {"취미": hobby}
        self.model.add(Event({kept}, lambda world: changes.apply_to(world, kept), import_id))

    @precondition(lambda self: self.imports)
    @rule(which=CHOICE)
    def undo_import(self, which: int) -> None:
        import_id = self.imports.pop(which % len(self.imports))
        preview = self.ok(self.camp.api.get(f"/contacts/imports/{import_id}/undo-preview"))
        with self.camp.transaction() as connection:
            import_undo.begin(connection, import_id, self.camp.member_id, may_undo_others=True)
        import_undo.run(self.camp.tenant_id, import_id)
        done = self.ok(self.camp.api.get(f"/contacts/imports/{import_id}"))["undo"]
        assert (done["restored"], done["removed"], done["kept"]) == tuple(preview.values())
        self.model.undo(import_id)
        self.check()

    def check(self) -> None:
        world = self.model.world()
        for contact_id, state in world.contacts.items():
            answer = self.camp.api.get(f"/contacts/{contact_id}")
            if state.merged_into is not None:
                assert answer.status_code == 404, contact_id
                continue
            assert _seen(self.ok(answer)) == _expected(world, contact_id)

    def teardown(self) -> None:
        """In the end everything is undone, in some order, and everybody can be found."""
        self.check()
        for merge_id in self.merges[::2] + self.merges[1::2]:
            self.part(merge_id)
        while self.imports:
            self.undo_import(len(self.imports) // 2)
        self.check()
        world = self.model.world()
        for point, holder in world.holders.items():
            found = self.ok(self.camp.api.get("/contacts", params={"q": point}))
            assert [item["id"] for item in found] == [str(holder)], point
        assert not self.camp.rows("SELECT 1 FROM contact_changes WHERE cause IN ('merge', 'import')")
        assert not self.camp.rows("SELECT 1 FROM point_changes WHERE cause IN ('merge', 'import')")


def _csv(row: dict[str, str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([list(row), list(row.values())])
    return text.getvalue()


def _pick(items: list[Any], number: int) -> Any:
    return items[number % len(items)]


def _seen(contact: dict[str, Any]) -> tuple[object, ...]:
    fields = {name: contact[name] for name in (*FIELDS, "source") if contact[name]}
    return fields, contact["custom"], set(contact["tags"]), set(contact["emails"])


def _expected(world: World, contact_id: UUID) -> tuple[object, ...]:
    state = world.contacts[contact_id]
    return state.fields, state.custom, state.tags, world.points(contact_id)


def test_any_sequence_of_changes_and_undos_gives_what_never_undoing_them_would(app: object) -> None:
    machine = type("Machine", (Histories,), {"app": app})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=15,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
