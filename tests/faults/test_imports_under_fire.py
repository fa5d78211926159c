"""Everything breaks in the middle of imports, their undo and bulk actions: nothing is lost, nothing doubled.

The commit of a chunk does not wait for the disk, so a crash of PostgreSQL takes the last ones back; they
must be read again.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.corpus import HEADER, Row, as_csv, voter_list
from tests.faults.breaking import Breaking, ask
from tests.stack import Camp, Stack, wait_for
from tests.workbooks import xlsx

SEED = 31
ROWS = {"csv": 30_000, "xlsx": 22_000}
KNOWN = 3_000
TAGGED = 20_000  # or more: all whom the workbook created
ORIGIN = {"source": "시험 명부", "legal_basis": "consent"}
UNDER_WAY = ("queued", "inspecting", "ingesting", "deduplicating", "undoing", "running")

# What a camp is, without what every write renews: times and the nonces of sealed values.
PEOPLE = """
  SELECT k.id, k.name_hash, k.address_hash, k.birth_hash, k.note_hash, k.custom_hash, k.source, k.legal_basis,
         ARRAY(SELECT unnest(k.tags) ORDER BY 1),
         ARRAY(SELECT (p.kind, p.hash, p.position)::text FROM contact_points p
                WHERE p.tenant_id = k.tenant_id AND p.contact_id = k.id ORDER BY p.kind, p.hash),
         ARRAY(SELECT a.name_hash::text FROM contact_aliases a
                WHERE a.tenant_id = k.tenant_id AND a.contact_id = k.id ORDER BY 1),
         (SELECT ARRAY(SELECT DISTINCT unnest(s.tokens) ORDER BY 1) FROM contact_search s
           WHERE s.tenant_id = k.tenant_id AND s.contact_id = k.id)
    FROM contacts k WHERE k.tenant_id = %s AND k.deleted_at IS NULL ORDER BY k.id"""
COUNTERS = "SELECT tag, count FROM contact_counters WHERE tenant_id = %s AND count <> 0 ORDER BY tag"
COUNTED = """
  SELECT tag, count(*) FROM (SELECT unnest(tags || ARRAY['']) AS tag FROM contacts
    WHERE tenant_id = %s AND deleted_at IS NULL) AS tagged GROUP BY tag ORDER BY tag"""
LOST_POINTS = """
  SELECT p.hash FROM contact_points p
    LEFT JOIN contacts k ON k.tenant_id = p.tenant_id AND k.id = p.contact_id
   WHERE p.tenant_id = %s AND (k.id IS NULL OR k.deleted_at IS NOT NULL)"""
WITHOUT_POINTS = """
  SELECT k.id FROM contacts k WHERE k.tenant_id = %s AND k.deleted_at IS NULL AND NOT EXISTS
    (SELECT FROM contact_points p WHERE p.tenant_id = k.tenant_id AND p.contact_id = k.id)"""
FATES = """
  SELECT row_number, count(*) FROM (
    SELECT row_number FROM import_results WHERE tenant_id = %(tenant)s AND import_id = %(job)s
    UNION ALL SELECT row_number FROM import_rejects WHERE tenant_id = %(tenant)s AND import_id = %(job)s
  ) AS fates GROUP BY row_number ORDER BY row_number"""


@dataclass
class Job:
    """An import or a bulk action of a camp, watched through the database because the API is killed, too."""

    camp: Camp
    id: str
    rows: list[Row]
    bulk: bool = False

    def state(self) -> tuple[str, int]:
        """(status, how far it is)."""
        table, done = (
            ("bulk_actions", "done")
            if self.bulk
            else ("imports", "CASE WHEN status = 'undoing' THEN undo_done ELSE done_rows END")
        )
        (found,) = ask(self.camp.stack, f"SELECT status, {done} FROM {table} WHERE id = %s", self.id)
        return str(found[0]), int(str(found[1]))

    @property
    def under_way(self) -> bool:
        return self.state()[0] in UNDER_WAY


@pytest.fixture(scope="module")
def breaking(stack: Stack) -> Breaking:
    return Breaking(stack)


@pytest.fixture(scope="module")
def imported(stack: Stack, breaking: Breaking) -> dict[str, Any]:
    """A csv into a camp that knows some of its people, and a workbook into an empty one, under fire."""
    rows = {kind: voter_list(count, seed=SEED + count) for kind, count in ROWS.items()}
    camps = {kind: Camp(stack) for kind in rows}
    known = camps["csv"].upload(as_csv(older(rows["csv"][:KNOWN])), **ORIGIN)
    assert camps["csv"].finished_import(known)["status"] == "completed"
    before = picture(camps["csv"])
    jobs = {
        "xlsx": Job(camps["xlsx"], upload_workbook(camps["xlsx"], rows["xlsx"]), rows["xlsx"]),
        "csv": Job(
            camps["csv"],
            camps["csv"].upload(as_csv(rows["csv"]), on_existing="overwrite", **ORIGIN),
            rows["csv"],
        ),
    }
    faults = [breaking.crash_postgres, breaking.kill_readers, breaking.lose_the_queue]
    shots = under_fire(list(jobs.values()), [*faults, breaking.end_connections, breaking.kill_api])
    assert shots >= 3, "it was over too soon to prove anything"
    return {"jobs": jobs, "before": before}


def older(rows: list[Row]) -> list[Row]:
    """The same people as an older list has them: elsewhere, with another group."""
    return [Row([*row.cells[:4], "서울특별시 중구 신당동 9-9", "옛명부", ""], row.person) for row in rows]


def upload_workbook(camp: Camp, rows: list[Row]) -> str:
    """A formula's value is what Excel kept of it; the library that writes the workbook keeps none."""
    plain = [[cell.removeprefix('="').removesuffix('"') for cell in row.cells] for row in rows]
    return camp.upload(xlsx([HEADER, *plain]), **ORIGIN)


def under_fire(jobs: list[Job], faults: list[Callable[[], None]], patience: float = 120) -> int:
    """Breaks one thing after the other while the jobs are in the middle; how many it were.

    The next thing breaks once there was progress since the last one, at a random moment of it.
    """
    rng = random.Random(SEED)
    shots = 0
    seen: object = None
    for fault in faults:
        seen = wait_for(lambda seen=seen: moved(jobs, seen), patience, 0.01)  # type: ignore[misc]
        if seen == "ended":
            break
        time.sleep(rng.uniform(0, 0.3))
        fault()
        shots += 1
    wait_for(lambda: not any(job.under_way for job in jobs), patience, 0.1)
    return shots


def moved(jobs: list[Job], seen: object) -> object:
    """What the jobs have done, once it is something else than what was seen."""
    states = [job.state() for job in jobs]
    if not any(status in UNDER_WAY for status, _ in states):
        return "ended"
    begun = any(done > 0 for status, done in states if status in UNDER_WAY)
    return states if begun and states != seen else None


def picture(camp: Camp) -> dict[str, Any]:
    """A camp to the field, by id."""
    tenant = tenant_of(camp)
    return {
        "people": {row[0]: row[1:] for row in ask(camp.stack, PEOPLE, tenant)},
        "counters": ask(camp.stack, COUNTERS, tenant),
    }


def tenant_of(camp: Camp) -> object:
    return camp.call("GET", "/members/me")["tenant"]["id"]


def persons(rows: list[Row]) -> set[int]:
    return {row.person for row in rows if row.person is not None}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_every_row_has_exactly_one_outcome(imported: dict[str, Any], kind: str) -> None:
    job = imported["jobs"][kind]
    state = job.camp.call("GET", f"/contacts/imports/{job.id}")
    counts = state["counts"]
    assert state["status"] == "completed", state["error"]
    fates = ("created", "updated", "merged", "duplicate_rows", "rejected", "unchanged")
    assert counts["rows"] == sum(counts[fate] for fate in fates) == ROWS[kind]
    assert state["progress"]["done_rows"] == ROWS[kind]
    found = fates_of(job)
    assert [count for _, count in found] == [1] * ROWS[kind]
    assert [row for row, _ in found] == list(range(2, ROWS[kind] + 2))


def fates_of(job: Job) -> list[tuple[object, ...]]:
    names = {"tenant": tenant_of(job.camp), "job": job.id}
    with job.camp.stack.superuser() as connection:
        return connection.execute(FATES, names).fetchall()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_people_are_those_of_the_corpus(imported: dict[str, Any], kind: str) -> None:
    job = imported["jobs"][kind]
    tenant = tenant_of(job.camp)
    assert len(picture(job.camp)["people"]) == len(persons(job.rows))
    assert ask(job.camp.stack, LOST_POINTS, tenant) == []
    assert ask(job.camp.stack, WITHOUT_POINTS, tenant) == []
    assert ask(job.camp.stack, COUNTERS, tenant) == ask(job.camp.stack, COUNTED, tenant)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_search_finds_them_once(imported: dict[str, Any], kind: str) -> None:
    job = imported["jobs"][kind]
    plain = [row for row in job.rows if row.person is not None and len(row.cells[2]) == 13]
    plain = [row for row in plain if row.cells[2].startswith("010-")]
    for row in random.Random(SEED).sample(plain, 12):
        found = job.camp.call("GET", "/contacts", params={"q": row.cells[2]})
        assert len(found) == 1, row.cells[2]


def test_an_undo_and_a_bulk_tag_survive_it_too(imported: dict[str, Any], breaking: Breaking) -> None:
    """The undo of the one camp's import and a tag for 20,000 of the other at once; then the tag goes, too."""
    undone, tagged = imported["jobs"]["csv"], imported["jobs"]["xlsx"]
    before = picture(tagged.camp)
    undone.camp.call("POST", f"/contacts/imports/{undone.id}/undo")
    bulk = start_tagging(tagged.camp, tagged.id)
    faults = [breaking.kill_readers, breaking.kill_helpers, breaking.crash_postgres]
    assert under_fire([undone, bulk], [*faults, breaking.kill_helpers]) >= 2
    assert undone.state()[0] == "undone"
    assert picture(undone.camp) == imported["before"]
    assert_tagged(bulk)
    undo_tagging(bulk)
    under_fire([bulk], [breaking.kill_helpers, breaking.lose_the_queue])
    assert bulk.state()[0] == "undone"
    assert picture(tagged.camp) == before


def start_tagging(camp: Camp, import_id: str) -> Job:
    body = {"action": "tag", "tags": ["시험표"], "target": {"import_id": import_id, "outcome": "created"}}
    return Job(camp, camp.call("POST", "/contacts/bulk", json=body)["id"], [], bulk=True)


def assert_tagged(bulk: Job) -> None:
    state = bulk.camp.call("GET", f"/contacts/bulk/{bulk.id}")
    assert state["status"] == "completed", state
    assert state["done"] == state["total"] == state["changed"] >= TAGGED
    counted = {row[0]: row[1] for row in ask(bulk.camp.stack, COUNTERS, tenant_of(bulk.camp))}
    assert counted["시험표"] == state["total"]


def undo_tagging(bulk: Job) -> None:
    def asked() -> httpx.Response | None:
        answer = bulk.camp.http.post(f"/contacts/bulk/{bulk.id}/undo")
        return answer if answer.is_success else None

    wait_for(asked, 30)
