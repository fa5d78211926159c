"""E-mail addresses as people type them: repaired and checked."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from shared.contacts.vocabulary import MAIL_DOMAINS, PLACEHOLDERS, UNSEEN

MAX_ADDRESS = 254  # RFC 5321 §4.5.3.1.3, less the angle brackets
MAX_LOCAL = 64


class Email(NamedTuple):
    """A normalised address: lower case, ASCII."""

    address: str
    repaired: bool


class EmailCell(NamedTuple):
    """What a cell held: its addresses in order, and the reason codes of the parts that are none."""

    emails: tuple[Email, ...]
    problems: tuple[str, ...]


EMPTY_CELL = EmailCell((), ())

# Most addresses: nothing to repair and nothing to look at twice.
_PLAIN = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*@((?:[a-z0-9]+[.-])*[a-z0-9]+\.[a-z]{2,20})")
_VALID = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}"
)
_COMMA_FOR_DOT = re.compile(r",(?=(?:com|net|kr|co|org)\b)")
# Words around an address: 회사: hong@…, hong@…(개인), hong@… 개인.
_LABEL = re.compile(
    r"(?:^|(?<=[\s,;/|]))[가-힣]+\s*[:)]|[(\[][^()\[\]@]*[가-힣][^()\[\]@]*[)\]]|(?<=[a-z])\s+[가-힣]+$"
)
_BETWEEN = re.compile(r"<([^<>]*@[^<>]*)>")


def parse_emails(cell: str) -> EmailCell:
    """The addresses of a cell and the reason codes of what could not be read. Never raises."""
    plain = _PLAIN.fullmatch(cell)
    if plain is not None and plain.group(1) not in MAIL_DOMAINS and len(cell) <= MAX_LOCAL:
        return EmailCell((Email(cell, False),), ())
    return _parse_messy(cell)


@lru_cache(maxsize=20_000)
def _parse_messy(cell: str) -> EmailCell:
    text = unicodedata.normalize("NFKC", UNSEEN.sub("", cell)).strip().strip("'\"").lower()
    text = text.removeprefix("mailto:")
    if text.replace(" ", "") in PLACEHOLDERS or not text:
        return EMPTY_CELL
    if len(text) > 3 * MAX_ADDRESS:
        return EmailCell((), ("email_invalid",))
    dotted = _COMMA_FOR_DOT.sub(".", text)
    emails: dict[str, Email] = {}
    problems: list[str] = []
    for part in _parts(_LABEL.sub(" ", dotted)):
        found = _parse_one(part)
        if isinstance(found, Email):
            emails.setdefault(found.address, Email(found.address, found.repaired or dotted != text))
        else:
            problems.append(found)
    return EmailCell(tuple(emails.values()), tuple(problems))


def _parts(text: str) -> list[str]:
    if bracketed := _BETWEEN.findall(text):
        return bracketed
    splitter = r"[,;/|\s]+" if text.count("@") > 1 else r"[,;|]+"
    return [part for part in re.split(splitter, text) if part.strip()] or [text]


def _parse_one(part: str) -> Email | str:
    text = "".join(part.split()).strip(".,;:'\"()<>")
    local, at, domain = text.rpartition("@")
    if not at:
        return "email_no_at"
    if re.search(r"[가-힣ㄱ-ㅎ]", text):
        return "email_letters"
    right = MAIL_DOMAINS.get(domain.strip("."), re.sub(r"\.{2,}", ".", domain))
    address = f"{local}@{right}"
    if len(local) > MAX_LOCAL or len(address) > MAX_ADDRESS or not _VALID.fullmatch(address):
        return "email_invalid"
    return Email(address, right != domain)
