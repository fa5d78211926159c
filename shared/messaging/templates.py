"""Templates: texts to use again; for Alimtalk, what Kakao has reviewed.

An edit makes a new version. A campaign keeps the version it was written with, so nobody gets anything else
than what was checked at its launch.
"""

import secrets
import string
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from shared.kernel.database import Connection
from shared.kernel.errors import NotFound
from shared.kernel.ids import new_id
from shared.messaging import accounts, images
from shared.messaging import store_templates as store
from shared.messaging.button_models import BubblePicture
from shared.messaging.models import TemplateDraft, TemplateVersion, TemplateView
from shared.messaging.rendering import Channel, sanitize
from shared.security import audit

_ID_LETTERS = string.ascii_uppercase + string.digits
# What makes another version; a name is only how staff find it.
_TEXT = ("channel", "subject", "body", "buttons", *BubblePicture.model_fields)


def list_all(connection: Connection) -> list[TemplateView]:
    """The camp's templates in their newest version, newest template first."""
    return [_view(row) for row in store.live(connection)]


def get(connection: Connection, template_id: UUID) -> TemplateView:
    """One template in its newest version. Raises NotFound."""
    for row in store.by_ids(connection, [template_id]):
        if row["deleted_at"] is None:
            return _view(row)
    raise NotFound


def by_ids(connection: Connection, ids: list[UUID], *, deleted: bool = False) -> dict[UUID, TemplateView]:
    """Templates by id in their newest version; with `deleted` also those that are gone since."""
    rows = store.by_ids(connection, ids)
    return {row["id"]: _view(row) for row in rows if deleted or row["deleted_at"] is None}


def versions(connection: Connection, template_id: UUID) -> list[TemplateVersion]:
    """Every version of a template, newest first. Raises NotFound."""
    get(connection, template_id)
    names = TemplateVersion.model_fields
    return [
        TemplateVersion(**{name: row[name] for name in names})
        for row in store.versions(connection, template_id)
    ]


def of_steps(connection: Connection, steps: Sequence[Mapping[str, Any]]) -> dict[UUID, TemplateView]:
    """The templates that steps were written with, each in the step's version, deleted ones too."""
    wanted = [(s["template_id"], s.get("template_version") or 1) for s in steps if s["template_id"]]
    return {row["id"]: _view(row) for row in store.of_versions(connection, wanted)} if wanted else {}


def to_write_with(connection: Connection, ids: list[UUID]) -> dict[UUID, TemplateView]:
    """Templates for a new campaign: an Alimtalk in the newest version that Kakao approved, if there is one,
    anything else in its newest."""
    newest = by_ids(connection, ids)
    reviewed = [id_ for id_, one in newest.items() if one.channel == Channel.ALIMTALK]
    approved = {row["id"]: _view(row) for row in store.newest_approved(connection, reviewed)}
    return {**newest, **approved}


def create(connection: Connection, draft: TemplateDraft, member_id: UUID | None) -> TemplateView:
    """Add a template; see `_fields` for when it counts as approved.

    Raises ValidationFailed for its picture.
    """
    template_id = new_id()
    store.insert(connection, template_id, {**_fields(connection, draft), "member_id": member_id})
    audit.record(connection, "template.created", member_id=member_id, target=str(template_id))
    return get(connection, template_id)


def change(connection: Connection, template_id: UUID, draft: TemplateDraft, member_id: UUID) -> TemplateView:
    """Replace a template: another text is a new version, which Kakao reviews anew.

    Raises NotFound, ValidationFailed for its picture.
    """
    row = store.lock(connection, template_id)
    if row is None:
        raise NotFound
    fields = _fields(connection, _own_id(draft, row))
    same = all(fields[name] == row[name] for name in _TEXT)
    if same and draft.carrier_template_id in (None, row["carrier_template_id"]):
        store.rename(connection, template_id, draft.name)
    else:
        following = row["version"] + 1
        store.add_version(connection, template_id, following, {**fields, "member_id": member_id})
    audit.record(connection, "template.changed", member_id=member_id, target=str(template_id))
    return get(connection, template_id)


def remove(connection: Connection, template_id: UUID, member_id: UUID) -> None:
    """Delete a template; campaigns under way keep it. Raises NotFound."""
    if not store.mark_deleted(connection, template_id):
        raise NotFound
    audit.record(connection, "template.removed", member_id=member_id, target=str(template_id))


def implicit(connection: Connection, name: str, body: str) -> TemplateView:
    """A template made from a step that has only a body, for Kakao sends without a saved template."""
    return create(connection, TemplateDraft(name=name, channel=Channel.ALIMTALK, body=body), None)


def at_carrier(connection: Connection) -> list[TemplateView]:
    """Templates in every version that the carrier knows by an id."""
    return [_view(row) for row in store.at_carrier(connection)]


def _own_id(draft: TemplateDraft, row: Mapping[str, Any]) -> TemplateDraft:
    """A carrier's id names one reviewed text: with another text it is not taken along."""
    changed = (draft.body, draft.channel) != (row["body"], row["channel"])
    if changed and draft.carrier_template_id == row["carrier_template_id"]:
        return draft.model_copy(update={"carrier_template_id": None})
    return draft


def _fields(connection: Connection, draft: TemplateDraft) -> dict[str, Any]:
    """The row of a template.

    An Alimtalk template is approved when staff enter the id Kakao gave it, or by the simulator, which
    reviews nothing. Without an id a real carrier refuses it, so it stays pending. Texts need no review.
    """
    images.check_for_brand(connection, draft.image_id, "image_id")
    fields = draft.model_dump(mode="json") | {"image_id": draft.image_id}
    if draft.channel.is_text:
        fields["body"] = sanitize(draft.body)
    if draft.channel is Channel.ALIMTALK and not draft.carrier_template_id:
        if accounts.has_real_account(connection):
            return fields | {"status": "pending"}
        fields["carrier_template_id"] = _virtual_template_id()
    return fields | {"status": "approved"}


def _virtual_template_id() -> str:
    """An id in the carrier's shape for a template that only the simulator knows."""
    return "KA01TP" + "".join(secrets.choice(_ID_LETTERS) for _ in range(26))


def _view(row: dict[str, Any]) -> TemplateView:
    return TemplateView(**{name: row[name] for name in TemplateView.model_fields})
