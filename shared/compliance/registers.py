"""Elections and the candidate: what the election rules are asked about."""

from datetime import date
from typing import Any
from uuid import UUID

from shared.compliance import store_elections as store
from shared.compliance.candidacy import Candidacy, Organisation
from shared.compliance.election_dates import ElectionKind, KeyDates, key_dates, upcoming
from shared.compliance.models import (
    Candidate,
    CandidateInput,
    Election,
    ElectionDates,
    ElectionInput,
    UpcomingElection,
)
from shared.kernel.database import Connection
from shared.kernel.errors import Conflict, Detail, NotFound, ValidationFailed
from shared.kernel.i18n import text
from shared.kernel.ids import new_id
from shared.security import audit
from shared.security.cipher import TenantCipher

WORDS = "candidate"
_SEALED = ("name", "phone", "refusal_number", "report_number", "opponents")
_PLAIN = (
    "election_id", "organisation", "pre_registered_on", "registered_on", "registration_no", "withdrawn_on",
    "term_from", "term_until", "insert_wording",
)  # fmt: skip


def elections(connection: Connection) -> list[Election]:
    """Elections, the latest day first."""
    return [_election(row) for row in store.all_of(connection)]


def election(connection: Connection, election_id: UUID) -> Election:
    """One election with its days. Raises NotFound."""
    row = store.get(connection, election_id)
    if row is None:
        raise NotFound
    return _election(row)


def create_election(connection: Connection, member_id: UUID, wanted: ElectionInput) -> Election:
    election_id = new_id()
    store.insert(connection, {"id": election_id, **wanted.model_dump()})
    audit.record(connection, "election.created", member_id=member_id, target=str(election_id))
    return election(connection, election_id)


def change_election(
    connection: Connection, member_id: UUID, election_id: UUID, wanted: ElectionInput
) -> Election:
    """Raises NotFound."""
    if not store.update(connection, {"id": election_id, **wanted.model_dump()}):
        raise NotFound
    audit.record(
        connection,
        "election.changed",
        member_id=member_id,
        target=str(election_id),
        election_day=wanted.election_day.isoformat(),
    )
    return election(connection, election_id)


def remove_election(connection: Connection, member_id: UUID, election_id: UUID) -> None:
    """Raises NotFound, and Conflict for the candidate's own and one that sends are counted for."""
    candidate_row = store.candidate(connection)
    if candidate_row is not None and candidate_row["election_id"] == election_id:
        raise Conflict("compliance.election_in_use")
    if store.in_use(connection, election_id):
        raise Conflict("compliance.election_in_use")
    if not store.delete(connection, election_id):
        raise NotFound
    audit.record(connection, "election.removed", member_id=member_id, target=str(election_id))


def upcoming_elections(today: date) -> list[UpcomingElection]:
    """What the law's formulas give for the next four years."""
    return [
        UpcomingElection.model_validate({"occasion": occasion, "election_day": day})
        for occasion, day in upcoming(today)
    ]


def candidate(connection: Connection, cipher: TenantCipher, today: date) -> Candidate:
    """The candidate as entered, and what that makes of them today; empty when nothing was entered."""
    row = store.candidate(connection)
    if row is None:
        return Candidate()
    candidacy, dates = load(connection, cipher)
    words = cipher.open_json(WORDS, row["words_sealed"])
    return Candidate(
        **words,
        **{name: row[name] for name in _PLAIN},
        refusal_tested_on=row["refusal_tested_on"],
        standing=candidacy.standing(today, dates) if candidacy else Candidate().standing,
        in_office=candidacy.in_office(today) if candidacy else False,
    )


def put_candidate(
    connection: Connection, cipher: TenantCipher, member_id: UUID, wanted: CandidateInput, today: date
) -> Candidate:
    """Replaces what is known of the candidate. Raises ValidationFailed for an election that is not there."""
    if wanted.election_id is not None and store.get(connection, wanted.election_id) is None:
        raise ValidationFailed(details=[Detail(text("compliance.no_election"), field="election_id")])
    told = wanted.model_dump(mode="json")
    sealed = cipher.seal_json(WORDS, {name: told[name] for name in _SEALED})
    plain = {name: getattr(wanted, name) for name in _PLAIN}
    store.put_candidate(connection, {**plain, "id": new_id(), "words_sealed": sealed})
    # The days decide what may be sent: who changed them when is on record.
    days = {name: told[name] for name in _PLAIN if told[name] is not None}
    audit.record(connection, "candidate.changed", member_id=member_id, **days)
    return candidate(connection, cipher, today)


def note_refusal_test(connection: Connection, member_id: UUID, day: date) -> None:
    """Notes that somebody called the 080 number. Raises Conflict when no candidate was entered."""
    if not store.note_refusal_test(connection, day):
        raise Conflict("compliance.no_candidate")
    audit.record(connection, "candidate.refusal_tested", member_id=member_id, day=day.isoformat())


def attest(connection: Connection, member_id: UUID) -> None:
    """A member says that 제60조 제1항 does not forbid them to campaign."""
    store.attest(connection, member_id)
    audit.record(connection, "member.attested", member_id=member_id)


def attested(connection: Connection, member_id: UUID) -> bool:
    """Whether the member has said so."""
    return store.attested(connection, member_id)


def load(connection: Connection, cipher: TenantCipher) -> tuple[Candidacy | None, KeyDates | None]:
    """The candidate and the days of their election, as the rules take them."""
    row = store.candidate(connection)
    if row is None:
        return None, None
    words: dict[str, Any] = cipher.open_json(WORDS, row["words_sealed"])
    candidacy = Candidacy(
        organisation=Organisation(row["organisation"]),
        opponents=tuple(words.pop("opponents")),
        refusal_tested_on=row["refusal_tested_on"],
        pre_registered_on=row["pre_registered_on"],
        registered_on=row["registered_on"],
        withdrawn_on=row["withdrawn_on"],
        term_from=row["term_from"],
        term_until=row["term_until"],
        insert_wording=row["insert_wording"],
        **words,
    )
    found = store.get(connection, row["election_id"]) if row["election_id"] else None
    dates = key_dates(ElectionKind(found["kind"]), found["election_day"]) if found else None
    return candidacy, dates


def election_of_candidate(connection: Connection, *, lock: bool = False) -> dict[str, Any] | None:
    """The row of the candidate's election; locked, its sends are counted by one at a time."""
    row = store.candidate(connection)
    if row is None or row["election_id"] is None:
        return None
    return (store.lock if lock else store.get)(connection, row["election_id"])


def _election(row: dict[str, Any]) -> Election:
    dates = key_dates(ElectionKind(row["kind"]), row["election_day"])
    return Election(
        id=row["id"],
        kind=row["kind"],
        name=row["name"],
        election_day=row["election_day"],
        dates=ElectionDates.model_validate(dates, from_attributes=True),
        created_at=row["created_at"],
    )
