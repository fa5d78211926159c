"""gunicorn settings of the simulator: one process, because its engine lives in it."""

from typing import Any

from infra.simulator.settings import load
from shared.kernel.collector import keep_what_is_loaded

bind = f"127.0.0.1:{load().port}"
workers = 1
worker_class = "infra.staying_worker.StayingWorker"
threads = 16
keepalive = 75
timeout = 60
graceful_timeout = 1
accesslog = None
control_socket_disable = True


def post_fork(server: Any, worker: Any) -> None:
    keep_what_is_loaded()
