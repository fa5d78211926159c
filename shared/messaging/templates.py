"""Templates: texts to use again; for Alimtalk, what Kakao has reviewed."""

import secrets
import string
from typing import Any
from uuid import UUID

from shared.kernel.database import Connection
from shared.kernel.errors import Conflict, NotFound
from shared.kernel.ids import new_id
from shared.messaging import accounts
from shared.messaging import store_templates as store
from shared.messaging.models import TemplateDraft, TemplateView
from shared.messaging.rendering import Channel, sanitize
from shared.security import audit

_ID_LETTERS = string.ascii_uppercase + string.digits


def list_all(connection: Connection) -> list[TemplateView]:
    """The camp's templates, newest first."""
    return [_view(row) for row in store.live(connection)]


def get(connection: Connection, template_id: UUID) -> TemplateView:
    """One template. Raises NotFound."""
    for row in store.by_ids(connection, [template_id]):
        if row["deleted_at"] is None:
            return _view(row)
    raise NotFound


def by_ids(connection: Connection, ids: list[UUID], *, deleted: bool = False) -> dict[UUID, TemplateView]:
    """Templates by id; with `deleted` also those a campaign was launched with and that are gone since."""
    rows = store.by_ids(connection, ids)
    return {row["id"]: _view(row) for row in rows if deleted or row["deleted_at"] is None}


def create(connection: Connection, draft: TemplateDraft, member_id: UUID | None) -> TemplateView:
    """Add a template; see `_fields` for when it counts as approved."""
    template_id = new_id()
    store.insert(connection, template_id, _fields(connection, draft))
    audit.record(connection, "template.created", member_id=member_id, target=str(template_id))
    return get(connection, template_id)


def change(connection: Connection, template_id: UUID, draft: TemplateDraft, member_id: UUID) -> TemplateView:
    """Replace a template. Campaigns keep the text they copied.

    Raises NotFound, and Conflict while a Kakao campaign under way is sent with it: half of its people would
    get something else than what was checked at the launch.
    """
    if store.in_use(connection, template_id):
        raise Conflict("template.in_use")
    if not store.update(connection, template_id, _fields(connection, draft)):
        raise NotFound
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
    """Templates that the carrier knows by an id."""
    return [_view(row) for row in store.at_carrier(connection)]


def _fields(connection: Connection, draft: TemplateDraft) -> dict[str, Any]:
    """The row of a template.

    An Alimtalk template is approved when staff enter the id Kakao gave it, or by the simulator, which
    reviews nothing. Without an id a real carrier refuses it, so it stays pending. Texts need no review.
    """
    fields = draft.model_dump(mode="json")
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
