"""Commits of chunks do not wait for the disk. A crash takes some back that everybody had seen."""

import time

from tests.corpus import as_csv, voter_list
from tests.faults.breaking import Breaking, ask
from tests.faults.test_imports_under_fire import (
    COUNTED,
    COUNTERS,
    LOST_POINTS,
    ORIGIN,
    SEED,
    UNDER_WAY,
    WITHOUT_POINTS,
    Job,
    fates_of,
    persons,
    picture,
    tenant_of,
)
from tests.stack import Camp, Stack, wait_for

ROWS = 60_000  # a dozen chunks, each of which can be lost


def test_chunks_whose_commits_were_lost_are_read_again_and_only_once(stack: Stack) -> None:
    rows = voter_list(ROWS, seed=SEED)
    camp = Camp(stack)
    job = Job(camp, camp.upload(as_csv(rows), **ORIGIN), rows)
    seen, lost = 0, 0
    while lost <= 0:
        seen = crash_after_a_chunk(stack, job, seen)
        lost = seen - job.state()[1]
    wait_for(lambda: not job.under_way, 180, 0.1)
    state = camp.call("GET", f"/contacts/imports/{job.id}")
    assert state["status"] == "completed", state["error"]
    assert state["progress"]["done_rows"] == state["counts"]["rows"] == ROWS
    assert fates_of(job) == [(row, 1) for row in range(2, ROWS + 2)]
    assert_everybody_once(job)


def assert_everybody_once(job: Job) -> None:
    tenant = tenant_of(job.camp)
    assert len(picture(job.camp)["people"]) == len(persons(job.rows))
    assert ask(job.camp.stack, LOST_POINTS, tenant) == []
    assert ask(job.camp.stack, WITHOUT_POINTS, tenant) == []
    assert ask(job.camp.stack, COUNTERS, tenant) == ask(job.camp.stack, COUNTED, tenant)


def crash_after_a_chunk(stack: Stack, job: Job, seen: int) -> int:
    """Crashes PostgreSQL as soon as more rows are done than were seen, while its log writer hangs; how many
    were done. Only a commit of somebody else in that moment has the log written and nothing lost.
    """
    breaking = Breaking(stack)
    with stack.superuser() as connection:
        breaking.hang_the_log_writer()
        while True:
            found = connection.execute("SELECT status, done_rows FROM imports WHERE id = %s", [job.id])
            status, done = found.fetchall()[0]
            assert status in UNDER_WAY, "it was over before a commit was lost"
            if int(str(done)) > seen:
                break
            time.sleep(0.002)
        breaking.crash_postgres()
    return int(str(done))
