"""Campaigns with fallback, 20,000 recipients, while everything breaks: counted at the carrier at the end.

Measured on a stack of its own (HANPYO_E2E_PORT), because the processes, stores and carrier of it are broken.
"""

from tests.benchmarks.report import Report
from tests.faults import campaign_under_fire
from tests.stack import Stack

RECIPIENTS = 20_000
# One text a request, or none that carries a reference of ours: what is lost there is looked for by the list.
OF_OTHERS = {"nhn": 4000, "aligo": 2000}
MOST_SECONDS = 600  # of fire; then the weather is fair, and all has to end by itself


def run(size: int | str = RECIPIENTS) -> None:
    """At SOLAPI with so many recipients, or at a carrier by its name. Raises RuntimeError when a figure is
    not what it must be, KeyError for a carrier that is none of these.
    """
    counts = {size: OF_OTHERS[size]} if isinstance(size, str) else {"solapi": size}
    report, stack = Report("faults" if isinstance(size, int) else f"faults-{size}"), Stack()
    stack.start()
    try:
        figures = campaign_under_fire.run(stack, counts, MOST_SECONDS)
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
