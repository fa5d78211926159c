"""The WSGI application: `gunicorn -c infra/simulator/gunicorn.py infra.simulator.app:app`."""

import errno
import socket
import struct
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import falcon

from infra.simulator import console, errors, phones
from infra.simulator.dialects import DIALECTS, writer_of
from infra.simulator.engine import Engine
from infra.simulator.faults import RESET_FLAG, Faults
from infra.simulator.gate import Gate
from infra.simulator.parts import Parts
from infra.simulator.settings import load
from infra.simulator.store import Store
from infra.simulator.webhooks import Courier

Environ = dict[str, Any]
Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


def create_app(database: Path) -> Wsgi:
    """The whole simulator: wire protocol, console, virtual phones, and its two engines."""
    store = Store(database)
    faults = Faults()
    courier = Courier(store, writer_of)
    engine = Engine(store, courier, faults)
    application = falcon.App()
    application.add_error_handler(Exception, errors.answer)
    parts = Parts(store, engine, Gate(faults))
    for dialect in DIALECTS.values():
        dialect.add_routes(application, parts)
    console.add_routes(application, store, faults, courier)
    phones.add_routes(application, store, courier)
    courier.start()
    engine.start()
    return _resetting(application)


def _resetting(application: Wsgi) -> Wsgi:
    """Let a handler break the connection after its work is done, without an answer."""

    def call(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        answer = application(environ, start_response)
        if not environ.get(RESET_FLAG):
            return answer
        connection = environ.get("gunicorn.socket")
        if isinstance(connection, socket.socket):
            # A zero linger time turns the close into a TCP reset.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise ConnectionResetError(errno.ECONNRESET, "connection reset on purpose")

    return call


app = create_app(load().database)
