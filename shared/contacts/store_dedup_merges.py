"""SQL that joins stored contacts which an imported file shows to be one person. See store_dedup."""

from uuid import UUID

from shared.contacts.store import FIELDS
from shared.kernel.database import Connection


def find_merges(c: Connection) -> int:
    """merges: stored contacts that the file shows to be one person. How many disappear."""
    return c.execute(
        """CREATE TEMP TABLE merges ON COMMIT DROP AS
           SELECT g.group_row, g.contact_id AS kept_id, m.contact_id AS merged_id
             FROM groups g JOIN matches m USING (group_row)
            WHERE NOT g.is_new AND m.contact_id <> g.contact_id"""
    ).rowcount


def merge_stored(c: Connection, import_id: UUID) -> None:
    """Joins stored contacts: points, names, tags and tokens move to the oldest, empty fields are filled.

    Each merge is recorded with what the kept contact was before.
    """
    for statement in _MERGE_STATEMENTS:
        c.execute(statement, {"import_id": import_id})


_BEFORE = ", ".join(
    f"'{field}_sealed', translate(encode(k.{field}_sealed, 'base64'), E'\\n', '')" for field in FIELDS
)
_DONATED = ", ".join(
    f"(array_agg(d.{field}_{part} ORDER BY d.id)"
    f" FILTER (WHERE d.{field}_hash IS NOT NULL))[1] AS {field}_{part}"
    for field in FIELDS
    for part in ("sealed", "hash")
)
_TAKE_DONATED = ", ".join(
    f"{field}_{part} = CASE WHEN k.{field}_hash IS NULL THEN d.{field}_{part} ELSE k.{field}_{part} END"
    for field in FIELDS
    for part in ("sealed", "hash")
)
_MERGE_STATEMENTS = (
    "CREATE UNIQUE INDEX ON merges (merged_id)",
    "ANALYZE merges",
    f"""INSERT INTO contact_merges (tenant_id, id, kept_id, merged_id, import_id, points, kept_before)
        SELECT current_tenant(), uuid_v7(), m.kept_id, m.merged_id, %(import_id)s,
               ARRAY(SELECT p.hash FROM contact_points p
                      WHERE p.tenant_id = current_tenant() AND p.contact_id = m.merged_id),
               jsonb_strip_nulls(jsonb_build_object({_BEFORE}, 'tags', to_jsonb(k.tags)))
          FROM merges m JOIN contacts k ON k.tenant_id = current_tenant() AND k.id = m.kept_id""",
    """UPDATE contact_points p SET contact_id = m.kept_id FROM merges m
        WHERE p.tenant_id = current_tenant() AND p.contact_id = m.merged_id""",
    """INSERT INTO contact_aliases (tenant_id, contact_id, name_hash, name_sealed, import_id)
       SELECT current_tenant(), m.kept_id, d.name_hash, d.name_sealed, %(import_id)s
         FROM merges m
         JOIN contacts d ON d.tenant_id = current_tenant() AND d.id = m.merged_id
         JOIN contacts k ON k.tenant_id = current_tenant() AND k.id = m.kept_id
        WHERE d.name_hash IS NOT NULL AND k.name_hash IS NOT NULL AND d.name_hash <> k.name_hash
       ON CONFLICT DO NOTHING""",
    """INSERT INTO contact_aliases (tenant_id, contact_id, name_hash, name_sealed, import_id)
       SELECT current_tenant(), m.kept_id, a.name_hash, a.name_sealed, a.import_id
         FROM merges m
         JOIN contact_aliases a ON a.tenant_id = current_tenant() AND a.contact_id = m.merged_id
       ON CONFLICT DO NOTHING""",
    f"""UPDATE contacts k SET {_TAKE_DONATED}, updated_at = now(),
               tags = ARRAY(SELECT DISTINCT t FROM unnest(k.tags || d.tags) AS t ORDER BY t)
          FROM (SELECT m.kept_id, {_DONATED},
                       coalesce(array_agg(t.tag) FILTER (WHERE t.tag IS NOT NULL), '{{}}') AS tags
                  FROM merges m JOIN contacts d ON d.tenant_id = current_tenant() AND d.id = m.merged_id
                  LEFT JOIN LATERAL unnest(d.tags) AS t (tag) ON true
                 GROUP BY m.kept_id) d
         WHERE k.tenant_id = current_tenant() AND k.id = d.kept_id""",
    """UPDATE contacts d SET deleted_at = now(), merged_into = m.kept_id, updated_at = now() FROM merges m
        WHERE d.tenant_id = current_tenant() AND d.id = m.merged_id""",
    """UPDATE contact_search s
          SET tokens = ARRAY(SELECT DISTINCT t FROM unnest(s.tokens || d.tokens) AS t)
         FROM (SELECT m.kept_id, array_agg(t.token) AS tokens
                 FROM merges m
                 JOIN contact_search d ON d.tenant_id = current_tenant() AND d.contact_id = m.merged_id
                CROSS JOIN LATERAL unnest(d.tokens) AS t (token) GROUP BY m.kept_id) d
        WHERE s.tenant_id = current_tenant() AND s.contact_id = d.kept_id""",
    """DELETE FROM contact_search s USING merges m
        WHERE s.tenant_id = current_tenant() AND s.contact_id = m.merged_id""",
    """INSERT INTO contact_events (tenant_id, contact_id, kind, import_id, detail)
       SELECT current_tenant(), kept_id, 'merged', %(import_id)s, jsonb_build_object('merged_id', merged_id)
         FROM merges""",
)
