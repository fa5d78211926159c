"""Pictures in Kakao bubbles and the buttons under them, as staff write them."""

import re
from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

MAX_BUTTONS = 5
WIDE_BUTTONS, WIDE_BUTTON_NAME = 2, 8
# NHN takes links of at most 1,000 characters.
_WEB = re.compile(r"https?://[^\s/?#]+\S{0,980}")
_APP_LINKS = 2


class ButtonDraft(BaseModel):
    """A button under a Kakao bubble; `type` is Kakao's (WL web link, AL app link, …)."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(min_length=1, max_length=14)]
    type: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{2}$")] = "WL"
    link_mobile: str | None = None
    link_pc: str | None = None
    link_android: str | None = None
    link_ios: str | None = None


class StepButton(ButtonDraft):
    """A button of a brand message: nobody reviews it, so it is checked here.

    A web link (WL) leads to a web address; an app link (AL) has two of Android, iOS and the web; AC, BK
    and MD lead nowhere. The name holds no variable.
    """

    name: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=14, pattern=r"^[^{}\n]+$")
    ]
    type: Annotated[str, StringConstraints(pattern=r"^(WL|AL|AC|BK|MD)$")] = "WL"

    @model_validator(mode="after")
    def _leads_somewhere(self) -> "StepButton":
        webs = [link for link in (self.link_mobile, self.link_pc) if link]
        if any(not _WEB.fullmatch(link) for link in webs):
            raise ValueError("campaign.button_link")
        if self.type == "WL" and not self.link_mobile:
            raise ValueError("campaign.button_link")
        apps = (self.link_android, self.link_ios, self.link_mobile)
        if self.type == "AL" and sum(bool(link) for link in apps) < _APP_LINKS:
            raise ValueError("campaign.button_link")
        return self


def _is_web(link: str) -> str:
    if not _WEB.fullmatch(link):
        raise ValueError("campaign.image_link")
    return link


class BubblePicture(BaseModel):
    """The picture of a brand message: where a touch of it leads, and whether its bubble is the wide one.

    A wide bubble has less room: two buttons with names of eight characters (its text: see `rendering`).
    """

    model_config = ConfigDict(extra="forbid")

    image_id: UUID | None = None
    image_link: Annotated[str, AfterValidator(_is_web)] | None = None
    image_wide: bool = False

    def check_picture(self, buttons: Sequence[ButtonDraft]) -> None:
        """Raises ValueError for a link or width without a picture, and for what a wide bubble cannot hold."""
        if self.image_id is None and (self.image_link or self.image_wide):
            raise ValueError("campaign.image")
        long = any(len(button.name) > WIDE_BUTTON_NAME for button in buttons)
        if self.image_wide and (len(buttons) > WIDE_BUTTONS or long):
            raise ValueError("campaign.wide_buttons")


StepButtons = Annotated[list[StepButton], Field(max_length=MAX_BUTTONS)]
