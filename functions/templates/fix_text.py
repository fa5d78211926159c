from pydantic import BaseModel, Field

from shared.messaging import replacements
from shared.messaging.models import CharacterOffer
from shared.runtime import Request, Role, http


class FixRequest(BaseModel):
    """A text or a subject as staff wrote it."""

    text: str = Field(max_length=4000)


class FixedText(BaseModel):
    """The text with every offer taken, and what was replaced ("" is left out)."""

    text: str
    replaced: list[CharacterOffer]


@http("POST", "/texts/fix", role=Role.STAFF, body=FixRequest)
def fix_text(request: Request) -> FixedText:
    """Replaces what a Korean phone cannot be sent (CP949): one click in the wizard."""
    text = request.body.text
    found = [CharacterOffer.model_validate(offer) for offer in replacements.offers(text)]
    return FixedText(text=replacements.fixed(text), replaced=found)
