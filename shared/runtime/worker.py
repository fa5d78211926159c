"""Entry point of the Dramatiq workers: `dramatiq shared.runtime.worker --queues …`."""

from shared.kernel.collector import keep_what_is_loaded
from shared.kernel.logging import configure_logging
from shared.runtime.broker import ensure_broker
from shared.runtime.manifest import load_functions

configure_logging()
broker = ensure_broker()
load_functions()
keep_what_is_loaded()
