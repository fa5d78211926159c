"""Two texts of a campaign's first step: kept, judged and composed, each for whom it was drawn.

A part of the audience, drawn at the freeze, gets the trial, half of them text A and half B. The rest waits,
due never, until the better one is chosen (`variants`). Nothing else of the campaign knows of the split: a
recipient is claimed once, and which text it gets is read where its message is composed.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.kernel.database import Connection
from shared.kernel.errors import Detail, ValidationFailed
from shared.kernel.i18n import text
from shared.messaging import store_splits as store
from shared.messaging.links import links_in
from shared.messaging.models import CampaignDraft
from shared.messaging.rendering import sanitize
from shared.messaging.split_models import SplitView, VariantText

Row = dict[str, Any]
A, B = "a", "b"


def keep(connection: Connection, campaign_id: UUID, draft: CampaignDraft, steps: Sequence[Row]) -> None:
    """Save a draft's split, or that it has none.

    Raises ValidationFailed when the rule should decide by openings and a text has no link to open.
    """
    other = draft.steps[0].variant_b
    if draft.ab is None or other is None:
        store.replace(connection, campaign_id, None)
        return
    automatic = draft.ab.decide == "auto"
    if automatic and not (links_in(steps[0]["body"]) and links_in(other.body)):
        raise ValidationFailed(details=[Detail(text("campaign.ab_no_links"), field="ab.decide")])
    settings = draft.ab.model_dump(include={"share_percent", "after_minutes", "minimum"})
    store.replace(connection, campaign_id, {**settings, **words_of(other), "is_automatic": automatic})


def words_of(variant: VariantText) -> Row:
    """A second text as it is stored and sent."""
    subject = sanitize(variant.subject) if variant.subject else None
    return {"subject": subject, "body": sanitize(variant.body)}


def of(connection: Connection, campaign: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The split of a stored campaign, or the second text (`variant_b`) of a draft that is not stored."""
    if campaign["id"] is None:
        other: Mapping[str, Any] | None = campaign.get("variant_b")
        return other
    return store.get(connection, campaign["id"])


def view(row: Mapping[str, Any]) -> SplitView:
    """A split as the API shows it."""
    return SplitView(
        decide="auto" if row["is_automatic"] else "hand",
        **{name: row[name] for name in SplitView.model_fields if name != "decide"},
    )


def in_words(step: Row, split: Mapping[str, Any] | None, variant: str | None) -> Row:
    """A step in the text of a variant. Only the first step has two."""
    if split is None or step["position"] != 1:
        return step
    if variant != B:
        return {**step, "variant": A}
    return {**step, "variant": B, "subject": split["subject"], "body": split["body"]}


def in_both(step: Row, split: Mapping[str, Any] | None) -> Row:
    """A step with the words of both its texts, for whoever only looks for words."""
    if split is None or step["position"] != 1:
        return step
    both = f"{step['body']}\n{split['subject'] or ''}\n{split['body']}"
    return {**step, "body": both}


def by_text(
    step: Row, split: Mapping[str, Any] | None, claimed: Sequence[Row]
) -> list[tuple[Row, list[Row]]]:
    """Claimed recipients of a step with the text each gets: the one drawn for them, else the chosen one."""
    if split is None or step["position"] != 1:
        return [(step, list(claimed))]
    groups: dict[str, list[Row]] = {A: [], B: []}
    for row in claimed:
        groups[row["variant"] or split["chosen"] or A].append(row)
    return [(in_words(step, split, variant), rows) for variant, rows in groups.items() if rows]


def trial_sizes(people: int, share_percent: int) -> tuple[int, int]:
    """How many try A and B: half of the share each, at least one where there are two people."""
    if people < 2:
        return people, 0
    each = max(1, people * share_percent // 200)
    return each, each


def begin(
    connection: Connection, campaign_id: UUID, split: Mapping[str, Any], people: int, start: datetime
) -> None:
    """Draw the trial among those who wait. In the transaction of the freeze, so once."""
    store.draw(connection, campaign_id, *trial_sizes(people, split["share_percent"]), start)
