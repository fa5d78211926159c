"""Entry point of gunicorn: `shared.runtime.wsgi:app`."""

from shared.kernel.logging import configure_logging
from shared.runtime.app import make_app
from shared.runtime.manifest import load_functions

configure_logging()
app = make_app(load_functions())
