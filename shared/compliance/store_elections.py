"""SQL of elections, the candidate, and who may campaign."""

from typing import Any
from uuid import UUID

from shared.kernel.database import Connection

Row = dict[str, Any]


def insert(c: Connection, row: Row) -> None:
    """`row`: id, kind, name, election_day."""
    c.execute(
        """INSERT INTO elections (tenant_id, id, kind, name, election_day)
           VALUES (current_tenant(), %(id)s, %(kind)s, %(name)s, %(election_day)s)""",
        row,
    )


def update(c: Connection, row: Row) -> bool:
    return (
        c.execute(
            """UPDATE elections SET kind = %(kind)s, name = %(name)s, election_day = %(election_day)s,
                      updated_at = now()
                WHERE tenant_id = current_tenant() AND id = %(id)s""",
            row,
        ).rowcount
        > 0
    )


def delete(c: Connection, election_id: UUID) -> bool:
    return (
        c.execute(
            "DELETE FROM elections WHERE tenant_id = current_tenant() AND id = %s", [election_id]
        ).rowcount
        > 0
    )


def in_use(c: Connection, election_id: UUID) -> bool:
    """Whether sends are counted for it."""
    row = c.execute(
        """SELECT 1 AS found FROM election_sends
            WHERE tenant_id = current_tenant() AND election_id = %s LIMIT 1""",
        [election_id],
    ).fetchone()
    return row is not None


def get(c: Connection, election_id: UUID) -> Row | None:
    return c.execute(
        "SELECT * FROM elections WHERE tenant_id = current_tenant() AND id = %s", [election_id]
    ).fetchone()


def lock(c: Connection, election_id: UUID) -> Row | None:
    """The election, locked until the end of the transaction: its sends are counted by one at a time."""
    return c.execute(
        "SELECT * FROM elections WHERE tenant_id = current_tenant() AND id = %s FOR NO KEY UPDATE",
        [election_id],
    ).fetchone()


def all_of(c: Connection) -> list[Row]:
    return c.execute(
        "SELECT * FROM elections WHERE tenant_id = current_tenant() ORDER BY election_day DESC, id"
    ).fetchall()


def candidate(c: Connection) -> Row | None:
    return c.execute("SELECT * FROM candidates WHERE tenant_id = current_tenant()").fetchone()


def put_candidate(c: Connection, row: Row) -> None:
    c.execute(
        """INSERT INTO candidates AS known
             (tenant_id, id, election_id, organisation, words_sealed, pre_registered_on, registered_on,
              registration_no, withdrawn_on, term_from, term_until, insert_wording)
           VALUES (current_tenant(), %(id)s, %(election_id)s, %(organisation)s, %(words_sealed)s,
                   %(pre_registered_on)s, %(registered_on)s, %(registration_no)s, %(withdrawn_on)s,
                   %(term_from)s, %(term_until)s, %(insert_wording)s)
           ON CONFLICT (tenant_id) DO UPDATE SET
              election_id = excluded.election_id, organisation = excluded.organisation,
              words_sealed = excluded.words_sealed, pre_registered_on = excluded.pre_registered_on,
              registered_on = excluded.registered_on, registration_no = excluded.registration_no,
              withdrawn_on = excluded.withdrawn_on, term_from = excluded.term_from,
              term_until = excluded.term_until, insert_wording = excluded.insert_wording,
              updated_at = now()""",
        row,
    )


def note_refusal_test(c: Connection, day: Any) -> bool:
    return (
        c.execute(
            """UPDATE candidates SET refusal_tested_on = %s, updated_at = now()
                WHERE tenant_id = current_tenant()""",
            [day],
        ).rowcount
        > 0
    )


def attest(c: Connection, member_id: UUID) -> None:
    c.execute(
        """INSERT INTO attestations (tenant_id, member_id) VALUES (current_tenant(), %s)
           ON CONFLICT DO NOTHING""",
        [member_id],
    )


def attested(c: Connection, member_id: UUID) -> bool:
    row = c.execute(
        "SELECT 1 AS found FROM attestations WHERE tenant_id = current_tenant() AND member_id = %s",
        [member_id],
    ).fetchone()
    return row is not None
