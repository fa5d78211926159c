"""SQL of the preview of an import's undo: it counts what `import_undo` would do, by the same rules."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from shared.contacts import store_later
from shared.contacts.store_search import IMPORTS_END
from shared.kernel.database import Connection

Row = dict[str, Any]

# Whom the file's rows changed, as they are; `marked`: an undo that stopped has listed them as kept already.
# Whom the import made is a stretch of the contacts: two walks and one sorting, no probe of each.
_PEOPLE = f"""
  people AS MATERIALIZED (
    SELECT id, bool_or(kept) AS marked, bool_or(made) AS made, bool_or(gone) AS gone FROM (
      SELECT contact_id AS id, outcome <> 'unchanged' AS changed, kept, false AS made, false AS gone
        FROM import_results WHERE tenant_id = current_tenant() AND import_id = %(import_id)s
       UNION ALL
      SELECT id, false, false, true, deleted_at IS NOT NULL AND merged_into IS NULL FROM contacts
       WHERE tenant_id = current_tenant() AND import_id = %(import_id)s AND id > %(import_id)s
         AND id < {IMPORTS_END.replace("%s", "%(import_id)s")}) AS told
     GROUP BY id HAVING bool_or(changed))"""


def of_made(c: Connection, import_id: UUID, parting: Sequence[UUID]) -> Row:
    """How many contacts that the import made are removed, and how many kept because of what came later; how
    many that were `known` before it changed.

    `parting`: merges of the import that the undo takes back first. Of what came later only tables are asked
    in which the camp has something.
    """
    later = store_later.condition(c, import_id)
    row = c.execute(
        f"""WITH {_PEOPLE},
            made AS (
              SELECT u.marked, u.gone, NOT u.gone AND ({later}) AS later,
                     u.gone AND EXISTS (
                       SELECT FROM deleted_contacts d
                        WHERE d.tenant_id = current_tenant() AND d.contact_id = u.id) AS hidden
                FROM people u WHERE u.made)
            SELECT count(*) FILTER (WHERE hidden OR NOT gone AND NOT later) AS removed,
                   count(*) FILTER (WHERE later AND NOT marked) AS kept,
                   (SELECT count(*) FROM people WHERE NOT made) AS known
              FROM made""",
        {"import_id": import_id, "parting": list(parting)},
    ).fetchone()
    assert row is not None  # noqa: S101  # an aggregate always answers
    return row


# The import's changes on whose field a later one stands, or that somebody wrote past the log (`replay.Link`).
_EDITED = """
  SELECT e.contact_id AS id FROM ours e
   WHERE EXISTS (SELECT FROM contact_changes n
                  WHERE n.tenant_id = current_tenant() AND n.contact_id = e.contact_id AND n.id > e.id
                    AND n.field = e.field AND n.cause <> 'merge' AND n.cause_id <> %(import_id)s)
  UNION
  SELECT e.contact_id FROM ours e
   CROSS JOIN LATERAL (
     SELECT found.hash FROM (
       SELECT n.id AS place, n.before_hash AS hash FROM contact_changes n
        WHERE n.tenant_id = current_tenant() AND n.contact_id = e.contact_id AND n.id > e.id
          AND n.field = e.field
       UNION ALL
       SELECT 9223372036854775807,
              CASE e.field WHEN 'name' THEN k.name_hash WHEN 'address' THEN k.address_hash
                           WHEN 'birth' THEN k.birth_hash WHEN 'note' THEN k.note_hash
                           ELSE k.custom_hash END
         FROM contacts k WHERE k.tenant_id = current_tenant() AND k.id = e.contact_id) AS found
      ORDER BY found.place LIMIT 1) AS after
   WHERE e.field IN ('name', 'address', 'birth', 'note', 'custom')
     AND after.hash IS DISTINCT FROM e.after_hash"""

_MOVED = """
  SELECT m.contact_id AS id FROM moves m
   WHERE EXISTS (SELECT FROM point_changes n
                  WHERE n.tenant_id = current_tenant() AND n.kind = m.kind AND n.hash = m.hash
                    AND n.id > m.id AND n.cause NOT IN ('merge', 'shared') AND n.cause_id <> %(import_id)s)"""

# Names and shared numbers that the file brought, but not with merges that part.
_BROUGHT = """
  SELECT a.contact_id AS id FROM contact_aliases a
   WHERE a.tenant_id = current_tenant() AND a.import_id = %(import_id)s
     AND NOT EXISTS (
       SELECT FROM contact_merges m
        WHERE m.tenant_id = current_tenant() AND m.kept_id = a.contact_id AND m.id = ANY(%(parting)s)
          AND (EXISTS (SELECT FROM contacts d WHERE d.tenant_id = current_tenant() AND d.id = m.merged_id
                          AND d.name_hash = a.name_hash)
               OR EXISTS (SELECT FROM contact_aliases d WHERE d.tenant_id = current_tenant()
                             AND d.contact_id = m.merged_id AND d.name_hash = a.name_hash)))
  UNION
  SELECT s.contact_id FROM contact_shared_points s
   WHERE s.tenant_id = current_tenant() AND s.import_id = %(import_id)s
     AND (s.merge_id IS NULL OR s.merge_id <> ALL(%(parting)s))"""


def of_known(c: Connection, import_id: UUID, parting: Sequence[UUID]) -> Row:
    """How many contacts that were there before are restored, and how many keep a later change of the same
    field or point.

    Reads the import's changes by contact_changes_cause and point_changes_cause, and probes what came after
    each.
    """
    row = c.execute(
        f"""WITH {_PEOPLE},
            ours AS MATERIALIZED (
              SELECT contact_id, id, field, after_hash FROM contact_changes
               WHERE tenant_id = current_tenant() AND cause_id = %(import_id)s AND cause <> 'merge'),
            moves AS MATERIALIZED (
              SELECT side.contact_id, p.kind, p.hash, p.id FROM point_changes p
               CROSS JOIN LATERAL (VALUES (p.from_contact), (p.to_contact)) AS side (contact_id)
               WHERE p.tenant_id = current_tenant() AND p.cause_id = %(import_id)s AND p.cause <> 'merge'
                 AND side.contact_id IS NOT NULL),
            later AS ({_EDITED} UNION {_MOVED}),
            changed AS (SELECT contact_id AS id FROM ours UNION SELECT contact_id FROM moves
                        UNION {_BROUGHT})
            SELECT count(*) FILTER (WHERE u.id IN (SELECT id FROM changed)
                                      AND u.id NOT IN (SELECT id FROM later)) AS restored,
                   count(*) FILTER (WHERE u.id IN (SELECT id FROM later) AND NOT u.marked) AS kept
              FROM people u WHERE NOT u.made""",
        {"import_id": import_id, "parting": list(parting)},
    ).fetchone()
    assert row is not None  # noqa: S101  # an aggregate always answers
    return row
