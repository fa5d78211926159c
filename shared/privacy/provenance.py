"""“Where did you get my number?”, answered in sentences to say or send (개인정보 보호법 제20조 제1항)."""

from datetime import datetime
from uuid import UUID

from shared.contacts.phones import national
from shared.kernel.clock import seoul_date
from shared.kernel.database import Connection
from shared.kernel.i18n import has_text, text
from shared.privacy import consents, erased, people, phone_numbers, store_consents, store_people
from shared.privacy import store_provenance as store
from shared.privacy.models import (
    Consent,
    Lookup,
    Provenance,
    ProvenanceImport,
    ProvenancePoint,
)
from shared.security import audit
from shared.security.cipher import TenantCipher

LISTED = 20  # imports and campaigns that are told; a person with more has them in the timeline


def of_contact(
    connection: Connection, cipher: TenantCipher, member_id: UUID, contact_id: UUID, language: str
) -> Provenance:
    """Everything that answers the question for a contact; that it was asked is audited. Raises NotFound."""
    row = people.person(connection, contact_id)
    family = people.family(connection, contact_id)
    imports = [_import(cipher, found) for found in store.imports_of(connection, family, LISTED)]
    given = [consents.view(cipher, found) for found in store_consents.of_contacts(connection, family)]
    campaigns = [_campaign(found, language) for found in store.campaigns_of(connection, family, LISTED)]
    origins = store.origins_of(connection, family)
    sources = _distinct(origins, "source")
    told = [
        _who(cipher, row, language),
        *_origins(connection, cipher, family, row, imports, language),
        *(_source(source, language) for source in sources or [""]),
        *(_basis(basis, language) for basis in _distinct(origins, "legal_basis") or [""]),
        *(_consent(consent, language) for consent in given),
        *_sent(campaigns, language),
        _say("rights", language),
    ]
    audit.record(connection, "privacy.provenance_read", member_id=member_id, target=str(contact_id))
    # Whose numbers come from several sources: which one is from where is told by the files.
    source = sources[0] if len(sources) == 1 else None
    points = [_point(cipher, found, source) for found in store.points_of(connection, family)]
    return Provenance(
        sentences=told,
        text="\n".join(told),
        source=row["source"],
        legal_basis=row["legal_basis"],
        imports=imports,
        consents=given,
        points=points,
        campaigns=campaigns,
    )


def of_number(
    connection: Connection, cipher: TenantCipher, member_id: UUID, typed: str, language: str
) -> Lookup:
    """What is known of a number, also when its contact is gone: an opt-out, an old campaign, an erasure.

    Raises ValidationFailed when it is no phone number.
    """
    phone_hash = phone_numbers.hash_of(cipher, typed)
    holder = store_people.holder(connection, "phone", phone_hash)
    sharers = store.sharers_of(connection, phone_hash)
    found: list[str] = (["contact"] if holder else []) + (["shared"] if sharers else [])
    told: list[str] = []
    # A family's number has come with each of them; who asks may be any.
    for contact_id in filter(None, [holder, *sharers]):
        told += of_contact(connection, cipher, member_id, contact_id, language).sentences
    former = [] if told else store.histories_with(connection, phone_hash)
    if former:
        found.append("history")
        told += [_former(row, language) for row in former]
    for name, sentences in _traces(connection, phone_hash, language, known=bool(holder or sharers)).items():
        if sentences:
            found.append(name)
            told += sentences
    audit.record(connection, "privacy.number_looked_up", member_id=member_id, found=found)
    told = list(dict.fromkeys(told)) or [_say("unknown_number", language)]
    living = [row["contact_id"] for row in former if row["contact_id"]]
    first = next(filter(None, [holder, *sharers, *living]), None)
    return Lookup.model_validate(
        {"found": found, "contact_id": first, "sentences": told, "text": "\n".join(told)}
    )


def _traces(connection: Connection, phone_hash: bytes, language: str, *, known: bool) -> dict[str, list[str]]:
    """What a number has left outside contacts; campaigns are told with the contact if there is one."""
    campaigns = [_campaign(row, language) for row in store.campaigns_to(connection, phone_hash, LISTED)]
    refused = store.opt_outs_of(connection, phone_hash)
    gone = erased.of_point(connection, "phone", phone_hash)
    written = store.conversation_with(connection, phone_hash)
    return {
        "opt_out": _refusals(refused, language),
        "conversation": [_say("conversation", language, day=_day(written, language))] if written else [],
        "campaign": [] if known else _sent(campaigns, language),
        "erased": [_say("erased", language, day=_day(gone, language))] if gone else [],
    }


def _former(row: store.Row, language: str) -> str:
    """No name: the number may be somebody else's by now."""
    key = "deleted" if row["is_deleted"] else "former"
    return _say(key, language, day=_day(row["at"], language))


def _refusals(refused: list[store.Row], language: str) -> list[str]:
    """What a number no longer gets: one sentence if that is everything, otherwise one for each channel."""
    everything = [row for row in refused if row["channel"] == "all"]
    return [
        _say(
            "opted_out" if row["channel"] == "all" else f"opted_out_{row['channel']}",
            language,
            day=_day(row["created_at"], language),
        )
        for row in everything[:1] or refused
    ]


def _who(cipher: TenantCipher, row: store.Row, language: str) -> str:
    name = cipher.open_optional("name", row["name_sealed"])
    day = _day(row["created_at"], language)
    return _say("who", language, name=name, day=day) if name else _say("nobody", language, day=day)


def _origins(
    connection: Connection,
    cipher: TenantCipher,
    family: list[UUID],
    row: store.Row,
    imports: list[ProvenanceImport],
    language: str,
) -> list[str]:
    """The files, and who wrote the person in by hand; of somebody who was merged there may be many."""
    written = store.creators_of(connection, family, LISTED)
    if not (imports or written):
        written = [{"at": row["created_at"], "member_sealed": None}]
    by_hand = [
        _say(
            "by_hand",
            language,
            day=_day(made["at"], language),
            member=cipher.open_optional("name", made["member_sealed"]) or _say("a_member", language),
        )
        for made in written
    ]
    return [_from_file(found, language) for found in imports] + by_hand


def _distinct(rows: list[store.Row], name: str) -> list[str]:
    return list(dict.fromkeys(row[name] for row in rows if row[name]))


def _from_file(found: ProvenanceImport, language: str) -> str:
    parts = {
        "day": _day(found.at, language),
        "member": found.member or _say("a_member", language),
        "file": found.file_name,
    }
    if found.row_number is None:
        return _say("from_file", language, **parts)
    return _say("from_row", language, row=found.row_number, **parts)


def _source(source: str, language: str) -> str:
    return _say("source", language, source=source) if source else _say("no_source", language)


def _basis(basis: str, language: str) -> str:
    if not basis:
        return _say("no_basis", language)
    known = f"privacy.basis_{basis}"
    return _say("basis", language, basis=text(known).in_language(language) if has_text(known) else basis)


def _consent(consent: Consent, language: str) -> str:
    parts = {
        "day": _day(consent.given_at, language),
        "purpose": text(f"privacy.purpose_{consent.purpose}").in_language(language),
        "method": text(f"privacy.method_{consent.method}").in_language(language),
    }
    said = _say("consented", language, **parts)
    if consent.text:
        said += " " + _say("consent_text", language, words=consent.text)
    if consent.withdrawn_at:
        said += " " + _say("consent_withdrawn", language, day=_day(consent.withdrawn_at, language))
    if consent.ended_at:
        said += " " + _say("consent_ended", language, day=_day(consent.ended_at, language))
    return said


def _sent(campaigns: list[str], language: str) -> list[str]:
    return [_say("sent", language, campaigns=", ".join(campaigns))] if campaigns else []


def _campaign(row: store.Row, language: str) -> str:
    return _say("campaign", language, name=row["name"], day=_day(row["at"], language))


def _import(cipher: TenantCipher, row: store.Row) -> ProvenanceImport:
    return ProvenanceImport(
        id=row["id"],
        file_name=cipher.open("file_name", row["file_name_sealed"]),
        row_number=row["row_number"],
        at=row["at"],
        member=cipher.open_optional("name", row["member_sealed"]),
    )


def _point(cipher: TenantCipher, row: store.Row, source: str | None) -> ProvenancePoint:
    value = cipher.open(row["kind"], row["value_sealed"])
    shown = national(value) if row["kind"] == "phone" else value
    return ProvenancePoint(kind=row["kind"], value=shown, source=source, at=row["created_at"])


def _day(at: datetime, language: str) -> str:
    day = seoul_date(at)
    return day.isoformat() if language == "en" else f"{day.year}년 {day.month}월 {day.day}일"


def _say(key: str, language: str, **parts: object) -> str:
    return text(f"privacy.tell_{key}", **parts).in_language(language)
