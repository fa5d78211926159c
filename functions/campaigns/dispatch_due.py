from functions.campaigns.dispatch import dispatch
from shared.runtime import schedule


@schedule("* * * * * *")
def dispatch_due() -> None:
    """Starts the dispatcher each second; it runs in turns, so one that still runs is not doubled."""
    dispatch.send()
