"""P01: nobody is written to whose data is from nowhere."""

from datetime import UTC, datetime

import pytest

from shared.compliance import CampaignFacts, Purpose, Severity, check


def verdicts(unsourced: int, reached: int) -> list[tuple[str, Severity]]:
    facts = CampaignFacts(
        purpose=Purpose.EVENT_NOTICE,
        send_at=datetime(2026, 5, 1, 3, tzinfo=UTC),
        steps=(),
        unsourced=unsourced,
        reached=reached,
    )
    return [(verdict.rule, verdict.severity) for verdict in check(facts) if verdict.rule == "P01"]


@pytest.mark.parametrize(
    ("unsourced", "reached", "expected"),
    [(0, 10, []), (0, 0, []), (3, 10, [("P01", Severity.WARN)]), (3, 0, [("P01", Severity.BLOCK)])],
)
def test_they_are_left_out_and_counted(
    unsourced: int, reached: int, expected: list[tuple[str, Severity]]
) -> None:
    assert verdicts(unsourced, reached) == expected
