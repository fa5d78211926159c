"""The page behind an opt-out link: without a login, refused with one tap, for everybody to understand.

Opening it refuses nothing: programs fetch addresses to draw a preview of them, people tap the button.
공직선거법 제82조의5 제2항, 정보통신망법 제50조 제6항: refusing must be easy and free of charge.
"""

from html import escape
from typing import NamedTuple
from uuid import UUID

from shared.kernel.database import system_transaction, tenant_transaction
from shared.kernel.errors import NotFound
from shared.kernel.i18n import Text, text
from shared.messaging import opt_outs, people, store_links
from shared.messaging.links import OPT_OUT_TARGET, token_number
from shared.security.cipher import TenantCipher, tenant_cipher

_PAGE = """<!doctype html>
<html lang="ko"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow"><title>{title}</title>
<style>body{{font-family:sans-serif;max-width:32rem;margin:0 auto;padding:2.5rem 1.25rem;color:#1f2937;
line-height:1.6}}h1{{font-size:1.4rem}}button{{font:inherit;font-weight:700;width:100%;padding:.9rem;border:0;
border-radius:.6rem;background:#b91c1c;color:#fff}}small{{color:#4b5563}}</style></head>
<body><main><h1>{title}</h1><p>{words}</p>{form}<p lang="en"><small>{english}</small></p></main></body>
</html>"""
_FORM = '<form method="post"><button type="submit">{button}</button></form>'


class _Refuser(NamedTuple):
    tenant_id: UUID
    camp: str
    phone_hash: bytes
    phone_sealed: bytes | None


def ask(token: str) -> bytes:
    """The page with its button. Raises NotFound for what is no opt-out link."""
    who = _who(token)
    return _page(
        who, text("refusal.ask", camp=who.camp, number=_masked(who)), button=text("refusal.button").ko
    )


def refuse(token: str) -> bytes:
    """Opt the recipient out of everything; twice is as good as once. Raises NotFound."""
    who = _who(token)
    with tenant_transaction(who.tenant_id) as connection:
        cipher = tenant_cipher(connection, who.tenant_id)
        opt_outs.add_by_link(connection, cipher, who.phone_hash, who.phone_sealed)
    return _page(who, text("refusal.done", camp=who.camp, number=_masked(who)))


def _who(token: str) -> _Refuser:
    try:
        number = token_number(token)
    except ValueError as error:
        raise NotFound from error
    with system_transaction() as connection:
        tenant_id = store_links.tenant_of(connection, number)
    if tenant_id is None:
        raise NotFound
    with tenant_transaction(tenant_id) as connection:
        row = store_links.recipient_of(connection, number)
    if row is None or row["url"] != OPT_OUT_TARGET:
        raise NotFound
    return _Refuser(tenant_id, row["camp"], bytes(row["phone_hash"]), row["phone_sealed"])


def _masked(who: _Refuser) -> str:
    """The number with its middle hidden: whoever was forwarded the link learns no number."""
    with tenant_transaction(who.tenant_id) as connection:
        cipher: TenantCipher = tenant_cipher(connection, who.tenant_id)
    phone = cipher.open_optional(people.PHONE, who.phone_sealed)
    return people.masked(phone) if phone else "-"


def _page(who: _Refuser, words: Text, *, button: str | None = None) -> bytes:
    form = _FORM.format(button=escape(button)) if button else ""
    title = escape(f"{who.camp} 수신거부")
    return _PAGE.format(title=title, words=escape(words.ko), english=escape(words.en), form=form).encode()
