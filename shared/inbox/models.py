"""What the inbox shows and takes: the shapes of its API."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

ConversationFilter = Literal["all", "open", "closed", "mine", "unassigned", "unread"]
Direction = Literal["in", "out"]
# queued: not yet at the carrier; the others as in the ledger, given_up: it will not be sent (`reason`).
MessageFate = Literal["queued", "sending", "sent", "delivered", "failed", "unknown", "given_up"]
ReplyText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class StrictModel(BaseModel):
    """A misspelt field is an error, not silence."""

    model_config = ConfigDict(extra="forbid")


class Holder(BaseModel):
    """The contact who has the number now."""

    id: UUID
    name: str | None


class LastMessage(BaseModel):
    direction: Direction
    purpose: str
    text: str
    at: datetime


class Refusal(BaseModel):
    """The opt-out of this number; `DELETE /opt-outs/{id}` takes it back."""

    id: UUID
    source: str
    created_at: datetime


class Conversation(BaseModel):
    """Everything with one number. `peer` is the number as people write it, or the Kakao user's key.

    `unread` are texts that nobody has read; `opt_out` is the refusal that bars the number, if any.
    """

    id: UUID
    kind: Literal["phone", "kakao_key"]
    peer: str
    contact: Holder | None
    status: Literal["open", "closed"]
    assignee_id: UUID | None
    unread: int
    last: LastMessage | None
    opt_out: Refusal | None
    last_at: datetime
    created_at: datetime
    version: int


class ConversationChange(StrictModel):
    """What is sent changes. `assignee_id: null` takes the assignment away; `read_up_to` is the id of the
    newest message that was on the screen: what came after it stays unread."""

    status: Literal["open", "closed"] | None = None
    assignee_id: UUID | None = None
    read_up_to: UUID | None = None

    @model_validator(mode="after")
    def _something(self) -> "ConversationChange":
        if not self.model_fields_set:
            raise ValueError("inbox.no_change")
        return self


class ReplyDraft(StrictModel):
    """An answer; `#{이름}` and the other variables are filled in. Without `sender_id` it leaves from the
    number that was written to."""

    text: ReplyText
    sender_id: UUID | None = None


class ThreadMessage(BaseModel):
    """One message of a conversation.

    `source`: `conversation` (written here or received), or `campaign`. The text of a campaign's message is
    put together anew from what is known now, with the addresses its short links lead to; `exact` says whether
    it is what was sent, by the keyed hash in the ledger (null: short links stood in it, so that cannot be
    told). The text is null when the person was erased. `state` and `reason`: of what we sent.
    `pictures`: how many came with a text; they are not kept.
    """

    id: UUID
    source: Literal["conversation", "campaign"]
    direction: Direction
    purpose: Literal["message", "refusal", "confirmation", "campaign"]
    channel: str
    text: str | None
    exact: bool | None = True
    at: datetime
    state: MessageFate | None = None
    reason: str | None = None
    member_id: UUID | None = None
    campaign_id: UUID | None = None
    campaign_name: str | None = None
    pictures: int = 0


class InboxChanges(BaseModel):
    """Conversations that changed after a version, oldest change first; ask again with `version`, at once when
    there is `more`. `unread` counts conversations with unread texts, at most 1,000."""

    version: int
    more: bool
    unread: int
    items: list[Conversation]


class CannedDraft(StrictModel):
    """A text to answer with again."""

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    body: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class CannedReply(BaseModel):
    id: UUID
    title: str
    body: str
    created_at: datetime
    updated_at: datetime
