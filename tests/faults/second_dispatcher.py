"""Admits due messages for ever, as the scheduler does; run beside it by `Breaking.second_dispatcher`."""

import time

from functions.campaigns.dispatch import dispatch
from shared.kernel.logging import configure_logging, get_logger
from shared.runtime.broker import ensure_broker

_log = get_logger(__name__)


def main() -> None:
    """Runs until it is killed; a database or a queue that is away is waited for."""
    configure_logging()
    ensure_broker()
    while True:
        try:
            dispatch()
        except Exception as error:
            _log.warning("dispatch_failed", error=type(error).__name__)
            time.sleep(1)


if __name__ == "__main__":
    main()
