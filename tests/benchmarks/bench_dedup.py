"""Who is one person: exact keys by the real import, similar people by the queue, on labelled people."""

import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

from tests.benchmarks import febrl, labelled
from tests.benchmarks.bench_send import Batches, counts, draft
from tests.benchmarks.hub import Hub, fresh_camp, wait_for
from tests.benchmarks.labelled import Row
from tests.benchmarks.pairs import Groups, Pairs, Quality, quality, same, similar
from tests.benchmarks.report import Report

VOTERS = 10_000
SEEDS = (2026, 31337, 4242)
FIELDS = ("name", "phone", "email", "kakao_id", "address", "birth")
OPTIONS: dict[str, Any] = {
    "source": "측정용 가상 명부",
    "legal_basis": "consent",
    "mapping": dict(zip(labelled.HEADER, FIELDS, strict=True)),
}


def run() -> None:
    report = Report("dedup")
    for name in febrl.SETS:
        records = febrl.read(name)
        found = similar([person for _, person in records])
        _add_review(report, name, quality(found, same([who for who, _ in records])))
    for seed in SEEDS:
        hub = _korean(report, f"Korean lists, seed {seed}", seed)
    _doubled(report, hub)
    report.finish()


def _korean(report: Report, name: str, seed: int) -> Hub:
    hub = fresh_camp()
    rows, contacts = _import(hub, labelled.lists(VOTERS, seed))
    exact = quality(same(contacts), _exact_pairs(rows))
    report.add(f"{name}: rows", len(rows), "")
    report.add(f"{name}: exact keys, precision", exact.precision, "")
    report.add(f"{name}: exact keys, recall", exact.recall, "")
    report.add(f"{name}: exact keys, F1", exact.f1, "", "≥ 0.999")
    started = time.perf_counter()
    hub.call("POST", "/contacts/duplicates/scan")
    wait_for(lambda: not hub.call("GET", "/contacts/duplicates/status")["running"])
    report.add(f"{name}: search through everybody", time.perf_counter() - started, "s")
    entries = [
        frozenset((e["left"]["id"], e["right"]["id"]))
        for e in _pages(hub, "/contacts/duplicates?kind=similar")
    ]
    _add_review(report, name, quality(set(entries), _remaining(rows, contacts)))
    return hub


def _import(hub: Hub, lists: list[list[Row]]) -> tuple[list[Row], list[str]]:
    """Uploads the lists one after the other; each row that was taken, and the contact that it is."""
    rows, contacts = [], []
    for made in lists:
        import_id = hub.upload("/contacts/imports", labelled.as_file(made), OPTIONS)["id"]
        wait_for(partial(_is_completed, hub, f"/contacts/imports/{import_id}"))
        for item in _pages(hub, f"/contacts/imports/{import_id}/rows"):
            rows.append(made[item["row_number"] - 2])  # the header is row 1
            contacts.append(item["contact_id"])
    return rows, contacts


def _is_completed(hub: Hub, path: str) -> bool:
    state = hub.call("GET", path)
    if state["status"] in ("failed", "awaiting_mapping"):
        raise RuntimeError(f"the import is {state['status']}: {state['error']} {state['warnings']}")
    return bool(state["status"] == "completed")


def _pages(hub: Hub, path: str) -> Iterator[dict[str, Any]]:
    cursor = ""
    while True:
        joint = "&" if "?" in path else "?"
        answer = hub.answer("GET", f"{path}{joint}limit=100{cursor}")
        yield from answer["data"]
        if not answer["meta"]["next_cursor"]:
            return
        cursor = f"&cursor={answer['meta']['next_cursor']}"


def _exact_pairs(rows: list[Row]) -> "Pairs[int]":
    """Rows of one person that are linked by equal points, also by way of other rows of that person."""
    linked = Groups(
        [(row.voter, index), (row.voter, point)] for index, row in enumerate(rows) for point in row.points
    )
    return same([linked.of((row.voter, index)) for index, row in enumerate(rows)])


def _remaining(rows: list[Row], contacts: list[str]) -> "Pairs[str]":
    """Contacts that are one person. A contact is whose most of its rows are."""
    votes: dict[str, Counter[int]] = {}
    for row, contact in zip(rows, contacts, strict=True):
        votes.setdefault(contact, Counter())[row.voter] += 1
    ids = list(votes)
    pairs = same([votes[contact].most_common(1)[0][0] for contact in ids])
    return {frozenset(ids[index] for index in pair) for pair in pairs}


def _add_review(report: Report, name: str, found: Quality) -> None:
    report.add(f"{name}: review queue, precision", found.precision, "", "≥ 0.9")
    report.add(f"{name}: review queue, pairs shown", found.recall, "", "≥ 0.95")
    report.add(f"{name}: review queue, pairs joined by merging what is shown", found.joined, "")


def _doubled(report: Report, hub: Hub) -> None:
    """Writes to everybody: no number, however often a family gave it, may get two messages.

    What expires on its way is not tried again: that would be a second message to one number, too.
    """
    account = Batches(hub)
    campaign_id = draft(hub, {"all": True}, retries=0)
    hub.call("POST", f"/campaigns/{campaign_id}/launch")
    wait_for(lambda: hub.call("GET", f"/campaigns/{campaign_id}/stats")["status"] == "completed")
    got = counts(account.key)
    report.add("Korean lists: numbers that got a message", len(got), "")
    report.add("Korean lists: numbers that got it twice", sum(n > 1 for n in got.values()), "", "0")
