"""Campaigns with fallback, 20,000 recipients, while everything breaks: counted at the carrier at the end.

Measured on a stack of its own (HANPYO_E2E_PORT), because the processes, stores and carrier of it are broken.
"""

from tests.benchmarks.report import Report
from tests.faults import campaign_under_fire
from tests.stack import Stack

RECIPIENTS = 20_000
MOST_SECONDS = 600  # of fire, in proportion for fewer; then the weather is fair, and all has to end by itself


def run(wanted: int | str = "solapi") -> None:
    """At a carrier by its name, or at SOLAPI with so many recipients; "nhn:5000" says both. Raises
    RuntimeError when a figure is not what it must be.
    """
    carrier, _, size = f"solapi:{wanted}".partition(":") if isinstance(wanted, int) else wanted.partition(":")
    count = int(size or RECIPIENTS)
    report, stack = Report("faults"), Stack()
    stack.start()
    try:
        figures = campaign_under_fire.run(stack, {carrier: count}, MOST_SECONDS * count / RECIPIENTS)
    finally:
        stack.stop()
    for what, counted, due in figures.rows:
        report.add(what.strip(), counted, "", str(due))
    for what, times in sorted(figures.happened.items()):
        report.add(what, times, "times")
    report.add("seconds under fire", figures.seconds_under_fire, "s")
    report.add("seconds from launch to the end", figures.seconds, "s")
    report.finish()
    if figures.wrong:
        raise RuntimeError(f"{figures.wrong}: {figures.details}")
