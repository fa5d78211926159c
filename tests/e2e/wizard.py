"""The steps every campaign is written in, as a person clicks through them."""

from playwright.sync_api import expect

from tests.e2e.browser import Visitor
from tests.e2e.lists import MessyList
from tests.stack import Camp, Stack

NUMBER = {"kind": "phone", "value": "02-1234-5678", "registered_on": "2026-01-05"}
CHANNEL = {"kind": "kakao_channel", "value": "KA01PF" + "1" * 26, "label": "상도동 캠프"}


def camp_with_people(stack: Stack, *, kakao: bool = False) -> Camp:
    """A camp with the seven people of the messy list, a number, and with `kakao` a channel."""
    camp = Camp(stack)
    camp.finished_import(camp.upload(MessyList().file(), source="시험", legal_basis="consent"))
    camp.call("POST", "/senders", json=NUMBER)
    if kakao:
        camp.call("POST", "/senders", json=CHANNEL)
    return camp


def begin(visitor: Visitor, name: str, purpose: str = "행사 안내") -> None:
    """A new campaign, up to where its message is written."""
    visitor.go("/campaigns/new")
    visitor.write(campaign_name=name)
    visitor.choose("campaign-purpose", purpose)
    visitor.click("wizard-next")


def to_check(visitor: Visitor) -> None:
    """From the message over the order to the last look."""
    visitor.click("wizard-next")
    visitor.click("wizard-next")
    expect(visitor.at("compliance")).to_be_visible()
